"""Log one message to many: the message once, a row per client that never counts as a contact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from clients.models import Client
from servicelog.domain.log_quality import BULK
from servicelog.domain.screening import Hit, screen
from servicelog.models import BulkContact, Contact
from servicelog.services.errors import ForbiddenWording, ServiceLogError
from servicelog.services.service_policies import service_rules

#: More than this is written in a filter by mistake rather than to clients on purpose.
MOST_CLIENTS = 5_000
BATCH = 1_000


@dataclass(frozen=True)
class Message:
    """What was sent. `quoted`: the author confirms that flagged wording is a denial ("no promise of returns")."""

    channel: str
    purpose: str
    text: str
    held_at: datetime
    quoted: bool = False


@dataclass(frozen=True)
class BulkLogged:
    """`created` False: this draft had been logged before, nothing was written again."""

    bulk: BulkContact
    created: bool


def wanting_marketing(clients: QuerySet[Client]) -> QuerySet[Client]:
    """Without those who wish no marketing contacts (PIPL Art. 24): a message to many is not for them."""
    return clients.exclude(profile__marketing_opt_out=True)


@transaction.atomic
def log_bulk(*, branch: Branch, clients: QuerySet[Client], actor: Staff, token: UUID, message: Message) -> BulkLogged:
    """`clients`: those the actor sees and means, of one branch. Whoever wishes no marketing is left out and named by number.

    The same token is written once. Raises ServiceLogError naming the field.
    """
    Staff.objects.select_for_update(no_key=True).get(pk=actor.pk)
    known = BulkContact.objects.filter(token=token).first()
    if known is not None:
        if known.author_id != actor.pk:
            raise ServiceLogError(_("This draft belongs to another message. Open a new one."))
        return BulkLogged(known, created=False)
    flagged = [{"word": hit.word, "at": hit.start, "overridden_by": actor.pk} for hit in _answered_for(message, branch)]
    meant = clients.filter(branch=branch)
    reached = list(wanting_marketing(meant).order_by("pk").values_list("pk", flat=True)[: MOST_CLIENTS + 1])
    if not reached:
        raise ServiceLogError(_("Nobody is left to whom this message could have gone."))
    if len(reached) > MOST_CLIENTS:
        raise ServiceLogError(
            _("A message goes to at most %(most)s clients. Narrow the filter.") % {"most": f"{MOST_CLIENTS:,}"}
        )
    left_out = meant.filter(profile__marketing_opt_out=True).order_by("client_no").values_list("client_no", flat=True)
    bulk = BulkContact.objects.create(
        branch=branch,
        token=token,
        author=actor,
        channel=message.channel,
        purpose=message.purpose,
        held_at=message.held_at,
        text=message.text.strip(),
        left_out=list(left_out),
    )
    Contact.objects.bulk_create(_rows(bulk, reached, flagged), batch_size=BATCH)
    audit.record(
        action="servicelog.bulk_logged",
        actor=actor,
        branch=branch,
        target=bulk,
        detail={
            "clients": len(reached),
            "left_out": len(bulk.left_out),
            "purpose": bulk.purpose,
            "flagged": len(flagged),
        },
    )
    return BulkLogged(bulk, created=True)


def _rows(bulk: BulkContact, clients: list[int], flagged: list[dict[str, Any]]) -> Iterator[Contact]:
    advisor = Advisor.objects.filter(account_id=bulk.author_id).first()
    for pk in clients:
        yield Contact(
            branch_id=bulk.branch_id,
            client_id=pk,
            advisor=advisor,
            author_id=bulk.author_id,
            token=uuid5(bulk.token, str(pk)),
            held_at=bulk.held_at,
            channel=bulk.channel,
            purpose=bulk.purpose,
            summary=bulk.text,
            bulk=bulk,
            counts=False,
            count_reasons=[BULK],
            flagged=flagged,
        )


def _answered_for(message: Message, branch: Branch) -> list[Hit]:
    """The forbidden wording the author has answered for. Raises ServiceLogError for a message that cannot be logged."""
    if not message.text.strip():
        raise ServiceLogError(_("Enter the text that was sent."), field="text")
    if message.held_at > timezone.now() + timedelta(minutes=5):
        raise ServiceLogError(_("The message lies in the future."), field="held_at")
    hits = screen(message.text, service_rules(branch, on=timezone.localdate()).forbidden)
    if hits and not message.quoted:
        raise ForbiddenWording(
            _("Wording that may not be used with clients: %(words)s. Rewrite it, or confirm that it is quoted.")
            % {"words": "、".join(dict.fromkeys(hit.word for hit in hits))},
            field="text",
            hits=hits,
        )
    return hits
