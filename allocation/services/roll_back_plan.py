"""Undo a published plan whole: every client goes back to the previous holder, and history says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import Assignment, LeaverCase, Plan
from allocation.services.apply_reviews import apply_reviews
from allocation.services.books import Move, lock_books, move_clients
from allocation.services.conflicts import find_conflicts
from allocation.services.errors import ClientConflict, PlanConflict
from allocation.services.publish_plan import lines_to_apply, locked_plan
from branch_crm.core import audit
from branch_crm.core.models import Staff


@dataclass(frozen=True)
class Rollback:
    plan: Plan
    changed: bool
    moved: int = 0
    skipped: int = 0


@transaction.atomic
def roll_back_plan(*, plan: Plan, actor: Staff, on: date | None = None, skip_conflicts: bool = False) -> Rollback:
    """Intervals the plan opened end on `on` (today), the previous holders begin anew on that day.

    Clients that a later plan or request has touched, or whom a lock or refusal made since keeps from the previous holder,
    block the rollback (PlanConflict names them) or, with `skip_conflicts`, stay as they are. Asking twice changes nothing.
    """
    day = on or timezone.localdate()
    fresh = locked_plan(plan.pk)
    if fresh.state == Plan.State.ROLLED_BACK:
        if fresh.rolled_back_by_id == actor.pk:
            return Rollback(fresh, changed=False)
        name = fresh.rolled_back_by.name if fresh.rolled_back_by else ""
        raise PlanConflict(_("%(name)s has already rolled this plan back.") % {"name": name}, code=fresh.state)
    if fresh.state != Plan.State.PUBLISHED:
        raise PlanConflict(
            _("A plan that is %(state)s cannot be rolled back.") % {"state": fresh.get_state_display()},
            code=fresh.state,
        )
    if fresh.leaver_cases.filter(state=LeaverCase.State.CLOSED).exists():
        raise PlanConflict(_("The advisor has left for good; the clients cannot go back."), code="left")
    lock_books(fresh.branch)
    moves = moves_back(fresh)
    conflicts = rollback_conflicts(fresh, moves, day)
    if conflicts and not skip_conflicts:
        raise PlanConflict(
            _("%(count)d clients were moved again or bound otherwise after this plan. Nothing was rolled back.")
            % {"count": len(conflicts)},
            code="conflicts",
            conflicts=conflicts,
        )
    skipped = {conflict.client_id for conflict in conflicts}
    counts = move_clients(
        branch=fresh.branch,
        moves=[move for move in moves if move.client not in skipped],
        on=day,
        reason=Assignment.Reason.ROLLBACK,
        plan=fresh,
        actor=actor,
    )
    fresh.state, fresh.rolled_back_by, fresh.rolled_back_at = Plan.State.ROLLED_BACK, actor, timezone.now()
    fresh.save()
    apply_reviews(fresh.branch, day)
    audit.record(
        action="allocation.plan_rolled_back",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"number": fresh.number, "on": day.isoformat(), "skipped": len(skipped), **counts},
    )
    return Rollback(fresh, changed=True, moved=counts["clients"], skipped=len(skipped))


def moves_back(plan: Plan) -> list[Move]:
    """What would undo a published plan, client by client."""
    return [Move(line.client_id, line.after_id, line.before_id) for line in lines_to_apply(plan)]


def rollback_conflicts(plan: Plan, moves: Sequence[Move], on: date, *, lock: bool = True) -> list[ClientConflict]:
    """Clients who cannot simply go back; `lock` holds their rows to the end of the transaction."""
    return find_conflicts(plan.branch, moves, on, since=plan, lock=lock)
