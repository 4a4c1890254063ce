"""The advisor answers a notice: what was done, what stands in the way, and, if wished, a decision at once."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.domain import service_review as process
from allocation.models import ServiceReview
from allocation.notifications_review import tell_due
from allocation.services.errors import AllocationError
from allocation.services.review_steps import locked_review, take_step
from branch_crm.core import audit
from branch_crm.core.models import Staff


@transaction.atomic
def reply_to_review(
    *, review: ServiceReview, actor: Staff, text: str, ask_now: bool = False, today: date | None = None
) -> ServiceReview:
    """The newest reply stands beside the decision, every one stays on record. `ask_now`: do not wait for the end of the time.

    The same reply twice is one. Raises PlanConflict when the review has been decided, AllocationError for an empty reply.
    """
    day = today or timezone.localdate()
    words = text.strip()
    if not words:
        raise AllocationError(_("Write a reply first; the decision is made on it."), field="text")
    fresh = locked_review(review.pk)
    asks = ask_now and fresh.state == ServiceReview.State.NOTICED
    if fresh.reply == words and not asks:
        return fresh
    if fresh.reply != words:
        fresh.reply, fresh.replied_by, fresh.replied_at = words, actor, timezone.now()
        take_step(fresh, process.REPLY, on=day, by=actor, note=words)
    if asks:
        take_step(fresh, process.ASK, on=day, by=actor)
        fresh.asked_on = fresh.due_on = day
        tell_due(fresh.branch, 1, f"{fresh.pk}:{day}", actor)
    fresh.save()
    audit.record(
        action="allocation.service_review_replied",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"client": fresh.client_id, "asks_now": asks},
    )
    return fresh
