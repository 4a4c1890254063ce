"""Raise the MOT tasks of a night for a whole branch: one set-based statement per moment, harmless when run again.

A happening is named by what makes it unique, the database holds one task per client, moment and happening and one open task
per client and moment, and a cooldown looks both ways in time: nights may be run again, in any order, and nothing doubles.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from branch_crm.core import audit, trading_calendar
from branch_crm.core.models import Branch
from branch_crm.core.trading_calendar import TradingCalendar
from clients.domain.value.rules import parse_rules
from clients.models import ScoringRun
from servicelog.domain.mot.rules import MotRules, TriggerRule, read_mot_rules
from servicelog.models import MotPolicy
from servicelog.queries.mot.catalog import QUERIES
from servicelog.queries.mot.relation import INTRODUCTION
from servicelog.queries.mot.shape import MOT_CLIENTS, days_of, maturing_days
from servicelog.services.lapse_tasks import lapse_tasks
from servicelog.services.mot_policies import ensure_mot_policy

TASKS = "servicelog_mottask"

#: A task per happening that the policy asks of the client's tier, unless it was raised before or the cooldown runs.
RAISE = """
    INSERT INTO {target} (branch_id, client_id, kind, happening, mandatory, aim, advisor_id, tier, raised_on, due_on,
                          due_time, facts, at_stake, policy_id, state, lapse_reason)
    SELECT %(branch)s, m.client_id, %(kind)s, h.happening, use.name = 'must', use.name = 'may' AND m.tier >= %(aim)s,
           m.advisor_id, m.tier, %(day)s, coalesce(h.due_on, %(limit_day)s), %(due_time)s, h.facts,
           coalesce(round(h.at_stake, 2), 0), %(policy)s, 'open', ''
    FROM ({query}) AS h(client_id, happening, at_stake, due_on, facts)
    JOIN mot_client m ON m.client_id = h.client_id
    CROSS JOIN LATERAL (SELECT (%(uses)s::text[])[m.tier] AS name) use
    WHERE use.name <> 'off' AND NOT (%(marketing)s AND m.opted_out)
      AND NOT EXISTS (
          SELECT 1 FROM {target} t WHERE t.client_id = m.client_id AND t.kind = %(kind)s
            AND (t.happening = h.happening OR t.raised_on BETWEEN %(cool_from)s AND %(cool_to)s))
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def raise_tasks(
    *, branch: Branch, day: date, policy: MotPolicy | None = None, report: Callable[[int, int], None] | None = None
) -> dict[str, int]:
    """Raise what `day` (a session) asks for, after letting lapse what has passed. Returns new tasks per moment.

    `report(done, total)` is told after every moment.
    """
    lock_tasks(branch)
    policy = policy or ensure_mot_policy(branch=branch, on=day)
    calendar = trading_calendar.load()
    lapsed = lapse_tasks(branch=branch, day=day, calendar=calendar)
    raised = fill(TASKS, branch=branch, day=day, policy=policy, calendar=calendar, report=report)
    if raised or lapsed:
        audit.record(
            action="servicelog.tasks_raised",
            actor=None,
            branch=branch,
            target=policy,
            detail={"day": day.isoformat(), "raised": sum(raised.values()), "lapsed": lapsed},
        )
    return raised


def lock_tasks(branch: Branch) -> None:
    """One night at a time for a branch; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [6201, branch.pk])


def fill(
    target: str,
    *,
    branch: Branch,
    day: date,
    policy: MotPolicy,
    calendar: TradingCalendar,
    only: Collection[str] | None = None,
    report: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Write the tasks of one session into `target`, the table of tasks or one of its shape. Inside the caller's transaction.

    `only`: codes of moments; None = all that the policy asks for.
    """
    rules = read_mot_rules(policy.rules)
    asked = [rule for rule in rules.triggers if not rule.is_off and (only is None or rule.code in only)]
    raised: dict[str, int] = {}
    with connection.cursor() as cursor:
        _read_clients(cursor, branch, day)
        for done, rule in enumerate(asked, start=1):
            given = _given(rule, rules, branch, day, calendar) | {"policy": policy.pk}
            cursor.execute(RAISE.format(target=target, query=QUERIES[rule.code]), given)
            if cursor.rowcount > 0:
                raised[rule.code] = cursor.rowcount
            if report:
                report(done, len(asked))
    return raised


