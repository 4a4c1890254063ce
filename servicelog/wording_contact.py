"""Parts of a contact in words: a correction with what stood before and what stands now, fields of the profile it filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clients.models import ClientProfile
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


def profile_labels(names: Sequence[str]) -> list[str]:
    return [str(ClientProfile._meta.get_field(name).verbose_name) for name in names]


def _shown(name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if name == "clas":
        return "、".join(str(Clas(letter).label) for letter in value)
    return str(CHOICES[name](value).label) if name in CHOICES else str(value)
