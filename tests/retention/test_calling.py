"""Until when an answer is waited for, and who comes next."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch_crm.core.trading_calendar import TradingCalendar
from retention.domain.calling import answer_by, next_in_line, roles_called
from retention.domain.rules import DEFAULT_RULES, read_retention_rules

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = read_retention_rules(DEFAULT_RULES).case
#: The National Day week of 2026.
CALENDAR = TradingCalendar(
    closed_weekdays=tuple(date(2026, 10, day) for day in (1, 2, 5, 6, 7)),
    open_weekends=(),
    known_until=date(2026, 12, 31),
)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("called", "until"),
    [
        ("2026-11-24 10:00", "2026-11-24 10:10"),
        ("2026-11-24 07:00", "2026-11-24 08:40"),
        ("2026-11-24 17:25", "2026-11-25 08:35"),
        ("2026-11-24 22:00", "2026-11-25 08:40"),
        ("2026-09-30 17:28", "2026-10-08 08:38"),
        ("2026-10-03 12:00", "2026-10-08 08:40"),
    ],
)
def test_minutes_run_in_the_hours_of_trading_days(called: str, until: str) -> None:
    assert answer_by(called=moment(called), role="advisor", rules=RULES, calendar=CALENDAR) == moment(until)


@given(st.datetimes(min_value=datetime(2026, 9, 1), max_value=datetime(2026, 12, 1)))
def test_an_answer_is_only_waited_for_when_somebody_is_there(called: datetime) -> None:
    until = answer_by(called=called.replace(tzinfo=SHANGHAI), role="director", rules=RULES, calendar=CALENDAR)
    assert until >= called.replace(tzinfo=SHANGHAI) + timedelta(minutes=30)
    assert CALENDAR.is_session(until.date())
    assert time(8, 30) < until.time() <= time(17, 30)


def test_the_director_is_called_for_core_and_high_tiers() -> None:
    def roles(**given: object) -> tuple[str, ...]:
        facts = {"has_request": True, "has_advisor": True, "tier": 2, "is_core": False} | given
        return roles_called(rules=RULES, **facts)  # type: ignore[arg-type]

    assert roles() == ("counter", "advisor")
    assert roles(is_core=True)[-1] == roles(tier=4)[-1] == "director"
    assert roles(has_request=False, tier=None) == ("advisor",)
    assert roles(has_advisor=False, has_request=False, is_core=True) == ("director",)
    assert roles(has_advisor=False, has_request=False) == ("director",), "nobody serves the client"


def test_the_line_ends() -> None:
    assert next_in_line(["a", "b"], None) == "a"
    assert next_in_line(["a", "b"], "somebody else") == "a"
    assert next_in_line(["a", "b"], "a") == "b"
    assert next_in_line(["a", "b"], "b") is None
    assert next_in_line([], "a") is None
