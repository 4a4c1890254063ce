"""Correct a contact: freely by its author within the window, afterwards only as an amendment beside the original."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from servicelog.domain.screening import screen
from servicelog.models import Contact, ContactAmendment
from servicelog.services.errors import ForbiddenWording, ServiceLogError
from servicelog.services.log_contact import reasons_not_to_count
from servicelog.services.service_policies import service_rules

#: What may be corrected at all: who, when and with whom stay as they were logged.
CORRECTABLE = ("channel", "direction", "purpose", "clas", "summary", "needs", "next_step", "next_on", "minutes")


def open_until(contact: Contact) -> datetime:
    """The end of the window in which the author may still change it."""
    rules = service_rules(contact.branch, on=timezone.localdate())
    return contact.logged_at + timedelta(minutes=rules.editing_minutes)


def is_open(contact: Contact) -> bool:
    return timezone.now() <= open_until(contact)


@transaction.atomic
def amend_contact(
    *, contact: Contact, actor: Staff, changes: Mapping[str, Any], why: str = "", quoted: bool = False
) -> Contact:
    """Returns the contact with the changes applied. Within the window the record itself changes (its history keeps every
    state); after it, an amendment with its reason keeps what stood before. Nothing to change writes nothing.

    Raises ServiceLogError for another person's contact, a field that stays, or a missing reason.
    """
    fresh = Contact.objects.select_for_update(of=("self",)).select_related("branch").get(pk=contact.pk)
    if fresh.author_id != actor.pk:
        raise ServiceLogError(_("Only who logged a contact may correct it."))
    if fresh.bulk_id is not None:
        raise ServiceLogError(
            _("A message to many is on record as it was sent. Log what was spoken with this client anew.")
        )
    if unknown := set(changes) - set(CORRECTABLE):
        raise ServiceLogError(_("This cannot be corrected."), field=min(unknown))
    before = {name: getattr(fresh, name) for name in changes}
    after = {name: value for name, value in changes.items() if value != before[name]}
    if not after:
        return fresh
    rules = service_rules(fresh.branch, on=timezone.localdate())
    for name in ("summary", "needs", "next_step"):
        hits = screen(str(after.get(name, "")), rules.forbidden)
        if hits and not quoted:
            raise ForbiddenWording(
                _("Wording that may not be used with clients: %(words)s. Rewrite it, or confirm that it is quoted.")
                % {"words": "、".join(dict.fromkeys(hit.word for hit in hits))},
                field=name,
                hits=hits,
            )
    in_window = is_open(fresh)
    if not in_window:
        if not why.strip():
            raise ServiceLogError(_("Say why it is corrected after the window."), field="why")
        ContactAmendment.objects.create(
            contact=fresh,
            before={name: _plain(before[name]) for name in after},
            after={name: _plain(value) for name, value in after.items()},
            why=why.strip()[:200],
            amended_by=actor,
        )
    for name, value in after.items():
        setattr(fresh, name, value)
    if "summary" in after and in_window:
        reasons = reasons_not_to_count(
            actor=actor,
            held_at=fresh.held_at,
            logged_at=fresh.logged_at,
            text=fresh.summary,
            reached=fresh.reached,
            rules=rules,
            without=fresh,
        )
        fresh.counts, fresh.count_reasons = not reasons, list(reasons)
    fresh.save()
    audit.record(
        action="servicelog.contact_changed" if in_window else "servicelog.contact_amended",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"fields": sorted(after)},
    )
    return fresh


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
