"""I-CLAS: which side of the relation has had no talk for too long (domain.md §5). A hint, never a target."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

LETTERS = ("I", "C", "L", "A", "S")


def gaps(last: Mapping[str, date], *, on: date, days: int) -> tuple[str, ...]:
    """Letters without a tagged contact within `days` before `on`, in the order of the model. `last`: letter -> last day."""
    since = on - timedelta(days=days)
    return tuple(letter for letter in LETTERS if last.get(letter) is None or last[letter] < since)
