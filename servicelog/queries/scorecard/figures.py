"""All figures of a branch and month, one statement per figure over who served whom when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from branch_crm.core.models import Branch
from servicelog.domain import scorecard as card
from servicelog.domain.scorecard import Counted, ScorecardRules
from servicelog.domain.service_rules import ServiceRules
from servicelog.holding import intervals
from servicelog.queries.coverage import MEETINGS, oldest_that_serves
from servicelog.queries.scorecard import outcome, service

STATEMENTS: Mapping[str, str] = {
    card.COVERAGE: service.COVERAGE,
    card.MANDATORY: service.MANDATORY,
    card.LOGS: service.LOGS,
    card.FLOW: outcome.FLOW,
    card.AT_RISK: service.AT_RISK,
    card.PRODUCTS: outcome.PRODUCTS,
    card.COMPLAINTS: outcome.COMPLAINTS,
    card.OPTIONAL: service.OPTIONAL,
    card.CLAS: service.CLAS,
    card.BREACH: outcome.BREACH,
    card.ATTEMPTS: outcome.ATTEMPTS,
}

#: Everybody's intervals, and those that touch the month, cut to it.
BOOKS = """
    DROP TABLE IF EXISTS score_served, score_holding;
    CREATE TEMP TABLE score_holding ON COMMIT DROP AS
        SELECT client_id, advisor_id, starts, coalesce(ends, 'infinity') AS ends FROM ({intervals}) i
        WHERE ends IS NULL OR ends > starts;
    CREATE INDEX ON score_holding (client_id);
    CREATE TEMP TABLE score_served ON COMMIT DROP AS
        SELECT client_id, advisor_id, starts, greatest(starts, %(month)s::date) AS from_day,
               CASE WHEN ends > %(last)s::date THEN %(last)s::date ELSE ends - 1 END AS until_day
        FROM score_holding WHERE starts <= %(last)s::date AND ends > %(month)s::date;
    ANALYZE score_holding; ANALYZE score_served
"""

#: A figure of every advisor: the two sums, and its records as [record, client, good, whole, weight] in the order of their keys.
SUMMED = """
    SELECT advisor, sum(weight * good)::float8, sum(weight * whole)::float8,
           json_agg(json_build_array(record, client, round(good::numeric, 2), round(whole::numeric, 2), weight)
                    ORDER BY record, client)
    FROM ({records}) AS r(advisor, record, client, good, whole, weight) GROUP BY advisor
"""

Row = list[float]


@dataclass(frozen=True)
class Month:
    """`last`: the last day that counts, the month's end or `as_of` if that is earlier."""

    first: date
    last: date
    as_of: date


def month_of(day: date, as_of: date) -> Month:
    """Raises ValueError for a month that has not begun."""
    first = day.replace(day=1)
    end = end_of(first)
    if first > as_of:
        raise ValueError(f"{first:%Y-%m} has not begun on {as_of}")
    return Month(first, min(end, as_of), as_of)


def end_of(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def figures_of_month(
    branch: Branch, month: Month, *, rules: ScorecardRules, standards: ServiceRules
) -> dict[int, dict[str, tuple[Counted, list[Row]]]]:
    """Advisor -> figure -> what its records add up to, and the records. Inside the caller's transaction."""
    given = _given(branch, month, rules, standards)
    found: dict[int, dict[str, tuple[Counted, list[Row]]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(BOOKS.format(intervals=intervals()), given)
        cursor.execute("SELECT advisor_id, count(DISTINCT client_id) FROM score_served GROUP BY advisor_id")
        served: dict[int, int] = dict(cursor.fetchall())
        for code, statement in STATEMENTS.items():
            cursor.execute(SUMMED.format(records=statement), given)
            for advisor, good, whole, rows in cursor.fetchall():
                found.setdefault(advisor, {})[code] = (Counted(round(good, 2), round(whole, 2)), rows)
    for advisor, clients in served.items():
        of_advisor = found.setdefault(advisor, {})
        complaints, rows = of_advisor.get(card.COMPLAINTS, (Counted(0, 0), []))
        of_advisor[card.COMPLAINTS] = (Counted(complaints.good, clients), rows)
    return found


def _given(branch: Branch, month: Month, rules: ScorecardRules, standards: ServiceRules) -> dict[str, Any]:
    rows = list(standards.standards.items())
    return {
        "branch": branch.pk,
        "month": month.first,
        "last": month.last,
        "as_of": month.as_of,
        "from": _midnight(month.first),
        "until": _midnight(month.last + timedelta(days=1)),
        "oldest": oldest_that_serves(standards, month.first),
        "face": list(MEETINGS),
        "at_risk": list(card.AT_RISK_MOMENTS),
        "order_days": rules.order_days,
        "tiers": [tier for tier, _standard in rows],
        "tier_weights": [rules.tier_weights[tier] for tier, _standard in rows],
        **{
            name: [getattr(standard, name) for _tier, standard in rows]
            for name in ("contacts", "days", "meetings", "meeting_days")
        },
    }


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
