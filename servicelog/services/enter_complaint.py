"""Receive a complaint, and settle it. Between them it is answered by a logged contact (purpose: complaint)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import Client
from servicelog.models import Complaint
from servicelog.notifications import tell_complaint
from servicelog.services.errors import ServiceLogError


@transaction.atomic
def enter_complaint(
    *, client: Client, actor: Staff, channel: str, about: str, text: str, received_on: date | None = None
) -> Complaint:
    """The same words of the same client on the same day are one complaint. Raises ServiceLogError naming the field."""
    fresh = Client.objects.select_for_update(no_key=True, of=("self",)).select_related("branch").get(pk=client.pk)
    today = timezone.localdate()
    day = received_on or today
    if day > today:
        raise ServiceLogError(_("The complaint lies in the future."), field="received_on")
    if not text.strip():
        raise ServiceLogError(_("Write down what the client says."), field="text")
    known = Complaint.objects.filter(client=fresh, received_on=day, about=about, text=text.strip()).first()
    if known is not None:
        return known
    complaint = Complaint.objects.create(
        branch=fresh.branch,
        client=fresh,
        received_on=day,
        channel=channel,
        about=about,
        text=text.strip(),
        advisor_id=fresh.advisor_id,
        entered_by=actor,
    )
    audit.record(
        action="servicelog.complaint_received",
        actor=actor,
        branch=fresh.branch,
        target=complaint,
        detail={"client": fresh.pk, "about": about},
    )
    tell_complaint(complaint, actor)
    return complaint


@transaction.atomic
def settle_complaint(*, complaint: Complaint, actor: Staff, outcome: str) -> Complaint:
    """Raises ServiceLogError without an outcome, before a first answer, or when a colleague has settled it."""
    fresh = Complaint.objects.select_for_update(of=("self",)).select_related("branch").get(pk=complaint.pk)
    if fresh.state == Complaint.State.SETTLED:
        raise ServiceLogError(_("This complaint has been settled already."))
    if fresh.state == Complaint.State.OPEN:
        raise ServiceLogError(_("Answer the client first: log a contact with the purpose of a complaint."))
    if not outcome.strip():
        raise ServiceLogError(_("Say how it was settled."), field="outcome")
    fresh.state, fresh.settled_on, fresh.outcome = (
        Complaint.State.SETTLED,
        timezone.localdate(),
        outcome.strip()[:1000],
    )
    fresh.save(update_fields=["state", "settled_on", "outcome"])
    audit.record(action="servicelog.complaint_settled", actor=actor, branch=fresh.branch, target=fresh)
    return fresh
