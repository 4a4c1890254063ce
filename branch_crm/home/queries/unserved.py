"""Clients who are left alone, most valuable first: nobody serves them, or nobody has ever spoken with them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from branch_crm.core.models import Branch, Staff
from clients.filters import OPEN_STATUSES, never_contacted
from clients.models import Client
from clients.queries.book import Count, Order, book_of, count, turn

#: As many as a director looks through at once; the whole list is one click away.
SHOWN = 20


@dataclass(frozen=True)
class LeftAlone:
    """The most valuable of them, and how many there are (counted up to the limit of the client list)."""

    clients: list[Client]
    total: Count


def unserved(user: Staff, branch: Branch) -> LeftAlone:
    """Open accounts without an advisor."""
    return _most_valuable(book_of(user, branch).filter(advisor=None, status__in=OPEN_STATUSES))


def uncontacted(user: Staff, branch: Branch) -> LeftAlone:
    """Open accounts with an advisor who has never had a contact that counts."""
    return _most_valuable(never_contacted(book_of(user, branch)))


def _most_valuable(clients: QuerySet[Client]) -> LeftAlone:
    return LeftAlone(turn(clients, order=Order.parse("-value"), size=SHOWN).rows, count(clients))
