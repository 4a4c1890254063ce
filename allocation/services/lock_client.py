"""Keep a client with an advisor whatever the engine finds, for a stated reason; and let go again."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import AssignmentLock
from allocation.services.errors import AllocationError
from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import Client


@transaction.atomic
def lock_client(*, client: Client, actor: Staff, reason: str, until: date | None = None) -> AssignmentLock:
    """Lock the client to the present holder. An open lock to the same holder is corrected, not doubled."""
    fresh = (
        Client.objects.select_for_update(no_key=True, of=("self",))
        .select_related("branch", "advisor")
        .get(pk=client.pk)
    )
    if fresh.advisor is None:
        raise AllocationError(_("Only a client who has an advisor can be locked."))
    check_lock(reason=reason, until=until)
    lock = AssignmentLock.objects.filter(client=fresh, withdrawn_at__isnull=True).first()
    lock = lock or AssignmentLock(client=fresh, branch=fresh.branch)
    lock.advisor, lock.reason, lock.until, lock.made_by = fresh.advisor, reason.strip()[:200], until, actor
    lock.save()
    audit.record(
        action="allocation.client_locked",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"advisor": fresh.advisor_id, "until": until.isoformat() if until else None},
    )
    return lock


def check_lock(*, reason: str, until: date | None) -> None:
    """Raises AllocationError at the field that is wrong."""
    if not reason.strip():
        raise AllocationError(_("Say why the client must stay."), field="reason")
    if until is not None and until < timezone.localdate():
        raise AllocationError(_("The lock would already be over."), field="until")


@transaction.atomic
def unlock_client(*, client: Client, actor: Staff) -> bool:
    """Returns False when there was no lock."""
    open_lock = AssignmentLock.objects.filter(client=client, withdrawn_at__isnull=True)
    if not open_lock.update(withdrawn_at=timezone.now()):
        return False
    audit.record(action="allocation.client_unlocked", actor=actor, branch=client.branch, target=client)
    return True
