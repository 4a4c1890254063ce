"""The marks that mean the same on every page: value type, persona, tier, task kind, person.

Shapes differ, so that colour is never the only sign: a dot for the value type, letters for the persona, a five-step bar for
the tier, filled or outlined for the task kind.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

register = template.Library()

VALUE_TYPES: dict[str, Promise] = {
    "commission": _("Commission contributor"),
    "product": _("Product buyer"),
    "asset": _("Asset keeper"),
    "balanced": _("Balanced"),
}
PERSONAS: dict[str, Promise] = {
    "PP": _("Passive Preserver"),
    "FF": _("Friendly Follower"),
    "II": _("Independent Individualist"),
    "AA": _("Active Accumulator"),
}
PERSONA_STATES: dict[str, Promise] = {"mixed": _("Mixed"), "": _("Not enough evidence")}
TIERS: dict[int, Promise] = {1: _("Ordinary"), 2: _("Silver"), 3: _("Gold"), 4: _("Platinum"), 5: _("Diamond")}
TASK_KINDS: dict[str, Promise] = {"mandatory": _("Mandatory"), "optional": _("Optional")}

NOTHING = format_html('<span class="quiet">{}</span>', "–")


@register.filter
def value_type_badge(code: str | None) -> SafeString:
    """`{{ value.value_type|value_type_badge }}`; codes: commission, product, asset, balanced."""
    if code not in VALUE_TYPES:
        return NOTHING
    return format_html('<span class="mark mark-type mark-{}">{}</span>', code, VALUE_TYPES[code])


@register.filter
def persona_badge(code: str | None, confidence: float | None = None) -> SafeString:
    """`{{ client.persona|persona_badge:confidence }}`; codes: PP, FF, II, AA, mixed, empty; confidence 0 to 1."""
    if code is None:
        return NOTHING
    if code in PERSONA_STATES:
        return format_html('<span class="mark mark-persona mark-none">{}</span>', PERSONA_STATES[code])
    share = "" if confidence is None or confidence == "" else f" {float(confidence) * 100:.0f}%"
    return format_html(
        '<span class="mark mark-persona mark-{}"><abbr title="{}">{}</abbr>{}</span>',
        code.lower(),
        PERSONAS[code],
        code,
        share,
    )


@register.filter
def persona_name(code: str | None) -> str | Promise:
    """The persona spelled out, for paper: nothing explains a code there."""
    return {**PERSONAS, **PERSONA_STATES}.get(code or "", "") if code is not None else ""


@register.filter
def tier_badge(tier: int | None) -> SafeString:
    """`{{ value.tier|tier_badge }}`, 1 (ordinary) to 5 (diamond)."""
    if tier not in TIERS:
        return NOTHING
    return format_html(
        '<span class="mark mark-tier mark-tier-{}"><i></i><i></i><i></i><i></i><i></i>{}</span>', tier, TIERS[tier]
    )


@register.filter
def task_kind_badge(kind: str | None) -> SafeString:
    """`{{ task.kind|task_kind_badge }}`; codes: mandatory, optional."""
    if kind not in TASK_KINDS:
        return NOTHING
    return format_html('<span class="mark mark-task mark-task-{}">{}</span>', kind, TASK_KINDS[kind])


@register.simple_tag
def person(who: Any, role: str = "", load: float | None = None, href: str = "") -> SafeString:
    """A colleague: name, staff no., and optionally role, load (a share of capacity) and a link.

    `who` needs `name`; `staff_no` is used when present. None reads as "nobody".
    """
    if who is None:
        return format_html('<span class="person person-none">{}</span>', gettext("nobody"))
    details = [text for text in (getattr(who, "staff_no", ""), role) if text]
    extra = format_html_join("", '<span class="person-detail">{}</span>', ((text,) for text in details))
    if load is not None:
        extra += format_html(
            '<meter class="person-load" min="0" max="1" high="0.999" value="{0}" aria-label="{1}" title="{1}"></meter>',
            min(load, 1.0),
            gettext("%(share)s of capacity") % {"share": f"{load * 100:.0f}%"},
        )
    name = format_html('<a href="{}">{}</a>', href, who.name) if href else who.name
    return format_html(
        '<span class="person"><span class="avatar-mono" aria-hidden="true">{}</span>'
        '<span class="person-name">{}</span>{}</span>',
        who.name[:1],
        name,
        extra,
    )
