"""Close a notice period: early by a person who says why, or by the night when its last day is over."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import Notice, Plan
from allocation.services.errors import AllocationError, PlanConflict
from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff


@transaction.atomic
def close_notice(*, notice: Notice, actor: Staff, why: str, today: date | None = None) -> Notice:
    """Nothing more can be put forward; what waits for an answer goes on waiting.

    `why` is needed up to the last day of the period. A notice that is closed already raises PlanConflict.
    """
    fresh = Notice.objects.select_for_update(of=("self",)).select_related("plan__branch").get(pk=notice.pk)
    if fresh.closed_at is not None:
        raise PlanConflict(
            _("This notice was closed on %(day)s.") % {"day": timezone.localdate(fresh.closed_at).isoformat()},
            code="closed",
        )
    early = (today or timezone.localdate()) <= fresh.ends
    if early and not why.strip():
        raise AllocationError(_("Say why the notice is closed before its last day."), field="why")
    end_notice(fresh, actor, why.strip()[:200] if early else "")
    return fresh


@transaction.atomic
def close_ended_notices(*, branch: Branch, on: date) -> int:
    """Close the periods whose last day lies before `on`, and those of plans that are no proposals any more. Counts them."""
    over = Q(ends__lt=on) | ~Q(plan__state=Plan.State.PROPOSED)
    open_ones = Notice.objects.filter(over, plan__branch=branch, closed_at__isnull=True)
    ended = list(open_ones.select_for_update(of=("self",)).select_related("plan__branch").order_by("pk"))
    for notice in ended:
        end_notice(notice, None, "")
    return len(ended)


def end_notice(notice: Notice, actor: Staff | None, why: str) -> None:
    """Inside the caller's transaction, which holds the notice or its plan. `notice.plan.branch` is read."""
    notice.closed_at, notice.closed_by, notice.closed_why = timezone.now(), actor, why
    notice.save(update_fields=["closed_at", "closed_by", "closed_why"])
    audit.record(
        action="allocation.notice_closed",
        actor=actor,
        branch=notice.plan.branch,
        target=notice.plan,
        detail={"number": notice.plan.number, "until": notice.ends.isoformat(), "early": bool(why)},
    )
