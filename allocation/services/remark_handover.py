"""Write what a dossier cannot know. The giver's word, until the taker has signed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import Handover
from allocation.services.errors import PlanConflict
from allocation.services.handover_state import locked_handover
from branch_crm.core import audit
from branch_crm.core.models import Staff


@transaction.atomic
def remark_handover(*, handover: Handover, actor: Staff, remarks: str) -> Handover:
    """The remarks as a whole; the same ones again change nothing.

    Raises PlanConflict when the handover has been signed, or the client has moved on.
    """
    fresh = locked_handover(handover)
    text = remarks.strip()
    if fresh.signed_at is not None:
        raise PlanConflict(
            _("%(name)s has read and signed this handover; remarks can no longer be added.")
            % {"name": fresh.signed_by.name if fresh.signed_by else ""},
            code="signed",
        )
    if text == fresh.remarks:
        return fresh
    fresh.remarks, fresh.remarks_by, fresh.remarks_at = text, actor, timezone.now()
    fresh.save(update_fields=["remarks", "remarks_by", "remarks_at"])
    audit.record(
        action="allocation.handover_remarked",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"client": fresh.client_id, "characters": len(text)},
    )
    return fresh
