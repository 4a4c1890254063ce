"""Put a plan's moves into the books with the reason they have: a plan's own, a leaver's handover, or a cover for a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import Assignment, AssignmentLock, Cover, LeaverCase, Plan
from allocation.queries.leaver import case_of_plan
from allocation.services.books import Move, move_clients
from allocation.services.errors import AllocationError
from branch_crm.core.models import Staff

Reason = Assignment.Reason


def carry_out_moves(*, plan: Plan, moves: Sequence[Move], on: date) -> dict[str, int]:
    """Inside the transaction that holds the books. Returns rows ended, begun, clients set."""
    case = case_of_plan(plan)
    if case is None:
        return move_clients(
            branch=plan.branch, moves=moves, on=on, reason=Reason.PLAN, plan=plan, actor=plan.approved_by
        )
    if case.returns_on is not None and on >= case.returns_on:
        raise AllocationError(_("The absence is over on that day; there is nothing to cover."))
    covered = _covered_by(case, moves)
    done = _pass_covers_on(plan, case, [move for move in moves if move.client in covered], covered, on)
    own = [move for move in moves if move.client not in covered]
    if case.returns_on is not None:
        counts = cover(case=case, moves=own, on=on, until=case.returns_on, plan=plan, actor=plan.approved_by)
    else:
        counts = move_clients(
            branch=plan.branch, moves=own, on=on, reason=Reason.HANDOVER, plan=plan, actor=plan.approved_by, case=case
        )
        lift_locks(case, [move.client for move in moves])
    return {name: counts[name] + done.get(name, 0) for name in counts}


def cover(
    *, case: LeaverCase, moves: Sequence[Move], on: date, until: date, plan: Plan | None, actor: Staff | None
) -> dict[str, int]:
    """Clients of the absent advisor go to stand-ins for a time. Inside the transaction that holds the books."""
    counts = move_clients(
        branch=case.branch, moves=moves, on=on, reason=Reason.COVER, plan=plan, actor=actor, case=case
    )
    Cover.objects.bulk_create(
        Cover(
            case=case,
            branch_id=case.branch_id,
            client_id=move.client,
            owner=case.advisor,
            stand_in_id=move.after,
            starts=on,
            until=until,
        )
        for move in moves
        if move.after is not None and move.before == case.advisor_id
    )
    return counts


def lift_locks(case: LeaverCase, client_ids: Sequence[int]) -> int:
    """A lock to somebody who goes has lost its meaning; one to a colleague stands."""
    locks = AssignmentLock.objects.filter(advisor=case.advisor, client__in=client_ids, withdrawn_at__isnull=True)
    return locks.update(withdrawn_at=timezone.now())


def _covered_by(case: LeaverCase, moves: Sequence[Move]) -> dict[int, Cover]:
    """Clients whom the person only stands in for: they belong to somebody who comes back."""
    covers = Cover.objects.filter(
        stand_in=case.advisor, state=Cover.State.RUNNING, client__in=[move.client for move in moves if move.after]
    )
    return {cover.client_id: cover for cover in covers.select_related("case")}


def _pass_covers_on(
    plan: Plan, case: LeaverCase, moves: Sequence[Move], covered: dict[int, Cover], on: date
) -> dict[str, int]:
    """Another stand-in takes the place, and the owner's day of return stays what it was."""
    done: dict[str, int] = {}
    for first in {covered[move.client].case_id: covered[move.client].case for move in moves}.values():
        mine = [move for move in moves if covered[move.client].case_id == first.pk]
        counts = move_clients(
            branch=plan.branch, moves=mine, on=on, reason=Reason.COVER, plan=plan, actor=plan.approved_by, case=first
        )
        done = {name: done.get(name, 0) + count for name, count in counts.items()}
    Cover.objects.filter(pk__in=[covered[move.client].pk for move in moves]).update(
        state=Cover.State.OVERTAKEN, ended_on=on
    )
    Cover.objects.bulk_create(
        Cover(
            case=cover.case,
            branch_id=cover.branch_id,
            client_id=cover.client_id,
            owner_id=cover.owner_id,
            stand_in_id=move.after,  # type: ignore[misc]  # _covered_by leaves out moves to nobody
            starts=on,
            until=max(cover.until, on + timedelta(days=1)),
        )
        for move in moves
        for cover in (covered[move.client],)
    )
    return done
