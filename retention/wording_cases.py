"""Words of a retention case: the guesses that were stored when it was opened, with what speaks for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from branch_crm.core.templatetags.money import money_full
from retention.domain.concessions import Priced
from retention.domain.likely_reasons import SPEAKS_FOR, Sign
from retention.domain.rules import RetentionRules
from retention.models import Offer, Reason, RetentionCase
from retention.templatetags.retention_text import named
from retention.wording import rate_in_words, sign_in_words, why_not_in_words

#: Facts that are not text or number, as JSON keeps them.
REVIVED: Mapping[str, Any] = {"on": date.fromisoformat, "due": date.fromisoformat, "assets": Decimal}


def likely_in_words(case: RetentionCase, reasons: QuerySet[Reason]) -> list[tuple[Reason, list[str]]]:
    """The reasons of that day, likeliest first; those that are no longer on the list are left out."""
    listed = reasons.filter(code__in=[row["reason"] for row in case.likely]).select_related("parent")
    by_code = {reason.code: reason for reason in listed}
    return [(by_code[row["reason"]], _signs(row)) for row in case.likely if row["reason"] in by_code]


def concession_names(rules: RetentionRules) -> dict[str, str]:
    """Code in the table -> its name, in the reader's language."""
    return {row.code: named(row) for row in rules.concessions}


def offer_in_words(offer: Offer, names: Mapping[str, str]) -> str:
    """An offer of a line that the table has lost since is shown by its code."""
    words = [names.get(offer.concession, offer.concession)]
    if "rate" in offer.terms:
        words.append(rate_in_words(offer.terms["rate"]))
    return " ".join(words)


def offer_choices(priced: Sequence[Priced]) -> list[tuple[str, str]]:
    """What may be offered, each with its price at the lowest rate."""
    return [
        (row.concession.code, _("%(what)s · ¥%(cost)s a year") % {"what": _offer(row), "cost": money_full(row.cost)})
        for row in priced
        if row.allowed
    ]


def not_offered(priced: Sequence[Priced]) -> list[tuple[str, str]]:
    """What may not be offered to this client, and why."""
    return [(named(row.concession), why_not_in_words(row)) for row in priced if not row.allowed]


def _offer(row: Priced) -> str:
    name = named(row.concession)
    return (
        name if row.rate is None else _("%(what)s down to %(rate)s") % {"what": name, "rate": rate_in_words(row.rate)}
    )


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
