"""The absence ends: every client goes back to the advisor from before, unless somebody has decided otherwise meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor, Leave
from allocation.models import Assignment, Cover, LeaverCase
from allocation.services.books import Move, lock_books, move_clients
from allocation.services.errors import AllocationError
from allocation.services.leaver_state import locked_case, refuse_if_over
from branch_crm.core import audit
from branch_crm.core.models import Staff
from branch_crm.core.services.limit_account import limit_account

ONE_DAY = timedelta(days=1)


@transaction.atomic
def give_back_covers(*, case: LeaverCase, on: date, actor: Staff | None) -> dict[str, int]:
    """Close the case and its covers. returned: clients given back; overtaken: those whom a plan, a request or another case
    has moved since; waiting: those who stay with the stand-in because the owner may serve nobody on that day (the case then
    stays open, and the next night looks again).
    """
    lock_books(case.branch)
    fresh = locked_case(case)
    if fresh.state != LeaverCase.State.OPEN:
        return {"returned": 0, "overtaken": 0, "waiting": 0}
    running = list(Cover.objects.select_for_update().filter(case=fresh, state=Cover.State.RUNNING).order_by("pk"))
    held = {
        row.client_id: row
        for row in Assignment.objects.filter(client__in=[cover.client_id for cover in running], ends__isnull=True)
    }
    mine = [cover for cover in running if _still_covers(cover, held.get(cover.client_id))]
    lost = [cover for cover in running if cover not in mine]
    _end(lost, Cover.State.OVERTAKEN, on)
    if mine and not Advisor.objects.filter(pk=fresh.advisor_id).serving(on).exists():
        return {"returned": 0, "overtaken": len(lost), "waiting": len(mine)}
    move_clients(
        branch=fresh.branch,
        moves=[Move(cover.client_id, cover.stand_in_id, cover.owner_id) for cover in mine],
        on=on,
        reason=Assignment.Reason.RETURN,
        plan=None,
        actor=actor,
        case=fresh,
    )
    _end(mine, Cover.State.GIVEN_BACK, on)
    if fresh.advisor.account is not None:
        limit_account(account=fresh.advisor.account, narrowed_on=None, shut_on=None, actor=actor, reason="returned")
    fresh.state, fresh.closed_by, fresh.closed_at = LeaverCase.State.RETURNED, actor, timezone.now()
    fresh.save(update_fields=["state", "closed_by", "closed_at"])
    audit.record(
        action="allocation.leaver_returned",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"on": on.isoformat(), "given_back": len(mine), "overtaken": len(lost)},
    )
    return {"returned": len(mine), "overtaken": len(lost), "waiting": 0}


@transaction.atomic
def change_return(*, case: LeaverCase, returns_on: date, actor: Staff, today: date | None = None) -> LeaverCase:
    """Earlier or later: the absence and every cover move with the day. A day that has come gives the clients back at once."""
    day = today or timezone.localdate()
    fresh = locked_case(case)
    refuse_if_over(fresh)
    if fresh.kind != LeaverCase.Kind.LONG_LEAVE:
        raise AllocationError(_("Only somebody on long leave comes back."), field="returns_on")
    if returns_on <= fresh.last_day:
        raise AllocationError(_("The return lies before the absence; call the case off instead."), field="returns_on")
    if returns_on == fresh.returns_on:
        return fresh
    before, fresh.returns_on = fresh.returns_on, returns_on
    fresh.save(update_fields=["returns_on"])
    _move_absence(fresh, returns_on, actor)
    for cover in Cover.objects.select_for_update().filter(case=fresh, state=Cover.State.RUNNING):
        cover.until = max(returns_on, cover.starts + ONE_DAY)
        cover.save(update_fields=["until"])
    audit.record(
        action="allocation.leaver_return_changed",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"before": before.isoformat() if before else None, "after": returns_on.isoformat()},
    )
    if returns_on <= day:
        give_back_covers(case=fresh, on=day, actor=actor)
        fresh.refresh_from_db()
    return fresh


def _move_absence(case: LeaverCase, returns_on: date, actor: Staff) -> None:
    first, last = case.last_day + ONE_DAY, returns_on - ONE_DAY
    leave = case.advisor.leaves.filter(starts=first).first()
    if last < first:
        if leave is not None:
            leave.delete()
        return
    leave = leave or Leave(advisor=case.advisor, starts=first, reason=str(case.get_kind_display()), entered_by=actor)
    leave.ends = last
    try:
        leave.full_clean()
    except ValidationError as error:
        raise AllocationError(" ".join(error.messages), field="returns_on") from error
    leave.save()


def _still_covers(cover: Cover, held: Assignment | None) -> bool:
    if held is None:
        return False
    return (held.advisor_id, held.reason, held.case_id) == (cover.stand_in_id, Assignment.Reason.COVER, cover.case_id)


def _end(covers: list[Cover], state: str, on: date) -> None:
    Cover.objects.filter(pk__in=[cover.pk for cover in covers]).update(state=state, ended_on=on)
