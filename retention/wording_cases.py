"""Words of a retention case: the guesses that were stored when it was opened, with what speaks for each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from retention.domain.likely_reasons import SPEAKS_FOR, Sign
from retention.models import Reason, RetentionCase
from retention.wording import sign_in_words

#: Facts that are not text or number, as JSON keeps them.
REVIVED: Mapping[str, Any] = {"on": date.fromisoformat, "due": date.fromisoformat, "assets": Decimal}


def likely_in_words(case: RetentionCase, reasons: QuerySet[Reason]) -> list[tuple[Reason, list[str]]]:
    """The reasons of that day, likeliest first; those that are no longer on the list are left out."""
    listed = reasons.filter(code__in=[row["reason"] for row in case.likely]).select_related("parent")
    by_code = {reason.code: reason for reason in listed}
    return [(by_code[row["reason"]], _signs(row)) for row in case.likely if row["reason"] in by_code]


def _signs(row: Mapping[str, Any]) -> list[str]:
    signs = [Sign(sign["code"], _revived(sign["facts"])) for sign in row["signs"]]
    return [sign_in_words(sign) for sign in signs if sign.code in SPEAKS_FOR]


def _revived(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: REVIVED[name](value) if name in REVIVED else value for name, value in facts.items()}
