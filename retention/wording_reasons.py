"""Words for the figures about leavers."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from branch_crm.core.templatetags.badges import PERSONA_STATES, PERSONAS, TIERS
from retention.models import Reason

BY_LABELS = {
    "tier": gettext_lazy("Tier"),
    "persona": gettext_lazy("Behavioural type"),
    "advisor": gettext_lazy("Advisor"),
    "period": gettext_lazy("Quarter"),
    "year": gettext_lazy("Year"),
    "origin": gettext_lazy("How it is known"),
    "competitor": pgettext_lazy("leaver", "Goes to"),
}
ORIGINS = {"request": gettext_lazy("request done"), "closed": gettext_lazy("closed without a request here")}


def column_in_words(by: str, value: str) -> str:
    if by == "tier" and value.isdecimal():
        return str(TIERS.get(int(value), value))
    if by == "persona" and value:
        return str({**PERSONAS, **PERSONA_STATES}.get(value, value))
    if by == "origin":
        return str(ORIGINS[value])
    return value or _("not known")


def names_of(reasons: Iterable[Reason]) -> dict[str, str]:
    """Code -> name, with the one for those who told none."""
    return {"": _("not told"), **{reason.code: reason.name for reason in reasons}}
