"""Show one masked field of one client to one person, for a stated purpose and a short time, and write that down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from branch_crm.core import audit
from branch_crm.core.models import Staff
from branch_crm.core.sealing import unseal
from clients.models import Client, Reveal
from clients.services.alarm_personal_data import alarm_of_reveals

#: How long a revealed value may stand on the screen; within it the same field is shown again without a new record.
SHOWN_FOR = timedelta(minutes=5)
#: Reveals of one person within an hour at which it stops; the alarm rings earlier (alarm_personal_data).
STOP_AT = 60
HOUR = timedelta(hours=1)

SEALED = {
    Reveal.Field.PHONE: "phone_sealed",
    Reveal.Field.ID_NO: "id_sealed",
    Reveal.Field.EMAIL: "email_sealed",
    Reveal.Field.ADDRESS: "address_sealed",
}


class TooManyReveals(Exception):
    """This person has revealed STOP_AT fields within the hour."""


@dataclass(frozen=True)
class Revealed:
    value: str
    until: datetime


def reveal_field(
    *, client: Client, field: str, purpose: str, actor: Staff, note: str = "", address: str | None = None
) -> Revealed:
    """The plain value ("" where there is none) after the record is written. Raises TooManyReveals, which is audited too.

    `client` must have been fetched through `visible_to(actor)`; the value must not be logged, cached or put in an address.
    """
    kept = _record(client, field, purpose, actor, note, address)
    if kept is None:
        raise TooManyReveals
    return Revealed(unseal(getattr(client, SEALED[Reveal.Field(field)])), kept.expires_at)


@transaction.atomic
def _record(client: Client, field: str, purpose: str, actor: Staff, note: str, address: str | None) -> Reveal | None:
    # One at a time per person, or two windows would count past each other.
    Staff.objects.select_for_update(no_key=True).get(pk=actor.pk)
    now = timezone.now()
    mine = Reveal.objects.filter(by=actor)
    open_still = mine.filter(client=client, field=field, expires_at__gt=now).first()
    if open_still is not None:
        return open_still
    within_hour = mine.filter(at__gt=now - HOUR).count()
    if within_hour >= STOP_AT:
        audit.record(
            action="clients.reveal_refused",
            actor=actor,
            branch=client.branch,
            target=client,
            detail={"field": field, "within_hour": within_hour},
        )
        return None
    reveal = Reveal.objects.create(
        branch=client.branch,
        client=client,
        field=field,
        purpose=purpose,
        note=note,
        by=actor,
        expires_at=now + SHOWN_FOR,
        address=address,
    )
    audit.record(
        action="clients.field_revealed",
        actor=actor,
        branch=client.branch,
        target=client,
        detail={"field": field, "purpose": purpose, "reveal": reveal.pk},
    )
    alarm_of_reveals(actor, branch=client.branch, within_hour=within_hour + 1, stops_at=STOP_AT)
    return reveal
