"""An advisor's own book beside the branch: figures, place among the others without their names, and what plans changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from advisors.models import Advisor
from allocation.domain.fit.policy import DEFAULT_RULES, MatchRules, read_rules
from allocation.models import MatchPolicy
from allocation.queries.fairness import AdvisorFairness, Book, fairness_now
from allocation.queries.history import changes_of
from allocation.queries.my_notice import place_among
from allocation.queries.policy import current_policy
from branch_crm.core.distribution import Distribution


@dataclass(frozen=True)
class FairShare:
    """own: None for who neither serves nor holds a client. branch: all books held, added up. mean: value per hour over
    those who serve; band: least and most of it under the rule, None without one.

    plans: clients gained and lost by each plan that was put in force or rolled back, the newest first.
    """

    own: AdvisorFairness | None
    branch: Book
    mean: float
    band: tuple[float, float] | None
    value_per_hour: Distribution | None
    load: Distribution | None
    plans: list[dict[str, Any]]
    rules: MatchRules
    policy: MatchPolicy | None

    @property
    def distance(self) -> float | None:
        """Own value per hour against the mean, as a share of it."""
        if self.own is None or not self.own.counts or not self.mean:
            return None
        return (self.own.per_hour or 0.0) / self.mean - 1


def fair_share_of(advisor: Advisor, *, on: date) -> FairShare:
    """As a run of that day would weigh the books. Constant number of queries; no colleague's figure leaves it."""
    policy = current_policy(advisor.branch, on=on)
    rules = read_rules(policy.rules if policy else DEFAULT_RULES)
    report = fairness_now(advisor.branch, rules, on=on)
    branch = Book()
    for row in report.rows:
        branch = branch.plus(row.after)
    serving = [row for row in report.rows if row.counts]
    hours = sum(row.hours for row in serving)
    return FairShare(
        own=next((row for row in report.rows if row.advisor == advisor.pk), None),
        branch=branch,
        mean=sum(row.after.value for row in serving) / hours if hours else 0.0,
        band=report.band,
        value_per_hour=place_among(report.rows, advisor, "per_hour"),
        load=place_among(report.rows, advisor, "load_share"),
        plans=[entry for entry in changes_of(advisor) if entry["plan_pk"]],
        rules=rules,
        policy=policy,
    )
