"""How far the service standard was kept in a week, by advisor and tier, over who served whom then."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection, transaction

from branch_crm.core.models import Branch
from servicelog.domain.coverage import TierCoverage
from servicelog.domain.service_rules import TIERS, ServiceRules
from servicelog.holding import intervals
from servicelog.queries.coverage import MEETINGS, oldest_that_serves
from servicelog.queries.scorecard.figures import BOOKS
from servicelog.queries.scorecard.service import COVERAGE

#: The statement of the scorecards, over a week; what stands there as the weight of a tier is the tier itself. Contacts and
#: meetings are counted together.
BY_TIER = f"""
    SELECT advisor, tier::int, count(*), count(*) FILTER (WHERE good >= whole), sum(whole), sum(good)
    FROM ({COVERAGE}) AS r(advisor, record, client, good, whole, tier) GROUP BY advisor, tier ORDER BY advisor, tier DESC
"""


def standard_of_week(
    branch: Branch, *, monday: date, today: date, rules: ServiceRules
) -> dict[int, dict[int, TierCoverage]]:
    """Advisor -> tier -> coverage; clients of whom nothing was asked yet are left out. Whoever asks may see the branch."""
    rows = list(rules.standards.items())
    given = {
        "branch": branch.pk,
        "month": monday,
        "last": min(monday + timedelta(days=6), today),
        "oldest": oldest_that_serves(rules, monday),
        "face": list(MEETINGS),
        "tiers": [tier for tier, _standard in rows],
        "tier_weights": [float(tier) for tier, _standard in rows],
        **{
            name: [getattr(standard, name) for _tier, standard in rows]
            for name in ("contacts", "days", "meetings", "meeting_days")
        },
    }
    found: dict[int, dict[int, TierCoverage]] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BOOKS.format(intervals=intervals()), given)
        cursor.execute(BY_TIER, given)
        for advisor, tier, clients, kept, wanted, held in cursor.fetchall():
            row = TierCoverage(tier, clients, kept, int(wanted), int(held), 0, 0)
            found.setdefault(advisor, {})[tier] = row
    return found


def tiers_in(found: dict[int, dict[int, TierCoverage]]) -> list[int]:
    """The highest first."""
    return [tier for tier in reversed(TIERS) if any(tier in rows for rows in found.values())]
