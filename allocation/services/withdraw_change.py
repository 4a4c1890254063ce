"""Take a request for another advisor back; the refusal that came with it goes with it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from allocation.models import ChangeRequest
from allocation.services.change_state import locked_request, refuse_if_decided
from allocation.services.refuse_advisor import withdraw_refusal
from branch_crm.core import audit
from branch_crm.core.models import Staff


@transaction.atomic
def withdraw_change(*, change: ChangeRequest, actor: Staff) -> ChangeRequest:
    """Asking twice changes nothing. Raises PlanConflict when it has been decided meanwhile."""
    fresh = locked_request(change)
    if fresh.state == ChangeRequest.State.WITHDRAWN:
        return fresh
    refuse_if_decided(fresh)
    if fresh.refusal is not None:
        withdraw_refusal(refusal=fresh.refusal, actor=actor)
    fresh.state, fresh.decided_by, fresh.decided_at = ChangeRequest.State.WITHDRAWN, actor, timezone.now()
    fresh.save(update_fields=["state", "decided_by", "decided_at"])
    audit.record(
        action="allocation.change_withdrawn",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"client": fresh.client_id},
    )
    return fresh