def raise_introductions(*, branch: Branch, clients: Sequence[int], day: date) -> int:
    """The task of introducing oneself, for clients who change hands at this moment; the night would raise the same one.

    Inside the caller's transaction. Returns how many are new.
    """
    policy = ensure_mot_policy(branch=branch, on=day)
    rules = read_mot_rules(policy.rules)
    rule = next(rule for rule in rules.triggers if rule.code == "new_advisor")
    if rule.is_off:
        return 0
    given = _given(rule, rules, branch, day, trading_calendar.load()) | {"policy": policy.pk}
    with connection.cursor() as cursor:
        _read_clients(cursor, branch, day, clients)
        cursor.execute(RAISE.format(target=TASKS, query=INTRODUCTION), given)
        return int(cursor.rowcount)


def _read_clients(cursor: Any, branch: Branch, day: date, clients: Sequence[int] | None = None) -> None:
    """Fill the table that the queries of all moments read, until the end of the transaction."""
    cursor.execute("DROP TABLE IF EXISTS mot_client")
    cursor.execute(
        MOT_CLIENTS, {"branch": branch.pk, "day": day, "clients": None if clients is None else list(clients)}
    )
    cursor.execute("CREATE UNIQUE INDEX ON mot_client (client_id)")
    cursor.execute("ANALYZE mot_client")


def _given(rule: TriggerRule, rules: MotRules, branch: Branch, day: date, calendar: TradingCalendar) -> dict[str, Any]:
    return {
        "branch": branch.pk,
        "day": day,
        "kind": rule.code,
        "uses": list(rule.uses),
        "aim": rules.aim_from_tier,
        "marketing": rule.trigger.marketing,
        # The extract of a session comes in its evening: "the same day" is the session on which somebody first sees the task.
        "limit_day": calendar.shift(day, max(rule.limit, 1)),
        "due_time": rule.trigger.due_time,
        "cool_from": calendar.shift(day, -rule.cooldown) if rule.cooldown else day + timedelta(days=1),
        "cool_to": calendar.shift(day, rule.cooldown) if rule.cooldown else day,
        **days_of(rule.parameters, day, calendar),
        **_of_its_own(rule, rules, branch, day, calendar),
    }


def _of_its_own(
    rule: TriggerRule, rules: MotRules, branch: Branch, day: date, calendar: TradingCalendar
) -> dict[str, Any]:
    """Parameters that only one moment knows."""
    match rule.code:
        case "product_maturing":
            return maturing_days(rule.parameters, day, calendar)
        case "birthday" | "anniversary":
            return _days_ahead(day, calendar)
        case "festival":
            return _days_ahead(day, calendar) | {
                "festival_days": [on for on, _name in rules.festivals],
                "festival_names": [name for _on, name in rules.festivals],
            }
        case "near_tier":
            return _thresholds(branch)
    return {}


def _days_ahead(day: date, calendar: TradingCalendar) -> dict[str, Any]:
    """The days that the next session keeps: those behind `day`, up to itself."""
    return {"since": day + timedelta(days=1), "until": calendar.shift(day, 1)}


def _thresholds(branch: Branch) -> dict[str, Any]:
    run = ScoringRun.objects.filter(branch=branch, is_current=True).select_related("policy").first()
    assets = parse_rules(run.policy.rules).tier_assets if run else ()
    return {"tiers": list(range(1, len(assets) + 1)), "thresholds": list(assets)}
