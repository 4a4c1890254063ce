"""Which client to speak to on which day, so that the standard is kept and no day holds more than the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from servicelog.domain.service_rules import Standard

WEEK, SESSIONS_A_WEEK = 7, 5


@dataclass(frozen=True)
class Wish:
    """A client who should be spoken to by `due_on`. stake in 元."""

    client: int
    due_on: date
    tier: int
    stake: float


def daily_pace(clients: Iterable[tuple[Standard, int]]) -> int:
    """Contacts a trading day that keep the standards of so many clients each, rounded up; at least one."""
    a_day = sum(count * standard.contacts / standard.days for standard, count in clients)
    return max(1, ceil(a_day * WEEK / SESSIONS_A_WEEK - 1e-9))


def suggest(wishes: Iterable[Wish], days: Sequence[date], pace: int) -> tuple[dict[date, list[Wish]], list[Wish]]:
    """Wishes per day, at most `pace` a day, and those for whom the days have no room.

    The earlier deadline chooses first, then the higher tier, then more money. Each goes to the last day with room that
    is not after its deadline, else to the first day after it: nobody is late while an earlier day still has room.
    """
    plan: dict[date, list[Wish]] = {day: [] for day in days}
    left = []
    for wish in sorted(wishes, key=lambda wish: (wish.due_on, -wish.tier, -wish.stake, wish.client)):
        in_time = [day for day in reversed(days) if day <= wish.due_on]
        late = [day for day in days if day > wish.due_on]
        day = next((day for day in (*in_time, *late) if len(plan[day]) < pace), None)
        if day is None:
            left.append(wish)
        else:
            plan[day].append(wish)
    return plan, left
