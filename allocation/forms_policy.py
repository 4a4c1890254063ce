"""The match policy as a form. A field's name is its path in the rules, so that an error of the rules finds its field."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisors.labels import SKILL_LABELS, skill_label
from allocation.domain.fit.policy import (
    DEFAULT_RULES,
    LATER_SECTIONS,
    PERMISSION_GROUPS,
    PERSONAS,
    TERMS,
    VALUE_TYPES,
    read_rules,
)
from allocation.forms import DayInput
from allocation.labels import class_label, term_label
from allocation.policy_fields import Number, Words, groups
from branch_crm.core.domain.rule_table import RuleFault
from servicelog.forms_policy import NoteForm

#: Term -> classes whose skills are asked for one by one; terms with one list of skills have the class "".
SKILL_TERMS: dict[str, tuple[str, ...]] = {
    "value_type": VALUE_TYPES,
    "persona": PERSONAS,
    "care": ("",),
    "large_assets": ("",),
    "permissions": PERMISSION_GROUPS,
}


class MatchPolicyForm(NoteForm):
    """`rules` after validation: the whole policy as it would be stored."""

    def __init__(self, *args: Any, rules: dict[str, Any], note: str = "", seen: str = "", **kwargs: Any) -> None:
        base = {**{name: DEFAULT_RULES[name] for name in LATER_SECTIONS}, **rules}
        self._base = copy.deepcopy(base)
        self._groups = groups()
        self._parts = [part for _title, _text, parts in self._groups for part in parts]
        self._shares = list(_share_paths(base))
        initial = {part.path: part.to_form(_at(base, part.path)) for part in self._parts}
        initial |= {path: _percent(_at(base, path)) for path in self._shares}
        super().__init__(*args, initial={"note": note, "seen": seen, **initial}, **kwargs)
        for part in self._parts:
            self.fields[part.path] = part.field()
        for path in self._shares:
            self.fields[path] = forms.FloatField(
                min_value=0, max_value=100_000, required=False, label=_share_label(path), widget=_share_input(path)
            )
        self.rules: dict[str, Any] = {}

    @property
    def groups(self) -> list[tuple[Words, Words, list[forms.BoundField]]]:
        return [(title, text, [self[part.path] for part in parts]) for title, text, parts in self._groups]

    @property
    def grids(self) -> list[dict[str, Any]]:
        """The skills asked for: per term its classes as columns, all skills as rows."""
        return [self._grid(term, classes) for term, classes in SKILL_TERMS.items()]

    def _grid(self, term: str, classes: tuple[str, ...]) -> dict[str, Any]:
        skills = dict.fromkeys(path.rsplit(".", 1)[1] for path in self._shares)
        rows = [(skill_label(skill), [self[_path(term, name, skill)] for name in classes]) for skill in skills]
        return {
            "term": term_label(term),
            "columns": [class_label(name) if name else _("all clients concerned") for name in classes],
            "rows": rows,
            "errors": [error for _skill, cells in rows for cell in cells for error in cell.errors],
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        rules = copy.deepcopy(self._base)
        for part in self._parts:
            _put(rules, part.path, part.to_rules(data[part.path]))
        for path in self._shares:
            parent, skill = path.rsplit(".", 1)
            table = _at(rules, parent)
            table.pop(skill, None)
            if data[path]:
                table[skill] = round(data[path] / 100, 8)
        try:
            read_rules(rules)
        except RuleFault as error:
            self.add_error(self._field_of(error.field), fault_text(error, self._scale(error.field)))
        else:
            self.rules = rules
        return data

    def _field_of(self, path: str) -> str | None:
        """The field for a path of the rules; a class without skills is told at its first skill."""
        if path in self.fields:
            return path
        if path == "terms":
            return f"terms.{TERMS[0]}.weight"
        return next((name for name in self._shares if name.startswith(f"{path}.")), None)

    def _scale(self, path: str) -> int:
        return next((part.scale for part in self._parts if isinstance(part, Number) and part.path == path), 1)


def fault_text(error: RuleFault, scale: int = 1) -> str:
    """What is wrong with a field, and what to do."""
    if error.field == "terms":
        return _("At least one term needs a weight above 0.")
    if error.low is not None and error.high is not None:
        bounds = {"low": f"{error.low * scale:,.10g}", "high": f"{error.high * scale:,.10g}"}
        return _("Enter a value from %(low)s to %(high)s.") % bounds
    return _("At least one skill needs a share above 0.")


class PublishPolicyForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why this change"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    valid_from = forms.DateField(
        label=gettext_lazy("In force from"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Empty: at once. Plans already made keep the version they were made with."),
    )


def _path(term: str, name: str, skill: str) -> str:
    return f"terms.{term}.skills.{name}.{skill}" if name else f"terms.{term}.skills.{skill}"


def _share_paths(rules: dict[str, Any]) -> Iterable[str]:
    tables = [rules["terms"][term]["skills"] for term in SKILL_TERMS]
    known = {skill for table in tables for part in table.values() if isinstance(part, dict) for skill in part}
    known |= {skill for table in tables for skill, part in table.items() if not isinstance(part, dict)}
    skills = [*SKILL_LABELS, *sorted(known - set(SKILL_LABELS))]
    for term, classes in SKILL_TERMS.items():
        for name in classes:
            yield from (_path(term, name, skill) for skill in skills)


def _share_label(path: str) -> str:
    _terms, term, _skills, *name, skill = path.split(".")
    return f"{class_label(name[0]) if name else term_label(term)} · {skill_label(skill)}"


def _share_input(path: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"step": "any", "aria-label": _share_label(path)})


def _percent(share: Any) -> float | None:
    return None if share is None else round(share * 100, 6)


def _at(rules: dict[str, Any], path: str) -> Any:
    part: Any = rules
    for name in path.split("."):
        part = part.get(name) if isinstance(part, dict) else None
    return part


def _put(rules: dict[str, Any], path: str, value: Any) -> None:
    *parents, name = path.split(".")
    part = rules
    for parent in parents:
        part = part[parent]
    part[name] = value
