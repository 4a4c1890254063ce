"""Approve a plan for a day, and put it into the books: one transaction, one audit line, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.models import Assignment, AssignmentLock, ClientRefusal, Plan, PlanLine
from allocation.services.books import Holding, Move, holdings, lock_books, move_clients
from allocation.services.errors import AllocationError, ClientConflict, PlanConflict
from branch_crm.core import audit, trading_calendar
from branch_crm.core.models import Staff
from clients.models import ClientStatus

DONE = (Plan.State.PUBLISHED, Plan.State.SCHEDULED)


@dataclass(frozen=True)
class Publication:
    """`changed` is False when the same person's click came twice. `dropped`: lines left out because of conflicts."""

    plan: Plan
    changed: bool
    moved: int = 0
    dropped: int = 0


@transaction.atomic
def publish_plan(
    *,
    plan: Plan,
    actor: Staff,
    effective_on: date,
    include_pending: bool = False,
    drop_conflicts: bool = False,
    today: date | None = None,
) -> Publication:
    """Approve; applied at once when `effective_on` is today, else by the night of that trading day.

    Accepted and redirected lines count; lines nobody reviewed only with `include_pending`. Raises PlanConflict when
    another person was faster or a client's books have changed since the run (nothing is changed then; `drop_conflicts`
    leaves those clients out), AllocationError for a wrong date or an advisor who no longer serves.
    """
    day = today or timezone.localdate()
    fresh = Plan.objects.select_for_update(of=("self",)).select_related("branch", "approved_by").get(pk=plan.pk)
    if fresh.state in DONE and fresh.approved_by_id == actor.pk:
        return Publication(fresh, changed=False)
    if fresh.state != Plan.State.PROPOSED:
        raise PlanConflict(_refused(fresh), code=fresh.state)
    _check_day(effective_on, day)
    if include_pending:
        fresh.lines.filter(decision=PlanLine.Decision.PENDING).update(
            decision=PlanLine.Decision.ACCEPTED,
            decided_by=actor,
            decided_at=timezone.now(),
            revision=fresh.revision + 1,
        )
        fresh.revision += 1
    fresh.approved_by, fresh.approved_at, fresh.effective_on = actor, timezone.now(), effective_on
    if effective_on > day:
        return _schedule(fresh, actor)
    return apply_plan(plan=fresh, actor=actor, on=day, drop_conflicts=drop_conflicts)


def apply_plan(*, plan: Plan, actor: Staff | None, on: date, drop_conflicts: bool) -> Publication:
    """Move the clients of an approved plan. Inside the caller's transaction, which holds the plan's row."""
    lock_books(plan.branch)
    lines = list(lines_to_apply(plan))
    conflicts = find_conflicts(plan, lines, on)
    if conflicts and not drop_conflicts:
        raise PlanConflict(
            _("%(count)d clients have changed hands or rules since this plan was worked out. Nothing was published.")
            % {"count": len(conflicts)},
            code="conflicts",
            conflicts=conflicts,
        )
    lost = {conflict.client_id for conflict in conflicts}
    if lost:
        plan.lines.filter(client_id__in=lost).update(
            decision=PlanLine.Decision.REJECTED, decided_by=actor, decided_at=timezone.now(), after=F("before")
        )
    lines = [line for line in lines if line.client_id not in lost]
    _check_targets(plan, lines, on)
    counts = move_clients(
        branch=plan.branch,
        moves=[Move(line.client_id, line.before_id, line.after_id) for line in lines],
        on=on,
        reason=Assignment.Reason.PLAN,
        plan=plan,
        actor=plan.approved_by,
    )
    plan.state, plan.published_at = Plan.State.PUBLISHED, timezone.now()
    plan.save()
    audit.record(
        action="allocation.plan_published",
        actor=actor,
        branch=plan.branch,
        target=plan,
        detail={"number": plan.number, "on": on.isoformat(), "dropped": len(lost), **counts},
    )
    return Publication(plan, changed=True, moved=counts["clients"], dropped=len(lost))


