"""Take in a client's request to close, to move, or to give up a permission. No reason is asked for, nobody has to agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import Client, ClientStatus
from retention.models import LeavingRequest, RequestStep
from retention.services.ensure_policy import ensure_retention_policy
from retention.services.errors import RetentionError
from retention.services.keep_clock import keep_clock

#: A request that is older has another year by mistake.
OLDEST = timedelta(days=366)


@dataclass(frozen=True)
class Received:
    """`created` is False when the same request stands open already, or came once before by the online channel."""

    request: LeavingRequest
    created: bool


@transaction.atomic
def receive_request(
    *,
    client: Client,
    kind: str,
    origin: str,
    actor: Staff | None,
    subject: str = "",
    outside_no: str = "",
    applied_at: datetime | None = None,
    settled_at: datetime | None = None,
) -> Received:
    """The clock starts when the account is settled: `settled_at`, if it is known already.

    Raises RetentionError naming the field: an account that is closed already, a moment in the future or years ago.
    """
    fresh = (
        Client.objects.select_for_update(no_key=True, of=("self",))
        .select_related("branch", "figures")
        .get(pk=client.pk)
    )
    sent = LeavingRequest.objects.filter(branch=fresh.branch, outside_no=outside_no).first() if outside_no else None
    if sent is not None:
        return Received(sent, created=False)
    now = timezone.now()
    applied = applied_at or now
    _require_believable(now, applied_at=applied, settled_at=settled_at or now)
    if fresh.status == ClientStatus.CLOSED:
        raise RetentionError(_("This client's account is closed already. Check the client number."), field="client_no")
    same = LeavingRequest.objects.filter(client=fresh, kind=kind, subject=subject.strip())
    standing = same.exclude(state__in=[LeavingRequest.State.DONE, LeavingRequest.State.WITHDRAWN]).first()
    if standing is not None:
        return Received(standing, created=False)
    request = LeavingRequest.objects.create(
        branch=fresh.branch,
        client=fresh,
        advisor_id=fresh.advisor_id,
        tier=fresh.figures.tier,
        kind=kind,
        subject=subject.strip(),
        origin=origin,
        outside_no=outside_no,
        applied_at=applied,
        settled_at=settled_at,
        policy=ensure_retention_policy(branch=fresh.branch, on=timezone.localdate()),
        entered_by=actor,
    )
    RequestStep.objects.create(request=request, step="received", by=actor)
    keep_clock(request)
    audit.record(
        action="retention.request_received",
        actor=actor,
        branch=fresh.branch,
        target=request,
        detail={"client": fresh.pk, "kind": kind, "origin": origin},
    )
    return Received(request, created=True)


def _require_believable(now: datetime, **moments: datetime) -> None:
    for field, moment in moments.items():
        if moment > now:
            raise RetentionError(_("This moment lies in the future. Check date and time."), field=field)
        if moment < now - OLDEST:
            raise RetentionError(_("This moment lies more than a year back. Check the year."), field=field)
