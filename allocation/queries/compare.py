"""Scenarios side by side: what was asked, what came out, who moves in which, and each advisor's value per hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from allocation.domain.curve import evenness
from allocation.models import Plan

MOST_COMPARED = 4

#: Clients shown for one of the counts; the most valuable ones.
SHOWN = 200

COUNT_SQL = """
    SELECT n, same, CASE WHEN n = 1 THEN only_plan END AS plan_id, count(*) FROM (
        SELECT client_id, count(*) AS n, count(DISTINCT coalesce(proposed_id, 0)) = 1 AS same, min(plan_id) AS only_plan
        FROM allocation_planline WHERE plan_id = ANY(%(plans)s) GROUP BY client_id
    ) moved GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Overlap:
    """all_same: clients whom every scenario moves to the same advisor; all_other: by every one, but not to the same.

    some: moved by several, not by all (three or four scenarios). only: per plan id, by that one alone.
    """

    all_same: int
    all_other: int
    some: int
    only: dict[int, int]


def overlap_of(plans: Sequence[Plan]) -> Overlap:
    """One query, whatever the number of moves."""
    found = {"all_same": 0, "all_other": 0, "some": 0}
    only = {plan.pk: 0 for plan in plans}
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, {"plans": [plan.pk for plan in plans]})
        for n, same, plan_id, count in cursor.fetchall():
            if n == 1 and len(plans) > 1:
                only[plan_id] += count
            elif n == len(plans):
                found["all_same" if same else "all_other"] += count
            else:
                found["some"] += count
    return Overlap(only=only, **found)


CLIENT_SQL = """
    SELECT c.id, c.name, c.client_no, max(l.value) AS value, max(l.tier) AS tier, max(coalesce(b.name, '')) AS holder,
           array_agg(l.plan_id) AS movers, array_agg(coalesce(p.name, '')) AS targets
    FROM allocation_planline l
    JOIN clients_client c ON c.id = l.client_id
    LEFT JOIN advisors_advisor b ON b.id = l.before_id
    LEFT JOIN advisors_advisor p ON p.id = l.proposed_id
    WHERE l.plan_id = ANY(%(plans)s)
    GROUP BY c.id
    HAVING count(*) BETWEEN %(least)s AND %(most)s
           AND (%(same)s::boolean IS NULL OR (count(DISTINCT coalesce(l.proposed_id, 0)) = 1) = %(same)s)
           AND (%(only)s::bigint IS NULL OR min(l.plan_id) = %(only)s)
    ORDER BY max(l.value) DESC, c.id LIMIT %(limit)s
"""


def clients_of(plans: Sequence[Plan], show: str) -> list[dict[str, Any]]:
    """The clients behind one count of `overlap_of`: all_same, all_other, some, or the id of the plan that moves them alone."""
    every = len(plans)
    only = int(show) if show.isdecimal() and any(plan.pk == int(show) for plan in plans) else None
    ranges = {"all_same": (every, every, True), "all_other": (every, every, False), "some": (2, every - 1, None)}
    if only is None and show not in ranges:
        return []
    least, most, same = (1, 1, None) if only is not None else ranges[show]
    with connection.cursor() as cursor:
        cursor.execute(
            CLIENT_SQL,
            {
                "plans": [plan.pk for plan in plans],
                "least": least,
                "most": most,
                "same": same,
                "only": only,
                "limit": SHOWN,
            },
        )
        names = [column.name for column in cursor.description]
        return [_row(dict(zip(names, row, strict=True)), plans) for row in cursor.fetchall()]


def _row(row: dict[str, Any], plans: Sequence[Plan]) -> dict[str, Any]:
    """`goes`: per plan the name of the proposed advisor, empty = pool, None = stays."""
    goes_to = dict(zip(row.pop("movers"), row.pop("targets"), strict=True))
    return {**row, "goes": [goes_to.get(plan.pk) for plan in plans]}


def figures_of(plan: Plan) -> dict[str, Any]:
    """What came out, as proposed: the head figures with evenness and hours."""
    outcome = plan.outcome
    serving = _serving(plan)
    before = outcome.get("match_before") or 0.0
    return {
        "moves": outcome.get("moves"),
        "counted": outcome.get("moves_counted"),
        "in_scope": outcome.get("in_scope"),
        "match": outcome.get("match_after"),
        "match_change": (outcome["match_after"] - before) / before if before else None,
        "spread": outcome.get("spread_after"),
        "pool": outcome.get("pool_after"),
        "hours": sum(row["after"]["load"] for row in serving),
        "capacity": sum(row["capacity"] for row in serving),
        "gap": outcome.get("gap"),
        **evenness_of(plan, "after"),
    }


def evenness_of(plan: Plan, when: str) -> dict[str, float | None]:
    """Gini and most over median of value per hour, `before` or `after` the plan."""
    values = [row[when]["value"] / row["capacity"] for row in _serving(plan)]
    return evenness(np.array(values, dtype=np.float64))


def over_hours_of(plan: Plan, when: str) -> float:
    """Hours a month by which books exceed what their advisors have."""
    return float(sum(max(row[when]["load"] - row["capacity"], 0.0) for row in _serving(plan)))


def _serving(plan: Plan) -> list[dict[str, Any]]:
    return [row for row in plan.balance if not row["status"] and row["capacity"] > 0]


def advisors_of(plans: Sequence[Plan]) -> list[dict[str, Any]]:
    """Per advisor of any of the plans: value per hour today, and in each; None where he takes no clients there."""
    rows: dict[int, dict[str, Any]] = {}
    for at, plan in enumerate(plans):
        for row in plan.balance:
            known = rows.setdefault(
                row["advisor"],
                {
                    "advisor": row["advisor"],
                    "name": row["name"],
                    "staff_no": row["staff_no"],
                    "each": [None] * len(plans),
                },
            )
            known.setdefault("before", _per_hour(row, row["before"]))
            known["each"][at] = None if row["status"] else _per_hour(row, row["after"])
    return sorted(rows.values(), key=lambda row: row["staff_no"])


def _per_hour(row: Mapping[str, Any], book: Mapping[str, Any]) -> float | None:
    return book["value"] / row["capacity"] if row["capacity"] else None
