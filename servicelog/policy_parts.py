"""The parts that a policy's desk is made of: where a rule stands, its words and bounds, how it is written and said.

One list of them serves the desk, the page that reads a version, and the differences between two versions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as now

Words = str | Promise


class Part(Protocol):
    """A rule of a policy: where it stands, how it is written in a form, how it is said."""

    @property
    def path(self) -> str: ...

    @property
    def label(self) -> Words: ...

    def field(self) -> forms.Field: ...

    def to_form(self, value: Any) -> Any: ...

    def to_rules(self, value: Any) -> Any: ...

    def say(self, value: Any) -> str: ...


class AsTyped:
    """Kept as it is typed."""

    def to_form(self, value: Any) -> Any:
        return value

    def to_rules(self, value: Any) -> Any:
        return value


@dataclass(frozen=True)
class Whole:
    """A whole number of the rules. `empty`: what no number means, where none may be given."""

    path: str
    label: Words
    low: int
    high: int
    unit: Words = ""
    scale: int = 1
    empty: Words = ""

    def field(self) -> forms.Field:
        return forms.IntegerField(
            label=self.label,
            min_value=self.low,
            max_value=self.high,
            required=not self.empty,
            help_text=self.empty or self.unit,
        )

    def to_form(self, value: Any) -> Any:
        return None if value is None else round(value * self.scale)

    def to_rules(self, value: Any) -> Any:
        return value if self.scale == 1 or value is None else value / self.scale

    def say(self, value: Any) -> str:
        return str(self.empty) if value is None else f"{self.to_form(value):,} {self.unit}".strip()


@dataclass(frozen=True)
class Hour(AsTyped):
    path: str
    label: Words

    def field(self) -> forms.Field:
        return forms.TimeField(label=self.label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def to_rules(self, value: Any) -> str:
        return f"{value:%H:%M}"

    def say(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class Lines:
    """A list of texts, one a line."""

    path: str
    label: Words
    help_text: Words = ""

    def field(self) -> forms.Field:
        return forms.CharField(
            label=self.label,
            help_text=self.help_text,
            required=False,
            max_length=8000,
            widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "translate": "no"}),
        )

    def to_form(self, value: Any) -> str:
        return "\n".join(value)

    def to_rules(self, value: str) -> list[str]:
        return list(dict.fromkeys(line.strip() for line in value.splitlines() if line.strip()))

    def say(self, value: Any) -> str:
        return " · ".join(value) or now("none")


@dataclass(frozen=True)
class Number(AsTyped):
    """A number with decimals."""

    path: str
    label: Words
    low: float
    high: float
    unit: Words = ""

    def field(self) -> forms.Field:
        return forms.FloatField(
            label=self.label,
            min_value=self.low,
            max_value=self.high,
            help_text=self.unit,
            widget=forms.NumberInput(attrs={"step": "any"}),
        )

    def say(self, value: Any) -> str:
        return f"{value:,g} {self.unit}".strip()


@dataclass(frozen=True)
class Group:
    title: Words
    text: Words
    parts: Sequence[Part]


def texts_of(rows: Sequence[Group], rules: Mapping[str, Any]) -> list[tuple[Group, list[tuple[Words, str]]]]:
    """Every figure of `rules`, which are whole, under its heading."""
    return [(group, [(part.label, part.say(value_at(rules, part.path))) for part in group.parts]) for group in rows]


def changes_of(rows: Sequence[Group], old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pairs of sentences, before and after, of two sets of whole rules."""
    return [
        (f"{part.label}: {part.say(value_at(old, part.path))}", f"{part.label}: {part.say(value_at(new, part.path))}")
        for group in rows
        for part in group.parts
        if value_at(old, part.path) != value_at(new, part.path)
    ]


def section_of(path: str) -> str:
    """The section of the rules that a path belongs to; sections are what roles may edit."""
    return path.partition(".")[0]


def value_at(rules: Mapping[str, Any], path: str) -> Any:
    value: Any = rules
    for name in path.split("."):
        value = value[name]
    return value


def put_at(rules: dict[str, Any], path: str, value: Any) -> None:
    *parents, name = path.split(".")
    table = rules
    for parent in parents:
        table = table[parent]
    table[name] = value
