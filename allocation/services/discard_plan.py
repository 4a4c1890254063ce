"""Put a plan aside, or take an approval back before its day."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from allocation.models import Plan
from allocation.services.approve_second import take_approvals_off
from allocation.services.errors import PlanConflict
from branch_crm.core import audit
from branch_crm.core.models import Staff

OPEN = (Plan.State.SOLVING, Plan.State.PROPOSED, Plan.State.FAILED)
APPROVED = (Plan.State.SCHEDULED, Plan.State.WAITING)


@transaction.atomic
def discard_plan(*, plan: Plan, actor: Staff) -> Plan:
    """The plan stays readable and can no longer be published. Asking twice changes nothing."""
    fresh = Plan.objects.select_for_update().get(pk=plan.pk)
    if fresh.state == Plan.State.DISCARDED:
        return fresh
    if fresh.state not in OPEN:
        raise PlanConflict(
            _("A plan that is %(state)s cannot be discarded.") % {"state": fresh.get_state_display()}, code=fresh.state
        )
    fresh.state = Plan.State.DISCARDED
    fresh.save(update_fields=["state"])
    audit.record(action="allocation.plan_discarded", actor=actor, branch=fresh.branch, target=fresh)
    return fresh


@transaction.atomic
def withdraw_approval(*, plan: Plan, actor: Staff) -> Plan:
    """A scheduled plan, or one that waits for the second approval, becomes a proposal again; its decisions stay."""
    fresh = Plan.objects.select_for_update().get(pk=plan.pk)
    if fresh.state == Plan.State.PROPOSED:
        return fresh
    if fresh.state not in APPROVED:
        raise PlanConflict(
            _("A plan that is %(state)s has no approval to take back.") % {"state": fresh.get_state_display()},
            code=fresh.state,
        )
    take_approvals_off(fresh)
    fresh.save()
    audit.record(action="allocation.approval_withdrawn", actor=actor, branch=fresh.branch, target=fresh)
    return fresh
