"""When a reason is practised again: after growing intervals while it goes well, the next day after it did not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

#: Days until the next drill of a reason, by the number of passes in a row.
INTERVALS = (1, 3, 7, 16, 35)


@dataclass(frozen=True)
class Try:
    """One drill of a reason by one person."""

    on: date
    passed: bool


@dataclass(frozen=True)
class Standing:
    """in_a_row: passes since the last fail. due: first day on which it is practised again."""

    tries: int
    in_a_row: int
    last: date
    last_passed: bool
    due: date

    def is_due(self, today: date) -> bool:
        return self.due <= today


def standing(tries: Iterable[Try]) -> Standing | None:
    """None = never practised. Several on one day count in the order given; a fail among them is not made good that day."""
    ordered = sorted(tries, key=lambda each: each.on)
    if not ordered:
        return None
    in_a_row = 0
    counted: date | None = None
    for each in ordered:
        if not each.passed:
            in_a_row, counted = 0, each.on
        elif each.on != counted:
            in_a_row, counted = in_a_row + 1, each.on
    last = ordered[-1]
    wait = INTERVALS[min(max(in_a_row, 1), len(INTERVALS)) - 1]
    return Standing(len(ordered), in_a_row, last.on, last.passed, last.on + timedelta(days=wait))
