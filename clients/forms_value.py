"""The value policy as a form: shares in per cent, money in yuan, one field for every parameter of the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.domain.value.rules import COMPONENTS, LIMITS, TIERS, RulesError, parse_rules
from clients.labels_value import LABELS, SHARES, TIER_COLUMNS, WEIGHTS, fault_text
from clients.models import Tier

#: Besides the weights, which have a fieldset of their own: what a director moves first, first.
GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("Type and core"), ("type_cutoff", "core_share")),
    (_("Keeping a tier"), ("downgrade_band", "downgrade_hold_months")),
    (_("Decay and scale"), ("half_life_sessions", "window_months", "scale_percentile", "scale_depth")),
    (_("Purchasing power"), ("idle_cash_share", "off_system_share", "quota_stale_sessions")),
    (_("Assets"), ("asset_sessions", "asset_stale_sessions")),
)

#: Ends of a slider where those of the field would make it useless; on a logarithmic scale.
LOG_SLIDERS = {
    "scale_depth": (10, 1_000_000),
    "assets": (10_000, 100_000_000),
    "commission": (100, 1_000_000),
}


class ValuePolicyForm(forms.Form):
    """`base` are the rules that changes are told against; every number knows its value there and the ends of its slider."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Why this change"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody who asks why a client's value changed will read it."),
    )

    def __init__(
        self,
        *args: Any,
        rules: dict[str, Any],
        base: dict[str, Any] | None = None,
        note: str = "",
        revision: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, initial={"note": note, "revision": revision} | _initial(rules), **kwargs)
        for name in COMPONENTS:
            self.fields[f"weight_{name}"] = _number(WEIGHTS[name], 0, 100, whole=False)
        for name, (low, high) in LIMITS.items():
            label, help_text = LABELS[name]
            share = 100 if name in SHARES else 1
            self.fields[name] = _number(
                label, low * share, high * share, help_text, whole=isinstance(low, int), log=LOG_SLIDERS.get(name)
            )
        for tier in TIERS[1:]:
            for column in ("assets", "commission"):
                label = f"{Tier(tier).label} {TIER_COLUMNS[column]}"
                self.fields[f"tier_{tier}_{column}"] = _number(label, 1, 10**12, log=LOG_SLIDERS[column])
        for name, value in _initial(base or rules).items():
            self.fields[name].widget.attrs["data-base"] = value
        self.rules: dict[str, Any] = {}

    @property
    def weights(self) -> list[forms.BoundField]:
        return [self[f"weight_{name}"] for name in COMPONENTS]

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


def _number(
    label: Any,
    low: float,
    high: float,
    help_text: Any = "",
    *,
    whole: bool = True,
    log: tuple[int, int] | None = None,
) -> forms.IntegerField | forms.FloatField:
    """A number with a slider, which the page's script adds: linear between the limits, or logarithmic between `log`."""
    kind = forms.IntegerField if whole else forms.FloatField
    first, last = log or (low, high)
    attrs = {"data-slider": "log" if log else "even", "data-low": round(first, 6), "data-high": round(last, 6)}
    if not whole:
        attrs["step"] = "any"
    return kind(
        label=label,
        help_text=help_text,
        min_value=round(low, 6),
        max_value=round(high, 6),
        widget=forms.NumberInput(attrs=attrs),
    )


def _initial(rules: dict[str, Any]) -> dict[str, Any]:
    tiers = {
        f"tier_{row['tier']}_{column}": row[column] for row in rules["tiers"][1:] for column in ("assets", "commission")
    }
    plain = {name: _per_cent(rules[name]) if name in SHARES else rules[name] for name in LIMITS}
    weights = {f"weight_{name}": _per_cent(rules["weights"][name]) for name in COMPONENTS}
    return {**weights, **plain, **tiers}


def _per_cent(share: float) -> float:
    """45, not 45.0, where it is whole."""
    shown = round(share * 100, 6)
    return int(shown) if shown == int(shown) else shown


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


class ProposeForm(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Why this change"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody who asks why a client's value changed will read it."),
    )
    valid_from = forms.DateField(
        label=_("In force from"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Empty: as soon as it is approved; the branch is then scored again in the background."),
    )


class StepForm(forms.Form):
    """A step that needs no words: approve, take back, put aside."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class ReturnForm(StepForm):
    note = forms.CharField(label=_("What has to change"), widget=forms.Textarea(attrs={"rows": 2}))