def lines_to_apply(plan: Plan) -> Sequence[PlanLine]:
    """The lines that a publication would carry out as they are decided now."""
    decided = (PlanLine.Decision.ACCEPTED, PlanLine.Decision.REDIRECTED)
    lines = plan.lines.filter(decision__in=decided).only("client_id", "before_id", "after_id", "plan_id")
    return [line for line in lines.order_by("client_id") if line.after_id != line.before_id]


def find_conflicts(plan: Plan, lines: Sequence[PlanLine], on: date) -> list[ClientConflict]:
    """Clients whose books, refusals or locks no longer allow what the line says. Locks the clients' rows."""
    present = holdings([line.client_id for line in lines])
    refused = _names(
        ClientRefusal.objects.filter(branch=plan.branch, withdrawn_at__isnull=True), [line.client_id for line in lines]
    )
    locked = _names(
        AssignmentLock.objects.filter(branch=plan.branch, withdrawn_at__isnull=True).exclude(until__lt=on),
        [line.client_id for line in lines],
    )
    found = []
    for line in lines:
        holding = present[line.client_id]
        code, holder = _conflict(line, holding, refused, locked, on)
        if code:
            found.append(ClientConflict(line.client_id, holding.name, code, holder, holding.plan_number))
    return found


Named = dict[int, dict[int, str]]


def _names(rows: object, client_ids: list[int]) -> Named:
    """client id -> {advisor id: name} of refusals or locks."""
    found: Named = {}
    query = rows.filter(client_id__in=client_ids)  # type: ignore[attr-defined]
    for client, advisor, name in query.values_list("client_id", "advisor_id", "advisor__name"):
        found.setdefault(client, {})[advisor] = name
    return found


def _conflict(line: PlanLine, holding: Holding, refused: Named, locked: Named, on: date) -> tuple[str, str]:
    after = line.after_id or 0
    if holding.status == ClientStatus.CLOSED:
        return "closed", ""
    if holding.advisor != line.before_id or (holding.starts is not None and holding.starts > on):
        return "moved", holding.advisor_name
    if after in refused.get(line.client_id, {}):
        return "refused", refused[line.client_id][after]
    if line.client_id in locked and after not in locked[line.client_id]:
        return "locked", next(iter(locked[line.client_id].values()))
    return "", ""


def _check_day(effective_on: date, today: date) -> None:
    if effective_on < today:
        raise AllocationError(_("The effective date lies in the past."), field="effective_on")
    if effective_on > today and not trading_calendar.load().is_session(effective_on):
        raise AllocationError(
            _("%(day)s is not a trading day.") % {"day": effective_on.isoformat()}, field="effective_on"
        )


def _check_targets(plan: Plan, lines: Sequence[PlanLine], on: date) -> None:
    wanted = {line.after_id for line in lines if line.after_id}
    serving = set(Advisor.objects.filter(branch=plan.branch).serving(on).values_list("pk", flat=True))
    gone = Advisor.objects.filter(pk__in=wanted - serving).order_by("staff_no")
    if gone:
        raise AllocationError(
            _("These advisors can take no clients now: %(names)s. Redirect or reject their lines first.")
            % {"names": ", ".join(str(advisor) for advisor in gone)}
        )


def _schedule(plan: Plan, actor: Staff) -> Publication:
    plan.state = Plan.State.SCHEDULED
    plan.save()
    day = plan.effective_on
    audit.record(
        action="allocation.plan_approved",
        actor=actor,
        branch=plan.branch,
        target=plan,
        detail={"number": plan.number, "on": day.isoformat() if day else None, "moves": len(lines_to_apply(plan))},
    )
    return Publication(plan, changed=True, moved=0)


def _refused(plan: Plan) -> str:
    if plan.state in DONE and plan.approved_by is not None and plan.approved_at is not None:
        return _("%(name)s has already approved this plan, at %(time)s. Nothing was changed by you.") % {
            "name": plan.approved_by.name,
            "time": timezone.localtime(plan.approved_at).strftime("%Y-%m-%d %H:%M:%S"),
        }
    return _("A plan that is %(state)s cannot be published.") % {"state": plan.get_state_display()}
