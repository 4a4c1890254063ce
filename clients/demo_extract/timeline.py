"""The trading days a branch's data covers."""

from dataclasses import dataclass
from datetime import date, timedelta

import exchange_calendars
import numpy as np
from exchange_calendars.exchange_calendar_xshg import XSHGExchangeCalendar
from numpy.typing import NDArray

from clients.demo_extract.draws import Ints

Days = NDArray[np.datetime64]

WARM_UP_DAYS = 380
DAILY_SESSIONS = 30


def trading_days(first: date, last: date) -> Days:
    """Sessions of the Shanghai exchange; plain weekdays where the library records no holidays (before 1990, after 2026)."""
    days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    weekdays = days[np.is_busday(days)]
    known_from = max(first, XSHGExchangeCalendar.bound_min().date())
    known_to = min(last, XSHGExchangeCalendar.bound_max().date())
    if known_from > known_to:
        return weekdays
    calendar = exchange_calendars.get_calendar("XSHG", start=str(known_from), end=str(known_to))
    outside = (weekdays < np.datetime64(known_from)) | (weekdays > np.datetime64(known_to))
    return np.union1d(weekdays[outside], calendar.sessions.to_numpy().astype("M8[D]"))


@dataclass(frozen=True)
class Timeline:
    """Sessions by index: a warm-up year that only gives the opening book its history, then the window of the files."""

    as_of: date
    days: Days
    first: int
    snapshots: Ints

    @property
    def last(self) -> int:
        return len(self.days) - 1

    @property
    def opening(self) -> int:
        """The first snapshot; positions are written for it and for the last session, so the trades can be replayed."""
        return int(self.snapshots[0])

    @property
    def years(self) -> float:
        return (self.last - self.first + 1) / 243

    def session_of(self, day: np.datetime64 | Days) -> Ints:
        """Index of the first session on or after the day."""
        return np.searchsorted(self.days, day)

    def written(self, separator: str) -> list[str]:
        """Every session's date as text: year, month, day."""
        return [day.replace("-", separator) for day in np.datetime_as_string(self.days).tolist()]


def build_timeline(*, as_of: date, months: int) -> Timeline:
    """The last `months` months up to the last session on or before `as_of`, with month-ends and the last 30 sessions."""
    start = np.datetime64(as_of, "M") - months
    first_day = (start.astype("M8[D]") + (as_of.day - 1)).astype(date)
    days = trading_days(first_day - timedelta(days=WARM_UP_DAYS), as_of)
    first = int(np.searchsorted(days, np.datetime64(first_day)))
    month = days.astype("M8[M]")
    # The running month has no end yet, even when as_of is its last day by the calendar: the next session decides.
    month_ends = np.flatnonzero(month[:-1] != month[1:])
    daily = np.arange(max(first, len(days) - DAILY_SESSIONS), len(days))
    snapshots = np.union1d(month_ends[month_ends >= first], daily)
    return Timeline(as_of=as_of, days=days, first=first, snapshots=snapshots)
