"""The director decides a review, with grounds: dismiss, more time, another advisor at the next run, or stays under watch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.domain import service_review as process
from allocation.models import AssignmentLock, ServiceReview
from allocation.notifications_review import tell_decided
from allocation.services.apply_reviews import apply_reviews
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.lock_client import check_lock, lock_client, unlock_client
from allocation.services.refuse_advisor import refuse_advisor
from allocation.services.review_steps import locked_review, take_step
from branch_crm.core import audit, trading_calendar
from branch_crm.core.models import Staff

Decision, State = ServiceReview.Decision, ServiceReview.State
STEPS = {
    Decision.DISMISS: process.DISMISS,
    Decision.EXTEND: process.EXTEND,
    Decision.REASSIGN: process.UPHOLD,
    Decision.KEEP: process.UPHOLD,
}
CLOSED_BY = {Decision.DISMISS: (State.DISMISSED,), Decision.REASSIGN: (State.UPHELD,), Decision.KEEP: (State.APPLIED,)}


@transaction.atomic
def decide_review(
    *,
    review: ServiceReview,
    actor: Staff,
    decision: str,
    note: str,
    until: date | None = None,
    today: date | None = None,
) -> ServiceReview:
    """`until`: the last day of more time (a trading day), or of the watch (None = without an end).

    Reassigning is a refusal that the next run obeys, keeping a lock. The same decision twice by one person is one. Raises
    PlanConflict while the advisor's time runs or when somebody has decided already, AllocationError at the field.
    """
    day, choice, grounds = today or timezone.localdate(), Decision(decision), note.strip()
    if not grounds:
        raise AllocationError(_("Say on what grounds; the advisor reads them."), field="note")
    fresh = locked_review(review.pk)
    if fresh.decided_by_id == actor.pk and fresh.decision == choice and fresh.state in CLOSED_BY.get(choice, ()):
        return fresh
    if fresh.client.advisor_id != fresh.advisor_id:
        raise PlanConflict(_("The client has another advisor by now; there is nothing left to decide."), code="moved")
    take_step(fresh, STEPS[choice], on=day, by=actor, note=grounds)
    if choice == Decision.EXTEND:
        _give_time(fresh, until, day)
    else:
        _decide(fresh, actor, choice, grounds, until, day)
    fresh.save()
    audit.record(
        action="allocation.service_review_decided",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"client": fresh.client_id, "advisor": fresh.advisor_id, "decision": str(choice)},
    )
    tell_decided(fresh, actor, str(choice))
    if choice == Decision.KEEP:
        apply_reviews(fresh.branch, day)
        fresh.refresh_from_db()
    return fresh


def dismiss_reviews(*, reviews: Iterable[ServiceReview], actor: Staff, note: str, today: date | None = None) -> int:
    """Several at once for one stated reason, each with its own step; returns how many. Those decided meanwhile are left out."""
    dismissed = 0
    with transaction.atomic():
        for review in reviews:
            try:
                with transaction.atomic():
                    decide_review(review=review, actor=actor, decision=Decision.DISMISS, note=note, today=today)
            except PlanConflict:
                continue
            dismissed += 1
    return dismissed


def _give_time(review: ServiceReview, until: date | None, day: date) -> None:
    if until is None or until <= max(day, review.cure_until) or not trading_calendar.load().is_session(until):
        raise AllocationError(_("Choose a later trading day."), field="until")
    review.cure_until, review.due_on, review.asked_on = until, None, None


def _decide(
    review: ServiceReview, actor: Staff, choice: ServiceReview.Decision, grounds: str, until: date | None, day: date
) -> None:
    review.decision, review.decision_note = choice, grounds[:500]
    review.decided_by, review.decided_at = actor, timezone.now()
    words = _("Service review no. %(number)s") % {"number": review.pk}
    if choice == Decision.DISMISS:
        review.closed_on = day
    elif choice == Decision.KEEP:
        check_lock(reason=grounds, until=until)
        review.lock = lock_client(client=review.client, actor=actor, reason=f"{words}: {grounds}", until=until)
    else:
        # A lock to this advisor would contradict it: the decision is the newer word.
        if AssignmentLock.objects.filter(client=review.client, withdrawn_at__isnull=True).exists():
            unlock_client(client=review.client, actor=actor)
        review.refusal = refuse_advisor(client=review.client, advisor=review.advisor, actor=actor, note=words)
