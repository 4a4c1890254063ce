"""Make a proposed value policy a draft again: the approver sends it back, or the proposer takes it back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import ValuePolicy
from clients.services.hold_value_policy import hold_value_policy, refuse_if_changed, save_step


@transaction.atomic
def return_value_policy(*, policy: ValuePolicy, actor: Staff, revision: int, note: str = "") -> ValuePolicy:
    """Sending back twice is sending back once. It needs a note that says what to change; taking back one's own does not.

    Raises ValidationError for an empty note or a version that is no proposal, PolicyConflict when it is no longer the
    `revision` that was read.
    """
    fresh = hold_value_policy(policy)
    note = note.strip()
    if fresh.state == ValuePolicy.State.DRAFT and fresh.returned_by_id == actor.pk and fresh.returned_note == note:
        return fresh
    refuse_if_changed(fresh, revision)
    if fresh.state != ValuePolicy.State.PROPOSED:
        raise ValidationError(_("Only a proposal can be sent back."))
    is_own = fresh.proposed_by_id == actor.pk
    if not is_own and not note:
        raise ValidationError({"note": _("Say what has to change; the proposer will read it.")})
    fresh.state = ValuePolicy.State.DRAFT
    fresh.proposed_by = fresh.proposed_at = None
    fresh.returned_by, fresh.returned_note = (None, "") if is_own else (actor, note)
    save_step(fresh)
    audit.record(
        action="clients.value_policy_withdrawn" if is_own else "clients.value_policy_returned",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"version": fresh.version, "note": note},
    )
    return fresh
