"""Codes of the value rule in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from branch_crm.core.templatetags.badges import TIERS, VALUE_TYPES
from branch_crm.core.templatetags.money import short_amount
from clients.domain.value.what_would_change import Change

register = template.Library()

COMPONENTS: dict[str, str | Promise] = {
    "commission": _("Commission"),
    "purchasing": _("Purchasing power"),
    "assets": _("Assets"),
}
LEVERS: dict[str, tuple[str | Promise, str | Promise]] = {
    "commission": (_("%s more net commission a year"), _("%s less net commission a year")),
    "purchasing": (_("products bought for %s"), _("products bought for %s")),
    "assets": (_("%s more mean net assets"), _("%s less mean net assets")),
}
REASONS: dict[str, str | Promise] = {
    "new_client": _("new client"),
    "revenue_up": _("brought more"),
    "line_down": _("the line fell"),
    "revenue_down": _("brought less"),
    "line_up": _("the line rose"),
    "commission_up": _("more commission"),
    "purchases_up": _("more product fees"),
    "commission_down": _("less commission"),
    "purchases_down": _("less product fees"),
    "closed": _("account closed"),
}


@register.filter
def component_label(code: str) -> str | Promise:
    return COMPONENTS[code]


@register.filter
def tier_label(tier: object) -> str | Promise:
    return TIERS[int(str(tier))]


@register.filter
def core_reason(code: str) -> str | Promise:
    return REASONS[code]


@register.filter
def lever_text(change: Change) -> str:
    """`20,000 more net commission a year`"""
    more, less = LEVERS[change.lever]
    return str(more if change.by > 0 else less) % short_amount(Decimal(str(abs(change.by))))


@register.filter
def outcome_text(change: Change) -> str | SafeString:
    """`becomes Asset keeper`, `Platinum`, `enters the core set`; with the reviews it takes."""
    if change.effect == "type":
        return str(VALUE_TYPES[change.to])
    if change.effect == "core":
        return str(_("enters the core set") if change.to == "core" else _("leaves the core set"))
    text = str(TIERS[int(change.to)])
    if change.after_reviews:
        wait = ngettext(
            "after %d failed monthly review", "after %d failed monthly reviews in a row", change.after_reviews
        )
        text = f"{text} {wait % change.after_reviews}"
    return text


@register.simple_tag
def change_of(preview_row: Any) -> str:
    """+3, −2 or nothing."""
    change = preview_row.change
    return f"{change:+,d}".replace("-", "−") if change else ""
