"""The address under which a calendar program reads the own days: issued, replaced, taken back."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from branch_crm.core import audit
from branch_crm.core.models import Staff
from servicelog.models import CalendarFeed


def hash_of(secret: str) -> str:
    """What is stored. A secret of 256 random bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_calendar_secret(*, owner: Staff) -> str:
    """A new secret; the one before it is worthless from now on. Returned once, never stored."""
    secret = secrets.token_urlsafe(32)
    feed, created = CalendarFeed.objects.update_or_create(
        owner=owner, defaults={"secret_hash": hash_of(secret), "issued_at": timezone.now(), "read_at": None}
    )
    audit.record(
        action="servicelog.calendar_issued",
        actor=owner,
        branch=owner.branch,
        target=feed,
        detail={"replaced": not created},
    )
    return secret


@transaction.atomic
def revoke_calendar_secret(*, owner: Staff) -> bool:
    """Whether there was one."""
    feed = CalendarFeed.objects.filter(owner=owner).first()
    if feed is None:
        return False
    audit.record(action="servicelog.calendar_revoked", actor=owner, branch=owner.branch, target=feed)
    feed.delete()
    return True
