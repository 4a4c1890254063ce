"""Words for the parameters of the value rule, for what is wrong with one, and for the steps of a version."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.templatetags.badges import TIERS, VALUE_TYPES
from clients.domain.value.rules import Fault

#: Parameters that are shares of one, shown in per cent.
SHARES = {"idle_cash_share", "off_system_share", "type_cutoff", "core_share", "downgrade_band"}

LABELS: dict[str, tuple[str | Promise, str | Promise]] = {
    "half_life_sessions": (_("Half-life, trading days"), _("After so many trading days a yuan counts half.")),
    "window_months": (_("Window, months"), _("Commission, product purchases and fees of so many months count.")),
    "scale_percentile": (
        _("Full points at percentile"),
        _("The amount that this per cent of clients do not exceed earns 100 points; it is frozen for a month."),
    ),
    "scale_depth": (
        _("Depth of the scale"),
        _("Full points divided by this is the unit of the logarithm; the larger, the more points small amounts earn."),
    ),
    "idle_cash_share": (_("Idle cash counted, %"), _("How much of mean cash adds to purchasing power.")),
    "off_system_share": (
        _("Off-system wealth counted, %"),
        _("How much of the wealth held elsewhere, as far as the new-share quota shows it, adds to purchasing power."),
    ),
    "asset_sessions": (_("Assets: mean of trading days"), _("Never the last day alone.")),
    "asset_stale_sessions": (
        _("Assets usable for, trading days"),
        _("Without newer data the last figure serves so long; after that assets are not known."),
    ),
    "quota_stale_sessions": (_("Quota usable for, trading days"), _("An older new-share quota says nothing any more.")),
    "type_cutoff": (
        _("Type from share of V, %"),
        _("The largest term names the type from this share on; else balanced."),
    ),
    "core_share": (
        _("Core: share of net revenue, %"),
        _(
            "The smallest set of clients that brings this share is the core; its size follows from the branch's own curve."
        ),
    ),
    "downgrade_band": (_("Band below a threshold, %"), _("Figures inside the band do not endanger a tier.")),
    "downgrade_hold_months": (
        _("Reviews failed before a tier is lost"),
        _("Monthly reviews in a row. A rise counts the same night."),
    ),
}
WEIGHTS = {
    "commission": _("A, commission, %"),
    "purchasing": _("B, purchasing power, %"),
    "assets": _("C, assets, %"),
}
TIER_COLUMNS = {"assets": _("assets from, yuan"), "commission": _("or net commission a year from, yuan")}

MOVER_LISTS = {
    "most": pgettext_lazy("list of movers", "largest"),
    "up": pgettext_lazy("list of movers", "rise"),
    "down": pgettext_lazy("list of movers", "fall"),
    "entered": pgettext_lazy("list of movers", "enter the core"),
    "left": pgettext_lazy("list of movers", "leave the core"),
    "tier_up": pgettext_lazy("list of movers", "higher tier"),
    "tier_down": pgettext_lazy("list of movers", "lower tier"),
}


def list_label(name: str) -> str:
    """A list of movers by its name; a cell of a matrix reads `Gold → Silver`."""
    if name in MOVER_LISTS:
        return str(MOVER_LISTS[name])
    kind, *codes = name.split("-")
    return " → ".join(str(TIERS[int(code)] if kind == "tier" else VALUE_TYPES[code]) for code in codes)


def parameter_label(path: str) -> str:
    """The name of a parameter by its path in the rules: `weights.assets`, `tiers.3.commission`, `core_share`."""
    head, *rest = path.split(".")
    if head == "weights":
        return str(WEIGHTS[rest[0]])
    if head == "tiers":
        return f"{TIERS[int(rest[0])]} {TIER_COLUMNS[rest[1]]}"
    return str(LABELS[head][0])


def parameter_shown(path: str, value: float) -> str:
    """The value in the unit its label names: shares and weights in per cent, money in yuan."""
    scale = 100 if is_share(path) else 1
    return f"{round(value * scale, 6):,.10g}"


def is_share(path: str) -> bool:
    return path in SHARES or path.startswith("weights.")


def fault_text(fault: Fault) -> Any:
    """What is wrong with a parameter, and what to do."""
    scale = 100 if is_share(fault.field) else 1
    bounds = {name: f"{value * scale:,.10g}" for name in ("low", "high") if (value := getattr(fault, name)) is not None}
    texts = {
        "missing": _("Enter a value."),
        "unknown": _("There is no such parameter."),
        "number": _("Enter a number."),
        "whole": _("Enter a whole number."),
        "range": _("Enter a value from %(low)s to %(high)s."),
        "sum": _("A, B and C must add up to 100 per cent."),
        "order": _("Must be more than %(low)s, the threshold of the tier below."),
    }
    return texts[fault.code] % bounds
