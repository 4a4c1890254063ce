"""The value policy as a form: shares in per cent, money in yuan, one field for every parameter of the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.domain.value.rules import COMPONENTS, LIMITS, TIERS, Fault, RulesError, parse_rules
from clients.models import Tier

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
GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("Weights"), ("weight_commission", "weight_purchasing", "weight_assets")),
    (_("Decay and scale"), ("half_life_sessions", "window_months", "scale_percentile", "scale_depth")),
    (_("Purchasing power"), ("idle_cash_share", "off_system_share", "quota_stale_sessions")),
    (_("Assets"), ("asset_sessions", "asset_stale_sessions")),
    (_("Type and core"), ("type_cutoff", "core_share")),
    (_("Keeping a tier"), ("downgrade_band", "downgrade_hold_months")),
)
WEIGHTS = {
    "commission": _("A, commission, %"),
    "purchasing": _("B, purchasing power, %"),
    "assets": _("C, assets, %"),
}


def fault_text(fault: Fault) -> Any:
    """What is wrong with a parameter, and what to do."""
    scale = 100 if fault.field in SHARES or fault.field.startswith("weights.") else 1
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


class ValuePolicyForm(forms.Form):
    note = forms.CharField(
        label=_("Why this change"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody who asks why a client's value changed will read it."),
    )

    def __init__(self, *args: Any, rules: dict[str, Any], note: str = "", **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial(rules, note), **kwargs)
        for name in COMPONENTS:
            self.fields[f"weight_{name}"] = _percent(WEIGHTS[name], 0, 1)
        for name, (low, high) in LIMITS.items():
            label, help_text = LABELS[name]
            if name in SHARES:
                self.fields[name] = _percent(label, low, high, help_text)
            elif isinstance(low, int):
                self.fields[name] = forms.IntegerField(
                    label=label, help_text=help_text, min_value=low, max_value=int(high)
                )
            else:
                self.fields[name] = forms.FloatField(label=label, help_text=help_text, min_value=low, max_value=high)
        for tier in TIERS[1:]:
            for column in ("assets", "commission"):
                self.fields[f"tier_{tier}_{column}"] = forms.IntegerField(
                    min_value=1, max_value=10**12, label=f"{Tier(tier).label} {TIER_COLUMNS[column]}"
                )
        self.rules: dict[str, Any] = {}

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in GROUPS]

    @property
    def tier_rows(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(Tier(tier), [self[f"tier_{tier}_assets"], self[f"tier_{tier}_commission"]]) for tier in TIERS[1:]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            self.rules = _rules(data)
            try:
                parse_rules(self.rules)
            except RulesError as error:
                for fault in error.faults:
                    self.add_error(_field(fault.field), fault_text(fault))
        return data


TIER_COLUMNS = {"assets": _("assets from, yuan"), "commission": _("or net commission a year from, yuan")}


def _percent(label: Any, low: float, high: float, help_text: Any = "") -> forms.FloatField:
    return forms.FloatField(
        label=label,
        help_text=help_text,
        min_value=round(low * 100, 6),
        max_value=round(high * 100, 6),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )


def _initial(rules: dict[str, Any], note: str) -> dict[str, Any]:
    tiers = {
        f"tier_{row['tier']}_{column}": row[column] for row in rules["tiers"][1:] for column in ("assets", "commission")
    }
    plain = {name: round(rules[name] * 100, 6) if name in SHARES else rules[name] for name in LIMITS}
    weights = {f"weight_{name}": round(rules["weights"][name] * 100, 6) for name in COMPONENTS}
    return {"note": note, **weights, **plain, **tiers}


def _rules(data: dict[str, Any]) -> dict[str, Any]:
    plain = {name: round(data[name] / 100, 8) if name in SHARES else data[name] for name in LIMITS}
    return {
        "weights": {name: round(data[f"weight_{name}"] / 100, 8) for name in COMPONENTS},
        **plain,
        "tiers": [
            {"tier": 1, "assets": 0, "commission": 0},
            *(
                {
                    "tier": tier,
                    "assets": data[f"tier_{tier}_assets"],
                    "commission": data[f"tier_{tier}_commission"],
                }
                for tier in TIERS[1:]
            ),
        ],
    }


def _field(path: str) -> str | None:
    """The form's field for a path of the rules: `weights.assets`, `tiers.3.commission`, `core_share`."""
    head, *rest = path.split(".")
    if head == "weights":
        return f"weight_{rest[0]}" if rest else "weight_commission"
    if head == "tiers":
        return f"tier_{rest[0]}_{rest[1]}" if rest else None
    return head


class PublishForm(forms.Form):
    note = forms.CharField(label=_("Why this change"), widget=forms.Textarea(attrs={"rows": 2}))
    valid_from = forms.DateField(
        label=_("In force from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: at once; the branch is scored again in the background."),
    )
