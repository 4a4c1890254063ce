"""What upheld reviews have come to: in force once a published plan has moved the client, open again when that is undone."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from allocation.domain import service_review as process
from allocation.models import Assignment, AssignmentLock, ServiceReview
from allocation.services.review_steps import take_step
from branch_crm.core import audit
from branch_crm.core.models import Branch

State, Decision = ServiceReview.State, ServiceReview.Decision
#: Step -> what the audit calls it.
ACTIONS = {
    process.APPLY: "allocation.service_review_applied",
    process.UNDO: "allocation.service_review_undone",
    process.REOPEN: "allocation.service_review_reopened",
    process.LAPSE: "allocation.service_review_ended",
}


@transaction.atomic
def apply_reviews(branch: Branch, on: date) -> dict[str, int]:
    """How often each step was taken. Called by whatever changes the books or a lock, and by the night; a second call writes
    nothing."""
    counts: Counter[str] = Counter()
    for review in _in_question(branch):
        step, note = _step_of(review, on)
        while step:
            _carry_out(review, step, on, note)
            counts[step] += 1
            step, note = _step_of(review, on)
    return {step: counts[step] for step in ACTIONS}


def _carry_out(review: ServiceReview, step: str, on: date, note: str) -> None:
    take_step(review, step, on=on, note=note)
    review.closed_on = on if review.state in (State.APPLIED, State.LAPSED) else None
    if step == process.REOPEN:
        review.decision, review.decided_by, review.decided_at = "", None, None
        review.decision_note, review.refusal, review.lock = "", None, None
    review.save()
    audit.record(
        action=ACTIONS[step],
        actor=None,
        branch=review.branch,
        target=review,
        detail={"client": review.client_id, "advisor": review.advisor_id},
    )


def _in_question(branch: Branch) -> QuerySet[ServiceReview]:
    """Upheld ones, and those in force by a move that may have been undone."""
    reviews = ServiceReview.objects.select_for_update(of=("self",), no_key=True).select_related(
        "branch", "client", "refusal", "lock"
    )
    upheld = reviews.filter(branch=branch, state=State.UPHELD)
    moved = reviews.filter(branch=branch, state=State.APPLIED, decision=Decision.REASSIGN)
    return (upheld | moved).order_by("pk")


def _step_of(review: ServiceReview, on: date) -> tuple[str, str]:
    if review.state == State.APPLIED and review.decision == Decision.REASSIGN:
        return _undone(review)
    if review.state != State.UPHELD:
        return "", ""
    if review.decision == Decision.KEEP:
        return (process.APPLY, "") if _stands(review.lock, on) else (process.REOPEN, "")
    if review.client.advisor_id == review.advisor_id:
        return (process.REOPEN, "") if review.refusal and review.refusal.withdrawn_at else ("", "")
    plan = _moved_by_plan(review)
    return (process.APPLY, f"#{plan}") if plan else (process.LAPSE, "")


def _undone(review: ServiceReview) -> tuple[str, str]:
    """A plan that is rolled back gives the client back; the decision stands, and the next run has to obey it again."""
    if review.client.advisor_id != review.advisor_id:
        return "", ""
    held = Assignment.objects.filter(client=review.client_id, ends__isnull=True).select_related("plan").first()
    if held is None or held.reason != Assignment.Reason.ROLLBACK:
        return "", ""
    return process.UNDO, f"#{held.plan.number}" if held.plan else ""


def _moved_by_plan(review: ServiceReview) -> int | None:
    """Number of the plan that ended the advisor's time with the client."""
    last = Assignment.objects.filter(client=review.client_id, advisor=review.advisor_id, ends__isnull=False)
    ended = last.select_related("end_plan").order_by("-ends", "-pk").first()
    by_plan = ended is not None and ended.end_reason == Assignment.Reason.PLAN
    return ended.end_plan.number if ended and by_plan and ended.end_plan else None


def _stands(lock: AssignmentLock | None, on: date) -> bool:
    return lock is not None and lock.withdrawn_at is None and (lock.until is None or lock.until >= on)
