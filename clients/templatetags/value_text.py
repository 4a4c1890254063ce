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
from clients.domain.value.movers import Reason
from clients.domain.value.rules_diff import Difference
from clients.domain.value.what_would_change import Change
from clients.labels_value import parameter_label, parameter_shown

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
WHY_MOVED: dict[str, str | Promise] = {
    "core_line": _("core line %(before)s → %(after)s, brings %(amount)s a year"),
    "core_line_figure": _("others around the core line moved; brings %(amount)s a year"),
    "revenue": _("counted net revenue %(before)s → %(after)s"),
    "tier_assets": _("%(tier)s from assets of %(before)s → %(after)s, has %(amount)s"),
    "tier_assets_figure": _("mean net assets counted now %(amount)s"),
    "tier_commission": _("%(tier)s from commission of %(before)s → %(after)s, has %(amount)s"),
    "tier_commission_figure": _("net commission counted now %(amount)s"),
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
    return signed(preview_row.change) if preview_row.change else ""


@register.filter
def grouped(count: int) -> str:
    """12,345 in every language: the Chinese format of Django writes 12345."""
    return f"{count:,}"


@register.filter
def signed(count: int) -> str:
    """+3, −2, 0."""
    return (f"{count:+,d}" if count else "0").replace("-", "−")


@register.filter
def firm_scale(correlation: float) -> str:
    """Length of a bar of 100 that begins at 0.8, so that the line at 0.95 stands at 75."""
    return f"{min(max((correlation - 0.8) / 0.2, 0.0), 1.0) * 100:.2f}"


@register.filter
def parameter_name(path: str) -> str:
    return parameter_label(path)


@register.filter
def parameter_value(value: float, path: str) -> str:
    """In the unit its name says."""
    return parameter_shown(path, value)


@register.simple_tag
def before_after(difference: Difference) -> str:
    """`40 → 50`"""
    return " → ".join(parameter_shown(difference.field, value) for value in (difference.before, difference.after))


@register.filter
def reason_text(reason: Reason) -> str:
    """Why a client moves, in a line."""
    amounts = {
        name: short_amount(Decimal(str(round(getattr(reason, name), 2)))) for name in ("before", "after", "amount")
    }
    if reason.code == "points":
        points = {name: f"{getattr(reason, name):.1f}" for name in ("before", "after")}
        average = f"{reason.amount:+.1f}".replace("-", "−")
        return _("%(term)s %(before)s → %(after)s points, %(average)s on average") % {
            "term": COMPONENTS[reason.component], "average": average, **points,
        }  # fmt: skip
    # A tier changes by the threshold, or, where that stayed, by another window of the figures.
    code = reason.code if reason.before != reason.after else f"{reason.code}_figure"
    return str(WHY_MOVED[code]) % {"tier": TIERS.get(reason.level, ""), **amounts}
