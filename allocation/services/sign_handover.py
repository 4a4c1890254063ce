"""Sign a dossier as read: one click, with day and name, for what lay open on the page and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.domain.dossier import digest, seen_mark
from allocation.models import Handover
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.handover_state import locked_handover
from branch_crm.core import audit
from branch_crm.core.models import Staff


@dataclass(frozen=True)
class Signed:
    """`changed` is False when the click came twice."""

    handover: Handover
    changed: bool


@transaction.atomic
def sign_handover(*, handover: Handover, actor: Staff, seen: str) -> Signed:
    """`seen`: the mark that only the opened dossier carries (domain.dossier.seen_mark), so that nobody signs unread.

    Raises PlanConflict when remarks were added since it was opened or the client has moved on, AllocationError without a mark
    or where the dossier no longer bears its seal.
    """
    fresh = locked_handover(handover)
    if fresh.signed_at is not None:
        return Signed(fresh, changed=False)
    if not seen:
        raise AllocationError(_("Open the dossier first: it is signed on its own page."), field="seen")
    if digest(fresh.dossier) != fresh.digest:
        raise AllocationError(_("This dossier no longer bears its seal. Tell compliance; it cannot be signed."))
    if seen != seen_mark(fresh.digest, fresh.remarks):
        raise PlanConflict(
            _("The remarks have changed since you opened the dossier. Read them, then sign."), code="remarks"
        )
    fresh.signed_by, fresh.signed_at = actor, timezone.now()
    fresh.save(update_fields=["signed_by", "signed_at"])
    audit.record(
        action="allocation.handover_signed",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"client": fresh.client_id, "digest": fresh.digest},
    )
    return Signed(fresh, changed=True)
