"""Approve a plan for a day, and put it into the books: one transaction, one audit line, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.domain.approval import second_needed
from allocation.domain.fit.policy import read_rules
from allocation.models import Plan, PlanLine
from allocation.notifications import tell_second_wanted
from allocation.queries.approval import DECIDED, size_of
from allocation.queries.leaver import case_of_plan
from allocation.queries.notice import blocks_publication
from allocation.services.apply_reviews import apply_reviews
from allocation.services.books import Move, lock_books
from allocation.services.conflicts import find_conflicts
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.leaver_moves import carry_out_moves
from branch_crm.core import audit, trading_calendar
from branch_crm.core.models import Staff

DONE = (Plan.State.PUBLISHED, Plan.State.SCHEDULED, Plan.State.WAITING)


@dataclass(frozen=True)
class Publication:
    """`changed` is False when the same person's click came twice. `dropped`: lines left out because of conflicts.

    `plan.state` says what came of it: published, scheduled for its day, or waiting for the second approval.
    """

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
    note: str = "",
    today: date | None = None,
) -> Publication:
    """Approve. Above the policy's thresholds the plan then waits for a second person; else it is applied at once when
    `effective_on` is today, or by the night of that trading day.

    Accepted and redirected lines count; lines nobody reviewed only with `include_pending`. Raises PlanConflict when
    another person was faster or a client's books have changed since the run (nothing is changed then; `drop_conflicts`
    leaves those clients out), AllocationError for a wrong date, an open notice or an advisor who no longer serves.
    """
    day = today or timezone.localdate()
    fresh = locked_plan(plan.pk)
    if fresh.state in DONE and fresh.approved_by_id == actor.pk:
        return Publication(fresh, changed=False)
    if fresh.state != Plan.State.PROPOSED:
        raise PlanConflict(_refused(fresh), code=fresh.state)
    if reason := blocks_publication(fresh):
        raise AllocationError(reason)
    check_day(effective_on, day)
    if include_pending:
        fresh.lines.filter(decision=PlanLine.Decision.PENDING).update(
            decision=PlanLine.Decision.ACCEPTED,
            decided_by=actor,
            decided_at=timezone.now(),
            revision=fresh.revision + 1,
        )
        fresh.revision += 1
    fresh.approved_by, fresh.approved_at, fresh.effective_on = actor, timezone.now(), effective_on
    fresh.approval_note = note.strip()
    fresh.outcome.pop("sent_back", None)
    lines, dropped = settle_lines(fresh, actor, effective_on, drop_conflicts)
    fresh.second_needed = second_needed(size_of(fresh), read_rules(fresh.policy.rules))
    if fresh.second_needed:
        _put(
            fresh, Plan.State.WAITING, "allocation.second_approval_asked", actor, {"asked": fresh.second_needed}, lines
        )
        tell_second_wanted(fresh, actor, len(lines))
        return Publication(fresh, changed=True, dropped=dropped)
    return carry_out(plan=fresh, actor=actor, lines=lines, dropped=dropped, today=day)


def locked_plan(pk: int) -> Plan:
    """The plan's row, locked to the end of the transaction."""
    people = ("branch", "policy", "approved_by", "second_by", "rolled_back_by")
    return Plan.objects.select_for_update(of=("self",)).select_related(*people).get(pk=pk)


def settle_lines(plan: Plan, actor: Staff | None, on: date, drop_conflicts: bool) -> tuple[Sequence[PlanLine], int]:
    """The lines that can be carried out on that day, and how many were left out. Locks the branch's books.

    Raises PlanConflict for clients whose books or rules have changed (`drop_conflicts` rejects their lines instead), and
    AllocationError for targets who no longer serve.
    """
    lock_books(plan.branch)
    lines = lines_to_apply(plan)
    moves = [Move(line.client_id, line.before_id, line.after_id) for line in lines]
    case = case_of_plan(plan)
    conflicts = find_conflicts(plan.branch, moves, on, given_up=case.advisor_id if case else None)
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
    return lines, len(lost)


def carry_out(*, plan: Plan, actor: Staff | None, lines: Sequence[PlanLine], dropped: int, today: date) -> Publication:
    """Put an approved plan's lines into the books when its day has come, else leave it to the night of that day.

    Inside the caller's transaction, which holds the plan's row and the books.
    """
    if plan.effective_on is not None and plan.effective_on > today:
        _put(plan, Plan.State.SCHEDULED, "allocation.plan_approved", actor, {}, lines)
        return Publication(plan, changed=True, dropped=dropped)
    moves = [Move(line.client_id, line.before_id, line.after_id) for line in lines]
    counts = carry_out_moves(plan=plan, moves=moves, on=today)
    plan.state, plan.published_at = Plan.State.PUBLISHED, timezone.now()
    plan.save()
    apply_reviews(plan.branch, today)
    audit.record(
        action="allocation.plan_published",
        actor=actor,
        branch=plan.branch,
        target=plan,
        detail={"number": plan.number, "on": today.isoformat(), "dropped": dropped, **counts},
    )
    return Publication(plan, changed=True, moved=counts["clients"], dropped=dropped)


def lines_to_apply(plan: Plan) -> Sequence[PlanLine]:
    """The lines that a publication would carry out as they are decided now."""
    lines = plan.lines.filter(decision__in=DECIDED).only("client_id", "before_id", "after_id", "plan_id")
    return [line for line in lines.order_by("client_id") if line.after_id != line.before_id]


def check_day(effective_on: date, today: date) -> None:
    """Today, or a later trading day; anything else is refused at the field."""
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


def _put(
    plan: Plan, state: str, action: str, actor: Staff | None, detail: dict[str, Any], lines: Sequence[PlanLine]
) -> None:
    plan.state = state
    plan.save()
    day = plan.effective_on.isoformat() if plan.effective_on else None
    audit.record(
        action=action,
        actor=actor,
        branch=plan.branch,
        target=plan,
        detail={"number": plan.number, "on": day, "moves": len(lines), **detail},
    )


def _refused(plan: Plan) -> str:
    if plan.state in DONE and plan.approved_by is not None and plan.approved_at is not None:
        return _("%(name)s has already approved this plan, at %(time)s. Nothing was changed by you.") % {
            "name": plan.approved_by.name,
            "time": timezone.localtime(plan.approved_at).strftime("%Y-%m-%d %H:%M:%S"),
        }
    return _("A plan that is %(state)s cannot be published.") % {"state": plan.get_state_display()}
