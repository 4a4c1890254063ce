"""What one advisor sees of a plan that lies open: own gains and losses, own sums, and the branch without names.

Nothing here reads a colleague's lines: every query of moves is narrowed to the advisor first.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, Q, QuerySet

from advisors.models import Advisor
from allocation.domain.fit.policy import read_rules
from allocation.domain.reasons import Prices, card
from allocation.domain.tables import AdvisorTable, ClientTable
from allocation.models import Answer, Notice, Objection, Plan, PlanLine
from allocation.queries.fairness import AdvisorFairness, fairness_of
from branch_crm.core.distribution import Distribution, distribution

PAGE = 50
LEAVING, ARRIVING = "leaving", "arriving"


def own_lines(plan: Plan, advisor: Advisor) -> QuerySet[PlanLine]:
    """The moves that take a client from the advisor, bring him one, or would have before somebody decided otherwise."""
    return plan.lines.filter(Q(before=advisor) | Q(proposed=advisor) | Q(after=advisor))


def own_side(plan: Plan, advisor: Advisor, side: str) -> QuerySet[PlanLine]:
    """Own moves of one side: clients leaving, or clients arriving. Decided ones stay in the list with their decision."""
    lines = own_lines(plan, advisor)
    return lines.filter(before=advisor) if side == LEAVING else lines.exclude(before=advisor)


def side_counts(plan: Plan, advisor: Advisor) -> dict[str, int]:
    """Own moves per side, as they are decided so far."""
    return own_lines(plan, advisor).aggregate(
        leaving=Count("pk", filter=Q(before=advisor) & ~Q(after=advisor)),
        arriving=Count("pk", filter=Q(after=advisor) & (~Q(before=advisor) | Q(before=None))),
    )


@dataclass(frozen=True)
class OwnMove:
    """One own move. `serves`: the client is the advisor's today, so he knows him by name; nobody else is named to him.

    outcome: "moves" as listed, "stays" (decided against), "elsewhere" (arrives no longer: it goes to somebody else).
    """

    advisor_id: int
    line: PlanLine
    objection: Objection | None

    @property
    def leaving(self) -> bool:
        return bool(self.line.before_id == self.advisor_id)

    @property
    def serves(self) -> bool:
        return bool(self.line.client.advisor_id == self.advisor_id)

    @property
    def outcome(self) -> str:
        if self.line.before_id == self.line.after_id:
            return "stays"
        return "moves" if self.advisor_id in (self.line.before_id, self.line.after_id) else "elsewhere"


@dataclass(frozen=True)
class MovePage:
    moves: list[OwnMove]
    after: str


def page_of_own(notice: Notice, advisor: Advisor, side: str, after: str = "") -> MovePage:
    """One page of a side by falling value, with own standing objections. Two queries, whatever the page."""
    lines = own_side(notice.plan, advisor, side)
    value, _, pk = after.partition(":")
    with contextlib.suppress(ValueError):
        lines = lines.filter(Q(value__lt=float(value)) | Q(value=float(value), pk__gt=int(pk)))
    rows = list(lines.select_related("client", "before", "after").order_by("-value", "pk")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    moves = with_objections(notice, advisor, rows)
    return MovePage(moves, f"{rows[-1].value!r}:{rows[-1].pk}" if more else "")


def with_objections(notice: Notice, advisor: Advisor, lines: Sequence[PlanLine]) -> list[OwnMove]:
    standing = Objection.objects.filter(
        notice=notice, advisor=advisor, client__in=[line.client_id for line in lines]
    ).exclude(answer=Answer.WITHDRAWN)
    by_client = {objection.client_id: objection for objection in standing.select_related("answered_by")}
    return [OwnMove(advisor.pk, line, by_client.get(line.client_id)) for line in lines]


@dataclass(frozen=True)
class Standing:
    """Own book before the plan and as decided so far, and own place among those who serve, before and then.

    A distribution is None where too few serve to stay anonymous; `own` is None for who is not part of the run.
    """

    own: AdvisorFairness | None
    value_per_hour: tuple[Distribution, Distribution] | None
    load: tuple[Distribution, Distribution] | None


def standing_of(plan: Plan, advisor: Advisor) -> Standing:
    """The report of all advisors is read; only quartiles and own figures leave."""
    rows = fairness_of(plan, basis="decided").rows
    own = next((row for row in rows if row.advisor == advisor.pk), None)
    value = pair_of_places(rows, advisor, "per_hour_before", "per_hour")
    return Standing(own, value, pair_of_places(rows, advisor, "load_share_before", "load_share"))


def place_among(rows: Sequence[AdvisorFairness], advisor: Advisor, figure: str) -> Distribution | None:
    """The figure over those who serve, with the advisor's own place; rows are those of a fairness report."""
    serving = [row for row in rows if row.counts]
    own = next((at for at, row in enumerate(serving) if row.advisor == advisor.pk), None)
    return distribution(np.array([getattr(row, figure) for row in serving], dtype=np.float64), own)


def pair_of_places(
    rows: Sequence[AdvisorFairness], advisor: Advisor, before: str, after: str
) -> tuple[Distribution, Distribution] | None:
    first, second = place_among(rows, advisor, before), place_among(rows, advisor, after)
    return (first, second) if first and second else None


def own_terms(plan: Plan, line: PlanLine, advisor: Advisor) -> dict[str, Any] | None:
    """The reason card reduced to the advisor's own column: terms and match, no colleague's. None = not part of the run."""
    advisors = AdvisorTable.from_json(plan.outcome["advisors"])
    if advisor.pk not in advisors.ids:
        return None
    refused = [(line.client_id, pk) for pk in line.card.get("refused", ())]
    none = np.zeros(len(advisors))
    found = card(
        ClientTable.from_rows([line.card["client"]]),
        advisors,
        np.array(refused, dtype=np.int64).reshape(-1, 2),
        read_rules(plan.policy.rules),
        Prices(none, none, plan.options["switch_penalty"]),
        chosen=advisors.ids.index(advisor.pk),
    )
    return {"terms": found["chosen"]["terms"], "fit": found["chosen"]["fit"], "hours": found["load"]}
