"""The person stays after all: what the case prepared is taken back, what it moved has to be looked at first."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import Assignment, Cover, LeaverCase, Plan
from allocation.services.discard_plan import discard_plan
from allocation.services.errors import AllocationError
from allocation.services.leaver_state import locked_case, refuse_if_over
from branch_crm.core import audit
from branch_crm.core.models import Staff
from branch_crm.core.services.limit_account import limit_account


@transaction.atomic
def cancel_leaver_case(*, case: LeaverCase, actor: Staff) -> LeaverCase:
    """The account is whole again, the day of leaving or the absence is taken out, a proposal to split the book put aside.

    Clients who were handed over stay where they are, so that this is refused once there are any: roll the plan back first,
    or let somebody on leave return.
    """
    fresh = locked_case(case)
    if fresh.state == LeaverCase.State.CANCELLED:
        return fresh
    refuse_if_over(fresh)
    if Cover.objects.filter(case=fresh, state=Cover.State.RUNNING).exists():
        raise AllocationError(_("Colleagues cover the clients already. Change the day of return instead."))
    if fresh.plan is not None and fresh.plan.state in (Plan.State.WAITING, Plan.State.SCHEDULED):
        raise AllocationError(_("The plan that splits the book is approved. Take the approval back first."))
    if Assignment.objects.filter(case=fresh, ends__isnull=True).exclude(advisor=fresh.advisor).exists():
        raise AllocationError(_("Clients have been handed over already. Roll the plan back first."))
    if fresh.plan is not None and fresh.plan.state in (Plan.State.PROPOSED, Plan.State.SOLVING):
        discard_plan(plan=fresh.plan, actor=actor)
    _take_days_back(fresh)
    if fresh.advisor.account is not None:
        limit_account(account=fresh.advisor.account, narrowed_on=None, shut_on=None, actor=actor, reason="cancelled")
    fresh.state, fresh.closed_by, fresh.closed_at = LeaverCase.State.CANCELLED, actor, timezone.now()
    fresh.save(update_fields=["state", "closed_by", "closed_at"])
    audit.record(action="allocation.leaver_case_cancelled", actor=actor, branch=fresh.branch, target=fresh)
    return fresh


def _take_days_back(case: LeaverCase) -> None:
    first_day_away = case.last_day + timedelta(days=1)
    if case.kind == LeaverCase.Kind.LONG_LEAVE:
        case.advisor.leaves.filter(starts=first_day_away).delete()
    elif case.advisor.left == first_day_away:
        case.advisor.left = None
        case.advisor.save(update_fields=["left", "updated_at"])
