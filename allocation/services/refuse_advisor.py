"""Record that a client does not want to be served by an advisor. No reason is asked for; the engine obeys."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.models import ClientRefusal
from allocation.services.errors import AllocationError
from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import Client


@transaction.atomic
def refuse_advisor(*, client: Client, advisor: Advisor, actor: Staff, note: str = "") -> ClientRefusal:
    """The same refusal entered twice is one."""
    if advisor.branch_id != client.branch_id:
        raise AllocationError(_("This advisor does not belong to the branch."), field="advisor")
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    refusal = ClientRefusal.objects.filter(client=client, advisor=advisor, withdrawn_at__isnull=True).first()
    if refusal is not None:
        return refusal
    refusal = ClientRefusal.objects.create(
        branch=client.branch,
        client=client,
        advisor=advisor,
        since=timezone.localdate(),
        note=note.strip()[:200],
        entered_by=actor,
    )
    audit.record(
        action="allocation.advisor_refused",
        actor=actor,
        branch=client.branch,
        target=client,
        detail={"advisor": advisor.pk},
    )
    return refusal


@transaction.atomic
def withdraw_refusal(*, refusal: ClientRefusal, actor: Staff) -> bool:
    """Returns False when it had been withdrawn before."""
    still_open = ClientRefusal.objects.filter(pk=refusal.pk, withdrawn_at__isnull=True)
    if not still_open.update(withdrawn_at=timezone.now()):
        return False
    audit.record(
        action="allocation.refusal_withdrawn",
        actor=actor,
        branch=refusal.branch,
        target=refusal.client,
        detail={"advisor": refusal.advisor_id},
    )
    return True
