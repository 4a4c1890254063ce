"""Undo a published plan whole: every client goes back to the previous holder, and history says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import Assignment, Plan
from allocation.services.books import Move, holdings, lock_books, move_clients
from allocation.services.errors import ClientConflict, PlanConflict
from allocation.services.publish_plan import lines_to_apply
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

    Clients that a later plan or request has touched block the rollback (PlanConflict names them) or, with
    `skip_conflicts`, stay as they are. Asking twice changes nothing.
    """
    day = on or timezone.localdate()
    fresh = Plan.objects.select_for_update(of=("self",)).select_related("branch", "rolled_back_by").get(pk=plan.pk)
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
    lock_books(fresh.branch)
    lines = lines_to_apply(fresh)
    present = holdings([line.client_id for line in lines])
    conflicts = [
        ClientConflict(line.client_id, held.name, "moved", held.advisor_name, held.plan_number)
        for line in lines
        if (held := present[line.client_id]).advisor != line.after_id or held.plan != fresh.pk
    ]
    if conflicts and not skip_conflicts:
        raise PlanConflict(
            _("%(count)d clients were moved again after this plan. Nothing was rolled back.")
            % {"count": len(conflicts)},
            code="conflicts",
            conflicts=conflicts,
        )
    skipped = {conflict.client_id for conflict in conflicts}
    counts = move_clients(
        branch=fresh.branch,
        moves=[Move(line.client_id, line.after_id, line.before_id) for line in lines if line.client_id not in skipped],
        on=day,
        reason=Assignment.Reason.ROLLBACK,
        plan=fresh,
        actor=actor,
    )
    fresh.state, fresh.rolled_back_by, fresh.rolled_back_at = Plan.State.ROLLED_BACK, actor, timezone.now()
    fresh.save()
    audit.record(
        action="allocation.plan_rolled_back",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"number": fresh.number, "on": day.isoformat(), "skipped": len(skipped), **counts},
    )
    return Rollback(fresh, changed=True, moved=counts["clients"], skipped=len(skipped))
