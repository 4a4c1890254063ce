"""The marks that mean the same on every page: value type, persona, tier, task kind, person.

Shapes differ, so that colour is never the only sign: a dot for the value type, letters for the persona, a five-step bar for
the tier, filled or outlined for the task kind. Labels are given by the caller's choices (`get_value_type_display`) or here.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

register = template.Library()

VALUE_TYPES = {
    "commission": gettext_lazy("Commission contributor"),
    "product": gettext_lazy("Product buyer"),
    "asset": gettext_lazy("Asset keeper"),
    "balanced": gettext_lazy("Balanced"),
}
#: Other spellings that may reach a template: the plural or the formats' own codes.
VALUE_TYPE_CODES = {"purchasing": "product", "purchase": "product", "assets": "asset"}
PERSONAS = {
    "PP": gettext_lazy("Passive preserver"),
    "FF": gettext_lazy("Friendly follower"),
    "II": gettext_lazy("Independent individualist"),
    "AA": gettext_lazy("Active accumulator"),
}
PERSONA_STATES = {
    "mixed": gettext_lazy("Mixed"),
    "unknown": gettext_lazy("Not enough evidence"),
    "": gettext_lazy("Not enough evidence"),
}
TIERS = {
    1: pgettext_lazy("client tier", "Basic"),
    2: pgettext_lazy("client tier", "Silver"),
    3: pgettext_lazy("client tier", "Gold"),
    4: pgettext_lazy("client tier", "Platinum"),
    5: pgettext_lazy("client tier", "Diamond"),
}
TIER_CODES = {"basic": 1, "ordinary": 1, "normal": 1, "silver": 2, "gold": 3, "platinum": 4, "diamond": 5}
TASK_KINDS = {"required": gettext_lazy("Mandatory"), "optional": gettext_lazy("Optional")}
TASK_KIND_CODES = {"mandatory": "required"}


@register.filter
def value_type_badge(code: object) -> SafeString:
    """`{{ client.value_type|value_type_badge }}`; codes: commission, product, asset, balanced."""
    key = str(code or "")
    key = VALUE_TYPE_CODES.get(key, key)
    if key not in VALUE_TYPES:
        return format_html('<span class="quiet">{}</span>', "–")
    return format_html('<span class="mark mark-type mark-{}">{}</span>', key, VALUE_TYPES[key])


@register.filter
def persona_badge(code: object, confidence: object = None) -> SafeString:
    """`{{ client.persona|persona_badge:client.persona_confidence }}`; codes: PP, FF, II, AA, mixed, empty."""
    key = str(code or "")
    if key in PERSONA_STATES:
        return format_html('<span class="mark mark-persona mark-none">{}</span>', PERSONA_STATES[key])
    if key not in PERSONAS:
        return format_html('<span class="quiet">{}</span>', "–")
    share = "" if confidence in (None, "") else f" {float(str(confidence)) * 100:.0f}%"
    return format_html(
        '<span class="mark mark-persona mark-{}"><abbr title="{}">{}</abbr>{}</span>',
        key.lower(),
        PERSONAS[key],
        key,
        share,
    )


@register.filter
def tier_badge(tier: object) -> SafeString:
    """`{{ client.tier|tier_badge }}`; takes 1-5 or a code (basic, silver, gold, platinum, diamond)."""
    step = TIER_CODES.get(str(tier).lower(), 0) if not str(tier).isdigit() else int(str(tier))
    if step not in TIERS:
        return format_html('<span class="quiet">{}</span>', "–")
    return format_html(
        '<span class="mark mark-tier mark-tier-{0}"><i></i><i></i><i></i><i></i><i></i>{1}</span>', step, TIERS[step]
    )


@register.filter
def task_kind_badge(kind: object) -> SafeString:
    """`{{ task.kind|task_kind_badge }}`; codes: required (or mandatory), optional."""
    key = TASK_KIND_CODES.get(str(kind), str(kind))
    if key not in TASK_KINDS:
        return format_html('<span class="quiet">{}</span>', "–")
    return format_html('<span class="mark mark-task mark-task-{}">{}</span>', key, TASK_KINDS[key])


@register.simple_tag
def person(who: Any, role: str = "", load: object = None, href: str = "") -> SafeString:
    """A colleague: name, staff no., and optionally role, load (a share of capacity) and a link.

    `who` needs `name`; `staff_no` is used when present. None reads as "nobody".
    """
    if who is None:
        return format_html('<span class="person person-none">{}</span>', gettext("nobody"))
    number = getattr(who, "staff_no", "") or ""
    details = [str(text) for text in (number, role) if text]
    extra = format_html_join("", '<span class="person-detail">{}</span>', ((text,) for text in details))
    if load is not None:
        extra += format_html(
            '<meter class="person-load" min="0" max="1" high="0.999" value="{0}" title="{1}">{1}</meter>',
            min(float(str(load)), 1.0),
            gettext("%(share)s of capacity") % {"share": f"{float(str(load)) * 100:.0f}%"},
        )
    name = format_html('<a href="{}">{}</a>', href, who.name) if href else format_html("{}", who.name)
    return format_html(
        '<span class="person"><span class="avatar-mono" aria-hidden="true">{}</span>'
        '<span class="person-name">{}</span>{}</span>',
        who.name[:1],
        name,
        extra,
    )
