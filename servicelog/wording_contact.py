"""A correction of a contact in words: field, what stood before, what stands now."""

from __future__ import annotations

from typing import Any

from servicelog.models import Channel, Clas, Contact, ContactAmendment, Direction, Purpose

CHOICES = {"channel": Channel, "direction": Direction, "purpose": Purpose}


def changed_fields(amendment: ContactAmendment) -> list[tuple[str, str, str]]:
    return [
        (
            str(Contact._meta.get_field(name).verbose_name),
            _shown(name, before),
            _shown(name, amendment.after.get(name)),
        )
        for name, before in amendment.before.items()
    ]


def _shown(name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if name == "clas":
        return "、".join(str(Clas(letter).label) for letter in value)
    return str(CHOICES[name](value).label) if name in CHOICES else str(value)
