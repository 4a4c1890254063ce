"""One step of a review: the record of it and the state it leads to, in the caller's transaction."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from allocation.domain.service_review import StepRefused, after
from allocation.models import ReviewStep, ServiceReview
from allocation.services.errors import PlanConflict
from branch_crm.core.models import Staff


def locked_review(pk: int) -> ServiceReview:
    """The review's row as it is now, locked to the end of the transaction."""
    people = ("branch", "client", "advisor__account", "decided_by", "refusal", "lock")
    found: ServiceReview = (
        ServiceReview.objects.select_for_update(of=("self",), no_key=True).select_related(*people).get(pk=pk)
    )
    return found


def take_step(review: ServiceReview, step: str, *, on: date, by: Staff | None = None, note: str = "") -> None:
    """Sets the state and adds the record; the caller saves the review. Raises PlanConflict where the step may not follow."""
    try:
        review.state = after(
            review.state, step, on=on, cure_until=review.cure_until, has_reply=bool(review.reply.strip())
        )
    except StepRefused as refused:
        raise PlanConflict(_refusal(refused.code, review), code=refused.code) from refused
    ReviewStep.objects.create(review=review, step=step, by=by, note=note[:1000])


def _refusal(code: str, review: ServiceReview) -> str:
    if code == "time":
        return _("The advisor's time runs until %(day)s. Nothing was decided.") % {"day": review.cure_until.isoformat()}
    if code == "reply":
        return _("Write a reply first; the decision is made on it.")
    return _("This review is already %(state)s. Nothing was changed.") % {"state": review.get_state_display()}
