"""What a rollback would do, before anybody asks for it: who goes back, who cannot, whose books change, which plans it upsets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum

from advisors.models import Advisor
from allocation.models import Plan, PlanLine
from allocation.queries.approval import DECIDED
from allocation.services.errors import ClientConflict
from allocation.services.roll_back_plan import moves_back, rollback_conflicts

#: Plans that have been worked out or approved and not yet carried out.
AHEAD = (Plan.State.PROPOSED, Plan.State.WAITING, Plan.State.SCHEDULED)


@dataclass(frozen=True)
class BookChange:
    """One advisor's book: clients who come back and who leave again, and the hours a month that go with them."""

    advisor: Advisor
    back: int
    away: int
    hours: float
    gone: bool


@dataclass(frozen=True)
class RollbackEffect:
    """moves: clients who go back when the conflicts are left as they are. to_nobody: of these, without an advisor then."""

    moves: int
    conflicts: list[ClientConflict]
    to_nobody: int
    to_gone: int
    books: list[BookChange]
    ahead: list[Plan]


def rollback_effect(plan: Plan, *, on: date) -> RollbackEffect:
    """Constant number of queries; nothing is locked or written."""
    moves = moves_back(plan)
    conflicts = rollback_conflicts(plan, moves, on, lock=False)
    stay = {conflict.client_id for conflict in conflicts}
    going = plan.lines.filter(decision__in=DECIDED).exclude(client__in=stay).order_by()
    gone = set(_gone(plan, on).values_list("pk", flat=True))
    return RollbackEffect(
        moves=len(moves) - len(conflicts),
        conflicts=conflicts,
        to_nobody=sum(move.after is None for move in moves if move.client not in stay),
        to_gone=sum(move.after in gone for move in moves if move.client not in stay),
        books=_books(going, gone),
        ahead=list(plans_ahead(plan, [move.client for move in moves if move.client not in stay])),
    )


def plans_ahead(plan: Plan, clients: list[int]) -> QuerySet[Plan]:
    """Open plans that count on these clients' present books; `touched` = how many of them."""
    others = Plan.objects.filter(branch=plan.branch_id, state__in=AHEAD).exclude(pk=plan.pk)
    touching = Count("lines", filter=Q(lines__client__in=clients))
    return others.annotate(touched=touching).filter(touched__gt=0).order_by("-state", "pk").defer("outcome", "balance")


def _gone(plan: Plan, on: date) -> QuerySet[Advisor]:
    everybody = Advisor.objects.filter(branch=plan.branch_id)
    return everybody.exclude(pk__in=everybody.serving(on).values("pk"))


def _books(going: QuerySet[PlanLine], gone: set[int]) -> list[BookChange]:
    moving = going.exclude(before=F("after"))
    back, away = _sums(moving, "before_id"), _sums(moving, "after_id")
    people = Advisor.objects.filter(pk__in={pk for pk in {*back, *away} if pk}).order_by("staff_no")
    rows = []
    for advisor in people:
        (plus, more), (minus, less) = back.get(advisor.pk, (0, 0.0)), away.get(advisor.pk, (0, 0.0))
        rows.append(BookChange(advisor, plus, minus, more - less, gone=advisor.pk in gone))
    return sorted(rows, key=lambda row: -abs(row.hours))


def _sums(lines: QuerySet[PlanLine], side: str) -> dict[int | None, tuple[int, float]]:
    """Clients and hours a month per advisor on one side of the lines."""
    rows = lines.order_by().values_list(side).annotate(n=Count("pk"), hours=Sum("load"))
    return {pk: (n, hours or 0.0) for pk, n, hours in rows}
