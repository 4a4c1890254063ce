"""Clients at the margin: served by somebody, and without a contact that counts for so many trading days (paper, row 16)."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from branch_crm.core.models import Staff
from clients.models import Client, ClientStatus
from clients.queries.book import HEAVY
from servicelog.models import Contact
from servicelog.queries.today import with_last_contact


def at_the_margin(user: Staff, *, since: date, tier: int | None, advisor: int | None) -> QuerySet[Client]:
    """Without a counted contact on or after `since`, the most valuable first. `tier`: of this tier and above.

    Who became a client after `since` has not been forgotten yet. Rows come with `figures`, `advisor` and `last_contact`.
    """
    start = timezone.make_aware(datetime.combine(since, time()))
    spoken_to = Contact.objects.filter(client=OuterRef("pk"), counts=True, held_at__gte=start)
    clients = Client.objects.visible_to(user).filter(advisor__isnull=False).exclude(status=ClientStatus.CLOSED)
    clients = clients.exclude(opened_on__gt=since).filter(~Exists(spoken_to))
    if tier is not None:
        clients = clients.filter(figures__tier__gte=tier)
    if advisor is not None:
        clients = clients.filter(advisor=advisor)
    by_value = (F("figures__value").desc(nulls_last=True), "pk")
    return with_last_contact(clients).select_related("figures", "advisor").defer(*HEAVY).order_by(*by_value)
