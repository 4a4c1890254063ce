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


def checks_of(case: RetentionCase) -> list[tuple[str, str, Mapping[str, Any] | None]]:
    """Each later check: its name, what it found, and the figures it was found by; None = its day has not come."""
    checks = (
        (case._meta.get_field("check_30"), case.get_check_30_display()),
        (case._meta.get_field("check_90"), case.get_check_90_display()),
    )
    return [(str(field.verbose_name), found, _figures(case.checks.get(field.name))) for field, found in checks]


def _figures(stored: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Shares travel as text in JSON."""
    if stored is None:
        return None
    shares = {name: Decimal(stored[name]) for name in ("share", "least_share") if stored[name] is not None}
    return {**stored, **shares}


def _signs(row: Mapping[str, Any]) -> list[str]:
    signs = [Sign(sign["code"], _revived(sign["facts"])) for sign in row["signs"]]
    return [sign_in_words(sign) for sign in signs if sign.code in SPEAKS_FOR]


def _revived(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: REVIVED[name](value) if name in REVIVED else value for name, value in facts.items()}
