"""The clock of a leaving request: when it starts, by when it must be done, which warnings are due.

Done within so many trading days after the application and the end of the account's settlement, whichever is later
(证券经纪业务管理办法, in force 2023-02-28); how days are counted is the policy's. All moments are aware, in Shanghai time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from retention.domain.rules import SAME_DAY, ClockRules


class Sessions(Protocol):
    """What the clock needs of a trading calendar (branch_crm.core.trading_calendar.TradingCalendar)."""

    def is_session(self, day: date) -> bool: ...
    def is_provisional(self, day: date) -> bool: ...
    def shift(self, day: date, sessions: int) -> date: ...


@dataclass(frozen=True)
class Deadline:
    """starts: when the clock began. sessions: the trading days that count. due: the close of the last of them.

    provisional: a day of it lies beyond the published calendar, so the date may still move; a person should look at it.
    """

    starts: datetime
    sessions: tuple[date, ...]
    due: datetime
    provisional: bool


def work_out(*, applied: datetime, settled: datetime, rules: ClockRules, calendar: Sessions) -> Deadline:
    """The deadline of a request that was applied for and settled at these moments.

    `next_trading_day`: the first session after the day the clock starts is day 1. `same_day`: that day itself is day 1, if it
    is a session that has not ended yet.
    """
    starts = max(applied, settled)
    day = starts.date()
    counts_itself = rules.counting == SAME_DAY and calendar.is_session(day) and starts.time() < rules.day_ends
    first = 0 if counts_itself else 1
    sessions = tuple(calendar.shift(day, first + ahead) for ahead in range(rules.sessions))
    return Deadline(
        starts=starts,
        sessions=sessions,
        due=datetime.combine(sessions[-1], rules.day_ends, tzinfo=starts.tzinfo),
        provisional=calendar.is_provisional(sessions[-1]),
    )


def steps_due(deadline: Deadline, *, now: datetime, rules: ClockRules) -> int:
    """How many of the warnings have their time behind them; one more than there are warnings = the deadline is broken."""
    moments = [
        datetime.combine(deadline.sessions[warn.session - 1], warn.at, tzinfo=deadline.due.tzinfo)
        for warn in rules.warnings
    ]
    return sum(moment <= now for moment in [*moments, deadline.due])
