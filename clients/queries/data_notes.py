"""What is missing or odd in the data of one client, as codes; the page says them in words and what to do about each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from clients.models import Client

#: A warning this long before a risk level or an ID document expires.
SOON = timedelta(days=60)


@dataclass(frozen=True)
class Note:
    """`is_grave`: something may not be done until it is put right."""

    code: str
    is_grave: bool = False
    day: date | None = None


def notes_on(client: Client, today: date) -> list[Note]:
    """No query: reads the client with its figures and advisor."""
    notes = [*_on_risk(client, today), *_on_identity(client, today)]
    if not client.phone_masked:
        notes.append(Note("no_phone"))
    if client.opened_on is None:
        notes.append(Note("no_opening_day"))
    figures = client.figures
    if figures.assets_on is None:
        notes.append(Note("no_assets"))
    if figures.tier is None:
        notes.append(Note("not_scored"))
    if figures.persona is None:
        notes.append(Note("no_behaviour"))
    if client.advisor is None:
        notes.append(Note("no_advisor"))
    elif client.counter_service_no and client.counter_service_no != client.advisor.staff_no:
        notes.append(Note("counter_disagrees"))
    return notes


def _on_risk(client: Client, today: date) -> list[Note]:
    if client.is_institution and not client.risk_level:
        return []
    if not client.risk_level:
        return [Note("no_risk_level", is_grave=True)]
    until = client.risk_valid_until
    if until is None:
        return [Note("no_risk_end")]
    if until < today:
        return [Note("risk_expired", is_grave=True, day=until)]
    return [Note("risk_ends_soon", day=until)] if until <= today + SOON else []


def _on_identity(client: Client, today: date) -> list[Note]:
    if not client.id_tail:
        return [Note("no_id")]
    until = client.id_valid_until
    if until is None:
        return []
    if until < today:
        return [Note("id_expired", is_grave=True, day=until)]
    return [Note("id_ends_soon", day=until)] if until <= today + SOON else []
