"""The timeline of a client: every app that has a past to tell registers a source here, so that this app needs not know it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from branch_crm.core.models import Staff
from clients.models import Client

PAGE = 40


@dataclass(frozen=True)
class Event:
    """Something that happened. kind: the source's code, by which the page filters; href empty = nothing to open."""

    at: datetime
    kind: str
    title: str
    detail: str = ""
    by: str = ""
    href: str = ""


#: (user, client, before, limit) -> the newest events before that moment, newest first. One query each.
Source = Callable[[Staff, Client, datetime, int], Sequence[Event]]

SOURCES: dict[str, Source] = {}


def register(kind: str, source: Source) -> None:
    """Called from an AppConfig's ready()."""
    SOURCES[kind] = source


def timeline(
    user: Staff, client: Client, *, before: datetime, kinds: Sequence[str] = (), limit: int = PAGE
) -> tuple[list[Event], datetime | None]:
    """The newest events before a moment, and the moment from which the next page goes on (None at the beginning of time).

    A page ends between two moments, never inside one: events of the same moment stay together (no source has more of
    them than a page holds).
    """
    chosen = [source for kind, source in SOURCES.items() if not kinds or kind in kinds]
    found = [event for source in chosen for event in source(user, client, before, limit + 1) if event.at < before]
    newest = sorted(found, key=lambda event: event.at, reverse=True)
    if len(newest) <= limit:
        return newest, None
    last = newest[limit - 1].at
    return [event for event in newest if event.at >= last], last
