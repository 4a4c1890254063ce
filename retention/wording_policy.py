"""The retention policy in words: its rules as label and text, and what one version says differently from another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

from retention.domain.rules import DEFAULT_RULES
from retention.forms_policy import parts
from servicelog.service_fields import value_at

Group = tuple[str | Promise, list[tuple[str, str]]]


def rules_in_words(rules: Mapping[str, Any]) -> list[Group]:
    """Groups of the desk with (label, what is set); sections a version lacks count with their defaults."""
    whole = {**DEFAULT_RULES, **rules}
    shown: list[Group] = []
    for title, group in parts():
        rows = []
        for part in group:
            field = part.field()
            text = str(part.to_form(value_at(whole, part.path)))
            rows.append((str(field.label), str(dict(getattr(field, "choices", ())).get(text, text))))
        shown.append((title, rows))
    return shown


def changes_in_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was and what is, a sentence each, for the rules that differ."""
    pairs = zip(rules_in_words(before), rules_in_words(after), strict=True)
    return [
        (f"{label}: {old}", f"{label}: {new}")
        for (_title, olds), (_same, news) in pairs
        for (label, old), (_label, new) in zip(olds, news, strict=True)
        if old != new
    ]
