"""The MOT policy as a form: a row per moment. A field's name is its path in the rules, so that a fault finds its field."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.models import Staff
from branch_crm.core.templatetags.badges import TIERS as TIER_NAMES
from servicelog.domain.mot.rules import read_mot_rules
from servicelog.domain.mot.triggers import MANDATORY, OPTIONAL, TIERS, Parameter, Trigger
from servicelog.forms_policy import NoteForm
from servicelog.labels import USES, moment_label, parameter_label, unit_label

LIMIT, COOLDOWN = Parameter(0, 0, 60, "sessions"), Parameter(0, 0, 250, "sessions")


@dataclass(frozen=True)
class MomentRow:
    """One moment of the desk's table."""

    code: str
    uses: list[forms.BoundField]
    limit: forms.BoundField
    cooldown: forms.BoundField
    parameters: list[tuple[forms.BoundField, str | Promise]]
    is_marketing: bool

    @property
    def errors(self) -> list[str]:
        fields = [*self.uses, self.limit, self.cooldown, *(field for field, _unit in self.parameters)]
        return [f"{field.label}: {text}" for field in fields for text in field.errors]


class MotPolicyForm(NoteForm):
    """`rules` after validation: the whole policy as it would be stored."""

    aim_from_tier = forms.TypedChoiceField(
        label=gettext_lazy("Optional moments are aims from"),
        choices=[(tier, TIER_NAMES[tier]) for tier in TIERS],
        coerce=int,
        help_text=gettext_lazy(
            "Aims are worth doing; below this tier optional moments are offers. Neither has a quota."
        ),
    )
    festivals = forms.CharField(
        label=gettext_lazy("Festivals"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line: the day, a space, the name, such as 2027-02-06 New Year."),
    )

    def __init__(
        self,
        *args: Any,
        rules: Mapping[str, Any],
        actor: Staff | None = None,
        note: str = "",
        seen: str = "",
        **kwargs: Any,
    ) -> None:
        """`actor`: as with the other policies; whoever may draft this one may set all of it."""
        policy = read_mot_rules(rules)
        initial: dict[str, Any] = {
            "note": note,
            "seen": seen,
            "aim_from_tier": policy.aim_from_tier,
            "festivals": "\n".join(f"{day.isoformat()} {name}" for day, name in policy.festivals),
        }
        for rule in policy.triggers:
            path = _path(rule.trigger)
            initial |= {f"{path}.uses.{tier}": use for tier, use in zip(TIERS, rule.uses, strict=True)}
            initial |= {f"{path}.limit": rule.limit, f"{path}.cooldown": rule.cooldown}
            for name, value in rule.parameters.items():
                initial[f"{path}.parameters.{name}"] = _shown(value * _scale(rule.trigger.parameters[name]))
        super().__init__(*args, initial=initial, **kwargs)
        for trigger in (*MANDATORY, *OPTIONAL):
            self._add_fields(trigger)
        self.rules: dict[str, Any] = {}

    def _add_fields(self, trigger: Trigger) -> None:
        path = _path(trigger)
        for tier in TIERS:
            self.fields[f"{path}.uses.{tier}"] = forms.ChoiceField(
                label=TIER_NAMES[tier],
                choices=list(USES.items()),
                widget=forms.Select(attrs=_named(trigger, TIER_NAMES[tier], "form-select form-select-sm")),
            )
        self.fields[f"{path}.limit"] = _number(LIMIT, gettext_lazy("Limit"), trigger)
        self.fields[f"{path}.cooldown"] = _number(COOLDOWN, gettext_lazy("Asks again after"), trigger)
        for name, parameter in trigger.parameters.items():
            self.fields[f"{path}.parameters.{name}"] = _number(parameter, parameter_label(name), trigger)

    @property
    def groups(self) -> list[tuple[str, list[MomentRow]]]:
        return [
            (_("Mandatory by default"), [self._row(trigger) for trigger in MANDATORY]),
            (_("Optional by default"), [self._row(trigger) for trigger in OPTIONAL]),
        ]

    def _row(self, trigger: Trigger) -> MomentRow:
        path = _path(trigger)
        return MomentRow(
            trigger.code,
            [self[f"{path}.uses.{tier}"] for tier in TIERS],
            self[f"{path}.limit"],
            self[f"{path}.cooldown"],
            [(self[f"{path}.parameters.{n}"], unit_label(p.unit)) for n, p in trigger.parameters.items()],
            trigger.marketing,
        )

    def clean_festivals(self) -> list[dict[str, str]]:
        rows = []
        for at, line in enumerate(self.cleaned_data["festivals"].splitlines(), start=1):
            if not line.strip():
                continue
            day, _space, name = line.strip().partition(" ")
            try:
                rows.append({"day": date.fromisoformat(day).isoformat(), "name": name.strip()})
            except ValueError:
                name = ""
            if not name.strip():
                raise forms.ValidationError(
                    _("Line %(line)s needs a day and a name, such as 2027-02-06 New Year.") % {"line": at}
                )
        return sorted(rows, key=lambda row: row["day"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        rules = {
            "aim_from_tier": data["aim_from_tier"],
            "festivals": data["festivals"],
            "triggers": {trigger.code: _rule(trigger, data) for trigger in (*MANDATORY, *OPTIONAL)},
        }
        try:
            read_mot_rules(rules)
        except RuleFault as error:
            self.add_error(error.field if error.field in self.fields else None, error.message)
        else:
            self.rules = copy.deepcopy(rules)
        return data


def _rule(trigger: Trigger, data: Mapping[str, Any]) -> dict[str, Any]:
    path = _path(trigger)
    return {
        "uses": [data[f"{path}.uses.{tier}"] for tier in TIERS],
        "limit": int(data[f"{path}.limit"]),
        "cooldown": int(data[f"{path}.cooldown"]),
        "parameters": {
            name: round(data[f"{path}.parameters.{name}"] / _scale(parameter), 8)
            for name, parameter in trigger.parameters.items()
        },
    }


def _path(trigger: Trigger) -> str:
    return f"triggers.{trigger.code}"


def _scale(parameter: Parameter) -> int:
    """Shares are typed in per cent."""
    return 100 if parameter.unit == "share" else 1


def _shown(value: float) -> float | int:
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def _number(parameter: Parameter, label: str | Promise, trigger: Trigger) -> forms.Field:
    scale = _scale(parameter)
    is_whole = parameter.unit in ("sessions", "days")
    kind: type[forms.IntegerField | forms.FloatField] = forms.IntegerField if is_whole else forms.FloatField
    low, high = _shown(parameter.low * scale), _shown(parameter.high * scale)
    attrs = _named(trigger, label, "form-control form-control-sm")
    return kind(
        label=label,
        min_value=low,
        max_value=high,
        widget=forms.NumberInput(attrs=attrs | ({} if is_whole else {"step": "any"})),
    )


def _named(trigger: Trigger, label: str | Promise, css: str) -> dict[str, Any]:
    """Read aloud, a field in a table needs its row's name beside its column's."""
    return {"class": css, "aria-label": _RowName(trigger.code, label)}


class _RowName:
    """`moment: column` in the language of the moment of rendering."""

    def __init__(self, code: str, column: str | Promise) -> None:
        self.code, self.column = code, column

    def __str__(self) -> str:
        return f"{moment_label(self.code)}: {self.column}"
