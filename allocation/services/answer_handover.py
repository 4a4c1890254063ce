"""What the client says of the change: accepted, or refused, which becomes a request for another advisor."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import ChangeRequest, Handover
from allocation.services.ask_for_change import ask_for_change
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.handover_state import locked_handover
from branch_crm.core import audit
from branch_crm.core.models import Staff

Acceptance = Handover.Acceptance


@transaction.atomic
def answer_handover(
    *, handover: Handover, actor: Staff, acceptance: str, on: date, reason: str = "", today: date | None = None
) -> Handover:
    """Note the client's answer. Accepting may turn into refusing later; a refusal is taken back on its request.

    The same answer again changes nothing. Raises AllocationError for a day that cannot be (field `on`), PlanConflict when the
    client has refused already or has moved on.
    """
    fresh = locked_handover(handover)
    if fresh.acceptance == acceptance:
        return fresh
    if fresh.acceptance == Acceptance.REFUSED:
        raise PlanConflict(
            _("The client has refused already; the request for another advisor is open."), code="refused"
        )
    if not fresh.on <= on <= (today or timezone.localdate()):
        raise AllocationError(_("The answer came between the day of the handover and today."), field="on")
    fresh.acceptance, fresh.accepted_on, fresh.acceptance_by = acceptance, on, actor
    if acceptance == Acceptance.REFUSED:
        origin = ChangeRequest.Origin.CLIENT
        fresh.request = ask_for_change(
            client=fresh.client, actor=actor, origin=origin, reason=reason, today=today
        ).change
    fresh.save(update_fields=["acceptance", "accepted_on", "acceptance_by", "request"])
    audit.record(
        action="allocation.handover_answered",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={
            "client": fresh.client_id,
            "answer": str(acceptance),
            "on": on.isoformat(),
            "request": fresh.request_id,
        },
    )
    return fresh
