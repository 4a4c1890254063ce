"""Policies as forms. A field's name is its path in the rules, so that a fault finds its field."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.models import Staff
from servicelog.forms import DayInput
from servicelog.policy_parts import Group, Part, put_at, section_of, value_at
from servicelog.services.policy_desk import Desk, may_edit_section


class NoteForm(forms.Form):
    """What every draft of a policy carries. `seen`: mark of the draft that the page showed."""

    note = forms.CharField(
        label=gettext_lazy("Why this change"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Everybody who asks for the rules will read it."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput())


class PartsForm(NoteForm):
    """A policy whose rules are numbers, hours and lists under headings. `rules` after validation: the whole policy as it would be
    stored. A subclass says how they are read, and what a fault says."""

    defaults: Mapping[str, Any]
    read: Callable[[Mapping[str, Any]], object]

    def __init__(
        self,
        *args: Any,
        rules: Mapping[str, Any],
        groups: Sequence[Group],
        note: str = "",
        seen: str = "",
        **kwargs: Any,
    ) -> None:
        self._base = copy.deepcopy({**self.defaults, **rules})
        self._groups = groups
        initial = {part.path: part.to_form(value_at(self._base, part.path)) for part in self._parts()}
        super().__init__(*args, initial={"note": note, "seen": seen, **initial}, **kwargs)
        for part in self._parts():
            self.fields[part.path] = part.field()
        self.rules: dict[str, Any] = {}

    def _parts(self) -> list[Part]:
        return [part for group in self._groups for part in group.parts]

    @property
    def groups(self) -> list[tuple[Group, list[forms.BoundField]]]:
        return [(group, [self[part.path] for part in group.parts]) for group in self._groups]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        rules = copy.deepcopy(self._base)
        for part in self._parts():
            put_at(rules, part.path, part.to_rules(data[part.path]))
        fault = self.fault_in(rules)
        if fault is None:
            self.rules = rules
        else:
            self.add_error(self._field_of(fault[0]), fault[1])
        return data

    def fault_in(self, rules: Mapping[str, Any]) -> tuple[str, str] | None:
        """The path of the first field that is wrong, and what is wrong with it; None where all is well."""
        try:
            type(self).read(rules)
        except RuleFault as error:
            return error.field, self.fault_text(error)
        return None

    def fault_text(self, error: RuleFault) -> str:
        return error.message

    def _field_of(self, path: str) -> str | None:
        """`forbidden.patterns.3` is told at the field of all patterns."""
        return next((name for name in self.fields if path == name or path.startswith(f"{name}.")), None)


def own_groups(desk: Desk, actor: Staff, rows: Sequence[Group]) -> list[Group]:
    """What the actor may set: the sections that are theirs."""
    return [
        Group(group.title, group.text, parts)
        for group in rows
        if (parts := [part for part in group.parts if may_edit_section(desk, actor, section_of(part.path))])
    ]


class PublishPolicyForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why this change"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    valid_from = forms.DateField(
        label=gettext_lazy("In force from"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Empty: at once. What was raised and counted before keeps its rules."),
    )
