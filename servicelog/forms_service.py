"""The service policy as a form. A field's name is its path in the rules, so that a fault finds its field."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from branch_crm.core.models import Staff
from servicelog.domain.service_rules import DEFAULT_RULES, ServicePolicyError, read_service_rules
from servicelog.forms_mot import NoteForm
from servicelog.service_fields import Group, Part, groups, put_at, section_of, value_at
from servicelog.services.policy_desk import may_edit_section


class ServicePolicyForm(NoteForm):
    """`rules` after validation: the whole policy as it would be stored. Only the actor's sections have fields."""

    def __init__(
        self, *args: Any, rules: Mapping[str, Any], actor: Staff, note: str = "", seen: str = "", **kwargs: Any
    ) -> None:
        self._base = copy.deepcopy({**DEFAULT_RULES, **rules})
        self._groups = [
            Group(group.title, group.text, parts)
            for group in groups()
            if (parts := [part for part in group.parts if may_edit_section(actor, section_of(part.path))])
        ]
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
        try:
            read_service_rules(rules)
        except ServicePolicyError as error:
            self.add_error(self._field_of(error.field), _fault_text(error))
        else:
            self.rules = rules
        return data

    def _field_of(self, path: str) -> str | None:
        """`forbidden.patterns.3` is told at the field of all patterns."""
        return next((name for name in self.fields if path == name or path.startswith(f"{name}.")), None)


def _fault_text(error: ServicePolicyError) -> str:
    """What fields cannot check by themselves are patterns; the path ends with the number of the line."""
    head, _dot, at = error.field.rpartition(".")
    if head == "forbidden.patterns":
        return _("Line %(line)s is not a regular expression; check its brackets.") % {"line": int(at) + 1}
    return error.message
