"""The order of the day's queue, as one stated rule.

1. What is due comes first: mandatory tasks and promises whose deadline is today or has passed, the longest overdue on top.
2. Then mandatory tasks and promises with a later deadline.
3. Then core clients and high tiers who have gone quiet: no counted contact within the standard of their tier.
4. Then optional tasks of platinum and above: aims, never quotas.
5. Then all other optional tasks.

Inside each: the earlier deadline, then more money at stake, then the higher tier, then the longer quiet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import IntEnum


class Section(IntEnum):
    DUE = 1
    LATER = 2
    QUIET = 3
    AIM = 4
    OTHER = 5


@dataclass(frozen=True)
class Entry:
    """What the rule looks at. stake in 元; quiet_days since the last counted contact, None = never."""

    section: Section
    due_on: date
    stake: float
    tier: int
    quiet_days: int | None


def section_of_task(*, mandatory: bool, aim: bool, due_on: date, today: date) -> Section:
    if mandatory:
        return Section.DUE if due_on <= today else Section.LATER
    return Section.AIM if aim else Section.OTHER


def order_key(entry: Entry) -> tuple[int, date, float, int, int]:
    """Sorts by the rule above; never contacted counts as quiet for longest."""
    quiet = 10**6 if entry.quiet_days is None else entry.quiet_days
    return (entry.section, entry.due_on, -entry.stake, -entry.tier, -quiet)


def in_quiet_hours(at: time, start: time, end: time) -> bool:
    """Whether clients are left in peace at that time of day; the hours may run over midnight, start = end means none."""
    return start <= at < end if start <= end else at >= start or at < end


def waits_for_morning(section: Section) -> bool:
    """In quiet hours only what is mandatory or promised is asked for."""
    return section > Section.LATER
