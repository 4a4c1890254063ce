"""Clients whom nobody serves, most valuable first."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from branch_crm.core.models import Branch, Staff
from branch_crm.home.queries.overview import open_clients
from clients.models import Client

#: As many as a director looks through at once; the whole list is one click away.
SHOWN = 20


def unserved(user: Staff, branch: Branch) -> Sequence[Client]:
    """Open accounts without an advisor."""
    clients = open_clients(user, branch).filter(advisor=None).select_related("figures").defer("search_tokens")
    return list(clients.order_by(F("figures__value").desc(nulls_last=True), "pk")[:SHOWN])
