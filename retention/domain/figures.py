"""What came of keeping clients, counted: said to stay is not stayed, and a share of few is no share.

One line a group (a reason, a tier, an advisor, a month); the whole is the sum of its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Protocol, Self

from branch_crm.core.wilson import wilson

BY = ("reason", "tier", "advisor", "month")


@dataclass(frozen=True)
class Share:
    """hits of n. interval: 95 %, Wilson; None, as `value`, where n is below what the policy asks for."""

    hits: int
    n: int
    interval: tuple[float, float] | None

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.interval else None


def share_of(hits: int, n: int, *, least: int) -> Share:
    return Share(hits, n, wilson(hits, n) if n >= least else None)


@dataclass(frozen=True)
class Line:
    """A group. Cases opened in the period, and requests that came in it; assets, revenue and cost in 元.

    checked_*: said to stay, and looked at again after 30 or 90 days; kept_*: of those, still here with assets and activity.
    assets_*: of the kept, what was there at the opening and still is, market moves taken out and new money left out.
    cost: of what was granted, a year. finished: of the requests, done or past their deadline; in_time: of those.
    """

    key: str
    opened: int = 0
    talked: int = 0
    stays: int = 0
    checked_30: int = 0
    kept_30: int = 0
    checked_90: int = 0
    kept_90: int = 0
    complained: int = 0
    assets: Decimal = Decimal(0)
    assets_30: Decimal = Decimal(0)
    assets_90: Decimal = Decimal(0)
    revenue_90: Decimal = Decimal(0)
    granted: int = 0
    cost: Decimal = Decimal(0)
    requests: int = 0
    finished: int = 0
    in_time: int = 0

    def __add__(self, other: Self) -> Line:
        """The counts of both, under the key of the first."""
        sums = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        return Line(self.key, **sums)

    @property
    def late(self) -> int:
        return self.finished - self.in_time

    def kept(self, days: int, *, least: int) -> Share:
        """Of those who said to stay and were looked at again after so many days."""
        return share_of(getattr(self, f"kept_{days}"), getattr(self, f"checked_{days}"), least=least)

    def done_in_time(self, *, least: int) -> Share:
        return share_of(self.in_time, self.finished, least=least)


COUNTS = tuple(field.name for field in fields(Line) if field.name != "key")


def added(lines: Iterable[Line]) -> Line:
    return sum(lines, Line(""))


class Sessions(Protocol):
    """What is needed of a trading calendar (branch_crm.core.trading_calendar.TradingCalendar)."""

    def count(self, start: date, end: date) -> int: ...


def median_sessions(spans: Sequence[tuple[date, date, int]], *, calendar: Sessions) -> int | None:
    """Trading days from the start of the clock to done, the middle one of all; each span comes so many times.

    0 = on the day itself. Of an even number the longer of the two in the middle; None of nobody.
    """
    lengths = sorted((max(calendar.count(start, end), 0), times) for start, end, times in spans)
    total, passed = sum(times for _length, times in lengths), 0
    for length, times in lengths:
        passed += times
        if passed * 2 > total:
            return length
    return None
