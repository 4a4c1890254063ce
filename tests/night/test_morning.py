"""The morning of a trading day comes once, from its hour on; the group hears sums only."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from branch_crm.core.jobs import runner
from branch_crm.core.models import JobRun
from branch_crm.night.morning import start_due_mornings
from branch_crm.wecom.models import WecomMessage
from tests.cast import Cast, make_cast
from tests.servicelog.branch import client_of, task

SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def at(hour: int, minute: int, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def test_a_morning_starts_once_a_branch_on_trading_days(cast: Cast) -> None:
    assert start_due_mornings(at(8, 25)) == []
    first = start_due_mornings(at(8, 30))
    assert {job.branch for job in first} == {cast.home, cast.away}
    assert {job.pk for job in start_due_mornings(at(11, 55))} == {job.pk for job in first}
    assert start_due_mornings(at(12, 0)) == []
    assert start_due_mornings(at(9, 0, day=28)) == []  # a Saturday


def test_the_group_hears_the_sums_of_its_branch(cast: Cast, settings: object) -> None:
    settings.WECOM_WEBHOOK_URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secret"  # type: ignore[attr-defined]
    task(cast, client_of(cast), due_on=date(2026, 11, 20))
    task(cast, client_of(cast, "80000002", "赵海燕"), due_on=TUESDAY)
    for job in start_due_mornings(at(8, 30)):
        done = runner.run(job.pk)
        assert done is not None
        assert done.state == JobRun.State.SUCCEEDED, done.error
    message = WecomMessage.objects.get(branch=cast.home)
    assert message.text.splitlines() == [
        f"**{cast.home.name} · 今早汇总**",
        "> 今日到期的必做任务: **2**",
        "> 其中已超期: **1**",
        "> 临近时限的更换申请: **0**",
        "> 临近时限的离开申请: **0**",
    ]
    assert "赵海燕" not in message.text
    assert start_due_mornings(at(9, 0)) and WecomMessage.objects.filter(branch=cast.home).count() == 1


def test_without_the_robot_people_are_told_all_the_same(cast: Cast) -> None:
    job = start_due_mornings(at(8, 30))[0]
    done = runner.run(job.pk)
    assert done is not None
    assert (done.state, done.result) == (JobRun.State.SUCCEEDED, {"advisors": 0, "group": False})
