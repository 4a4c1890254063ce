"""The second approval of a plan: another person lets it go on, or sends it back with a reason."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import Plan
from allocation.notifications import tell_second_answered
from allocation.queries.notice import blocks_publication
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.publish_plan import Publication, carry_out, check_day, locked_plan, settle_lines
from branch_crm.core import audit
from branch_crm.core.models import Staff

AFTER_SECOND = (Plan.State.SCHEDULED, Plan.State.PUBLISHED)


@transaction.atomic
def approve_second(
    *,
    plan: Plan,
    actor: Staff,
    effective_on: date | None = None,
    drop_conflicts: bool = False,
    note: str = "",
    today: date | None = None,
) -> Publication:
    """Approve what the first person approved: applied at once when its day has come, else by the night of that day.

    `effective_on` is needed where the first person's day has passed while the plan waited; a day that has not passed is
    the first person's and cannot be changed here. Raises PlanConflict when the plan no longer waits or clients have changed
    hands (`drop_conflicts` leaves them out), AllocationError for the first person's own second approval or a wrong day.
    """
    day = today or timezone.localdate()
    fresh = locked_plan(plan.pk)
    if fresh.state in AFTER_SECOND and fresh.second_by_id == actor.pk:
        return Publication(fresh, changed=False)
    _check_waits(fresh, actor)
    if reason := blocks_publication(fresh):
        raise AllocationError(reason)
    fresh.effective_on = _day(fresh, effective_on, day)
    lines, dropped = settle_lines(fresh, actor, fresh.effective_on, drop_conflicts)
    fresh.second_by, fresh.second_at, fresh.second_note = actor, timezone.now(), note.strip()
    audit.record(
        action="allocation.second_approval_given",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"number": fresh.number, "on": fresh.effective_on.isoformat(), "moves": len(lines)},
    )
    tell_second_answered(fresh, fresh.approved_by, actor, given=True)
    return carry_out(plan=fresh, actor=actor, lines=lines, dropped=dropped, today=day)


@transaction.atomic
def send_back(*, plan: Plan, actor: Staff, note: str) -> Plan:
    """The plan is a proposal again, with every decision kept; the note says what is missing. Asking twice changes nothing."""
    fresh = locked_plan(plan.pk)
    returned = fresh.outcome.get("sent_back", {})
    if fresh.state == Plan.State.PROPOSED and returned.get("by") == actor.pk:
        return fresh
    _check_waits(fresh, actor)
    text = note.strip()
    if not text:
        raise AllocationError(_("Say what is missing; the director will read it."), field="note")
    fresh.outcome["sent_back"] = {
        "by": actor.pk,
        "name": actor.name,
        "at": timezone.now().isoformat(timespec="seconds"),
        "note": text,
    }
    tell_second_answered(fresh, fresh.approved_by, actor, given=False)
    take_approvals_off(fresh)
    fresh.save()
    audit.record(
        action="allocation.plan_sent_back",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"number": fresh.number, "note": text},
    )
    return fresh


def take_approvals_off(plan: Plan) -> None:
    """Make an approved plan a proposal again, in memory; its decisions stay."""
    plan.state = Plan.State.PROPOSED
    plan.approved_by = plan.approved_at = plan.effective_on = None
    plan.second_by = plan.second_at = None
    plan.second_needed, plan.approval_note, plan.second_note = {}, "", ""


def _check_waits(plan: Plan, actor: Staff) -> None:
    if plan.state != Plan.State.WAITING:
        raise PlanConflict(_no_longer_waits(plan), code=plan.state)
    if plan.approved_by_id == actor.pk:
        raise AllocationError(_("You gave the first approval. The second must come from another person."))


def _no_longer_waits(plan: Plan) -> str:
    if plan.second_by is not None and plan.second_at is not None:
        return _("%(name)s has already given the second approval, at %(time)s. Nothing was changed by you.") % {
            "name": plan.second_by.name,
            "time": timezone.localtime(plan.second_at).strftime("%Y-%m-%d %H:%M:%S"),
        }
    return _("A plan that is %(state)s does not wait for a second approval.") % {"state": plan.get_state_display()}


def _day(plan: Plan, wanted: date | None, today: date) -> date:
    first = plan.effective_on
    if first is not None and first >= today:
        if wanted not in (None, first):
            raise AllocationError(
                _("The first approval names %(day)s. Send the plan back to change it.") % {"day": first.isoformat()},
                field="effective_on",
            )
        return first
    if wanted is None:
        raise AllocationError(
            _("The effective date %(day)s has passed while the plan waited. Choose a new one.")
            % {"day": first.isoformat() if first else "–"},
            field="effective_on",
        )
    check_day(wanted, today)
    return wanted
