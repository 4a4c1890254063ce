"""Trading days of the Shanghai and Shenzhen exchanges, as the product counts them.

The table TradingDay is the truth (seeded from exchange-calendars' XSHG, edited by compliance). A day without a row follows
the weekday rule and is *provisional*: beyond the published calendar everything goes on, with a visible warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from branch_crm.core.models import TradingDay


@dataclass(frozen=True)
class TradingCalendar:
    """A frozen view of the sessions from `first` to `last` (both dates inclusive); safe to hand to domain code.

    `closed_weekdays` and `open_weekends` are the exceptions to Monday-Friday; `known_until` is the last day that has a row.
    """

    closed_weekdays: tuple[date, ...]
    open_weekends: tuple[date, ...]
    known_until: date

    @cached_property
    def _busday(self) -> np.busdaycalendar:
        return np.busdaycalendar(weekmask="1111100", holidays=np.array(self.closed_weekdays, dtype="datetime64[D]"))

    def is_session(self, day: date) -> bool:
        return day in self.open_weekends or bool(np.is_busday(np.datetime64(day), busdaycal=self._busday))

    def is_provisional(self, day: date) -> bool:
        """True where no published or entered day covers `day`."""
        return day > self.known_until

    def on_or_before(self, day: date) -> date:
        """The latest session not after `day`."""
        while not self.is_session(day):
            day -= timedelta(days=1)
        return day

    def shift(self, day: date, sessions: int) -> date:
        """The session `sessions` trading days after `day` (before, when negative); 0 gives the next session on or after it."""
        step = timedelta(days=1 if sessions >= 0 else -1)
        left = abs(sessions)
        if sessions == 0:
            while not self.is_session(day):
                day += step
            return day
        while left:
            day += step
            left -= self.is_session(day)
        return day

    def count(self, start: date, end: date) -> int:
        """Sessions in [start, end): negative when end lies before start."""
        days = int(np.busday_count(np.datetime64(start), np.datetime64(end), busdaycal=self._busday))
        low, high, sign = (start, end, 1) if start <= end else (end, start, -1)
        return days + sign * sum(low <= day < high for day in self.open_weekends)

    def count_many(self, starts: npt.NDArray[np.datetime64], end: date) -> npt.NDArray[np.int64]:
        """Sessions in [start, end) for an array of days (datetime64[D])."""
        days = np.asarray(np.busday_count(starts, np.datetime64(end), busdaycal=self._busday), dtype=np.int64)
        for day in self.open_weekends:
            days += (starts <= np.datetime64(day)) & (np.datetime64(day) < np.datetime64(end))
        return days


def load() -> TradingCalendar:
    """Read the calendar: one small query, only the exceptions travel."""
    rows = list(TradingDay.objects.values_list("day", "is_session"))
    closed = tuple(day for day, is_session in rows if not is_session and day.weekday() < 5)
    opened = tuple(day for day, is_session in rows if is_session and day.weekday() >= 5)
    known_until = max((day for day, _ in rows), default=date(2000, 1, 1))
    return TradingCalendar(closed_weekdays=closed, open_weekends=opened, known_until=known_until)
