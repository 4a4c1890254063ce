"""Which tasks a draft of the MOT policy would have raised in the past month, beside what the version in force raises.

The same statements as a night's, session by session, into a temporary table. The branch's people, tiers and advisors are
today's; holdings, flows and trades are those of each day. Every task counts as done on the day it is raised.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from branch_crm.core import trading_calendar
from branch_crm.core.jobs import Progress, enqueue
from branch_crm.core.models import Branch, JobRun, Staff
from branch_crm.core.trading_calendar import TradingCalendar
from servicelog.domain.mot.rules import read_mot_rules
from servicelog.models import MotPolicy
from servicelog.services.errors import ServiceLogError
from servicelog.services.mot_policies import ensure_mot_policy
from servicelog.services.policy_desk import mark_of
from servicelog.services.raise_tasks import fill

KIND = "servicelog.simulate"
#: Calendar days that are simulated: a month.
DAYS = 30

TRIAL = "mot_trial"
#: Of the shape of tasks, without the rule of one open task a moment: here all are done at once.
CREATE = f"""
    DROP TABLE IF EXISTS {TRIAL};
    CREATE TEMPORARY TABLE {TRIAL} (LIKE servicelog_mottask INCLUDING DEFAULTS INCLUDING IDENTITY);
    CREATE UNIQUE INDEX ON {TRIAL} (client_id, kind, happening);
"""
#: In the order of `Cell`.
COUNT = f"SELECT kind, advisor_id, raised_on, mandatory, count(*) FROM {TRIAL} GROUP BY 1, 2, 3, 4"


@dataclass(frozen=True)
class Cell:
    """So many tasks of one moment for one advisor on one session."""

    kind: str
    advisor: int | None
    day: date
    mandatory: bool
    tasks: int


def ask_for_simulation(*, policy: MotPolicy, actor: Staff, today: date) -> JobRun:
    """Put the simulation on the list of jobs; asking again for the same rules on the same day gives the same job."""
    if policy.state != MotPolicy.State.DRAFT or policy.branch is None:
        raise ServiceLogError(_("Only a draft is simulated: a published version is what the nights raise."))
    return enqueue(
        KIND,
        key=trial_key(policy, today),
        branch=policy.branch,
        actor=actor,
        policy_id=policy.pk,
        until=today.isoformat(),
    )


def simulation_under_way(*, policy: MotPolicy, today: date) -> JobRun | None:
    """Today's simulation of the draft as it stands, unless it has succeeded: then the outcome is on the draft."""
    return JobRun.objects.filter(key=trial_key(policy, today)).exclude(state=JobRun.State.SUCCEEDED).first()


def trial_key(policy: MotPolicy, today: date) -> str:
    return f"mot-trial:{policy.pk}:{mark_of(policy)}:{today.isoformat()}"


def simulate_tasks(*, policy: MotPolicy, until: date, progress: Progress | None = None) -> dict[str, Any]:
    """Simulate the month up to `until` and keep the outcome on the draft. Returns what is kept: see `_summary`."""
    branch, mark = policy.branch, mark_of(policy)
    if branch is None:
        raise ServiceLogError(_("Only a draft is simulated: a published version is what the nights raise."))
    calendar = trading_calendar.load()
    sessions = _sessions(until, calendar)
    in_force = ensure_mot_policy(branch=branch, on=until)
    changed = _changed_moments(in_force, policy)
    steps = len(sessions) * 2
    if progress:
        progress.step(gettext_noop("Simulate a month"), total=steps)
    after = _run(branch, policy, sessions, calendar, None, progress, 0)
    # What both versions ask for alike is counted once.
    before = [cell for cell in after if cell.kind not in changed]
    before += _run(branch, in_force, sessions, calendar, changed, progress, len(sessions))
    summary = _summary(before, after, sessions) | {"mark": mark, "against": in_force.version}
    MotPolicy.objects.filter(pk=policy.pk).update(trial=summary)
    return summary


def _sessions(until: date, calendar: TradingCalendar) -> list[date]:
    days = [until - timedelta(days=back) for back in range(DAYS, 0, -1)]
    return [day for day in days if calendar.is_session(day)]


def _changed_moments(one: MotPolicy, other: MotPolicy) -> set[str]:
    before, after = read_mot_rules(one.rules), read_mot_rules(other.rules)
    changed = {b.code for b, a in zip(before.triggers, after.triggers, strict=True) if b != a}
    return changed | ({"festival"} if before.festivals != after.festivals else set())


def _run(
    branch: Branch,
    policy: MotPolicy,
    sessions: Iterable[date],
    calendar: TradingCalendar,
    only: set[str] | None,
    progress: Progress | None,
    done: int,
) -> list[Cell]:
    """The tasks of all sessions; a transaction each, as a month at once would hold the database for long."""
    if only is not None and not only:
        return []
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
    for at, day in enumerate(sessions, start=done + 1):
        with transaction.atomic():
            fill(TRIAL, branch=branch, day=day, policy=policy, calendar=calendar, only=only)
        if progress:
            progress.advance_to(at)
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        cells = [Cell(*row) for row in cursor.fetchall()]
        cursor.execute(f"DROP TABLE {TRIAL}")
    return cells


def _summary(before: list[Cell], after: list[Cell], sessions: list[date]) -> dict[str, Any]:
    """`moments`: code -> mandatory before, after, optional before, after; `advisors`: key ("" = nobody's) -> the same four;
    `days`: session -> all before, after; `from`, `to`: the first and the last session."""
    moments: dict[str, list[int]] = {}
    advisors: dict[str, list[int]] = {}
    days = {day.isoformat(): [0, 0] for day in sessions}
    for column, cells in enumerate((before, after)):
        for cell in cells:
            at = column if cell.mandatory else column + 2
            moments.setdefault(cell.kind, [0] * 4)[at] += cell.tasks
            advisors.setdefault(str(cell.advisor or ""), [0] * 4)[at] += cell.tasks
            days[cell.day.isoformat()][column] += cell.tasks
    return {
        "from": sessions[0].isoformat() if sessions else "",
        "to": sessions[-1].isoformat() if sessions else "",
        "sessions": len(sessions),
        "moments": moments,
        "advisors": advisors,
        "days": days,
    }
