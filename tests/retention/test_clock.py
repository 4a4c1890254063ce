"""Two trading days from the application and the settlement, over nights, week-ends and holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.trading_calendar import TradingCalendar
from retention.domain.clock import steps_due, work_out
from retention.domain.rules import DEFAULT_RULES, read_retention_rules

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: The National Day week of 2026 and the days around it.
CALENDAR = TradingCalendar(
    closed_weekdays=tuple(date(2026, 10, day) for day in (1, 2, 5, 6, 7)),
    open_weekends=(),
    known_until=date(2026, 12, 31),
)
RULES = read_retention_rules({}).clock
SAME_DAY = read_retention_rules({"clock": {**DEFAULT_RULES["clock"], "counting": "same_day"}}).clock


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("applied", "settled", "rules", "due"),
    [
        pytest.param("2026-09-14 10:00", "2026-09-14 10:00", RULES, "2026-09-16 15:00", id="an ordinary Monday"),
        pytest.param("2026-09-14 10:00", "2026-09-15 18:00", RULES, "2026-09-17 15:00", id="settled a day later"),
        pytest.param("2026-09-18 10:00", "2026-09-18 10:00", RULES, "2026-09-22 15:00", id="over a week-end"),
        pytest.param("2026-09-30 16:50", "2026-09-30 16:50", RULES, "2026-10-09 15:00", id="16:50 before a holiday"),
        pytest.param("2026-10-03 09:00", "2026-10-03 09:00", RULES, "2026-10-09 15:00", id="online in the holiday"),
        pytest.param("2026-09-14 10:00", "2026-09-14 10:00", SAME_DAY, "2026-09-15 15:00", id="the day itself counts"),
        pytest.param("2026-09-14 15:00", "2026-09-14 15:00", SAME_DAY, "2026-09-16 15:00", id="its session has ended"),
        pytest.param("2026-10-03 09:00", "2026-10-03 09:00", SAME_DAY, "2026-10-09 15:00", id="no session to count"),
    ],
)
def test_the_deadline(applied: str, settled: str, rules: object, due: str) -> None:
    deadline = work_out(applied=at(applied), settled=at(settled), rules=rules, calendar=CALENDAR)
    assert deadline.due == at(due)
    assert not deadline.provisional


def test_beyond_the_published_calendar_it_is_provisional() -> None:
    deadline = work_out(applied=at("2026-12-31 10:00"), settled=at("2026-12-31 10:00"), rules=RULES, calendar=CALENDAR)
    assert deadline.provisional
    assert deadline.due.date() > date(2026, 12, 31)


def test_warnings_come_one_after_the_other_and_the_breach_last() -> None:
    deadline = work_out(applied=at("2026-09-14 10:00"), settled=at("2026-09-14 10:00"), rules=RULES, calendar=CALENDAR)
    moments = ["2026-09-15 11:59", "2026-09-15 12:00", "2026-09-16 10:00", "2026-09-16 14:59", "2026-09-16 15:00"]
    assert [steps_due(deadline, now=at(moment), rules=RULES) for moment in moments] == [0, 1, 2, 2, 3]


@given(
    applied=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)),
    wait=st.timedeltas(timedelta(0), timedelta(days=20)),
)
def test_nothing_is_due_before_two_sessions_have_passed(applied: datetime, wait: timedelta) -> None:
    starts = applied.replace(tzinfo=SHANGHAI)
    deadline = work_out(applied=starts, settled=starts + wait, rules=RULES, calendar=CALENDAR)
    assert deadline.starts == starts + wait
    assert all(CALENDAR.is_session(day) for day in deadline.sessions)
    assert CALENDAR.count(deadline.starts.date() + timedelta(days=1), deadline.due.date() + timedelta(days=1)) == 2


@pytest.mark.parametrize(
    ("section", "change", "field"),
    [
        ("clock", {"sessions": 0}, "clock.sessions"),
        ("clock", {"counting": "whenever"}, "clock.counting"),
        ("clock", {"warnings": [{"session": 3, "at": "10:00"}]}, "clock.warnings.0.session"),
        ("clock", {"day_ends": "evening"}, "clock.day_ends"),
        ("verify", {"days": [90, 30]}, "verify.days"),
        ("verify", {"least_assets_share": "NaN"}, "verify.least_assets_share"),
    ],
)
def test_a_wrong_rule_names_its_field(section: str, change: dict[str, object], field: str) -> None:
    with pytest.raises(RuleFault) as error:
        read_retention_rules({section: {**DEFAULT_RULES[section], **change}})
    assert error.value.field == field
