"""How far the service standard is kept: contacts that counted against contacts wanted, over a window that ends today.

The window rolls: a contact held on day t serves the standard up to and including day t + `days`. Who has been a client for less
than the window is owed only the share of it that has passed, so a new account is never missed on its first day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from servicelog.domain.service_rules import Standard


@dataclass(frozen=True)
class TierCoverage:
    """Clients of one tier, or of several added up (tier 0). held: contacts that counted, at most as many as wanted of each
    client; met: the same of meetings face to face; at_standard: clients of whom nothing is missing."""

    tier: int
    clients: int
    at_standard: int
    wanted: int
    held: int
    meetings_wanted: int
    met: int

    @property
    def short(self) -> int:
        return self.clients - self.at_standard

    @property
    def share(self) -> float | None:
        """0..1 over contacts and meetings together; None where nothing is wanted."""
        wanted = self.wanted + self.meetings_wanted
        return (self.held + self.met) / wanted if wanted else None


def added_up(rows: Iterable[TierCoverage], tier: int = 0) -> TierCoverage:
    kept = list(rows)
    names = ("clients", "at_standard", "wanted", "held", "meetings_wanted", "met")
    return TierCoverage(tier, *(sum(getattr(row, name) for row in kept) for name in names))


@dataclass(frozen=True)
class Served:
    """Days of the contacts that counted, and of the meetings among them, the newest first; at least the window's."""

    contacts: Sequence[date]
    meetings: Sequence[date]
    opened_on: date | None


@dataclass(frozen=True)
class Need:
    """held of wanted, met of meetings_wanted; due_on: last day on which the next one still keeps the standard, `today`
    where it is missed already, None where nothing is wanted of this tier."""

    wanted: int
    held: int
    meetings_wanted: int
    met: int
    due_on: date | None

    @property
    def is_short(self) -> bool:
        return self.held < self.wanted or self.met < self.meetings_wanted


def need_of(served: Served, standard: Standard, *, today: date) -> Need:
    """What the standard asks for one client."""
    wanted, held, next_talk = _against(served.contacts, standard.contacts, standard.days, served.opened_on, today)
    meetings, met, next_meeting = _against(
        served.meetings, standard.meetings, standard.meeting_days, served.opened_on, today
    )
    due = [day for day in (next_talk, next_meeting) if day is not None]
    return Need(wanted, min(held, wanted), meetings, min(met, meetings), min(due, default=None))


def wanted_of(full: int, days: int, age: int | None) -> int:
    """How many of `full` within `days` are owed to a client of `age` days; None = known for longer than that."""
    return full if age is None or age >= days else full * max(age, 0) // days


def _against(
    held_on: Sequence[date], full: int, days: int, opened_on: date | None, today: date
) -> tuple[int, int, date | None]:
    """Wanted today, held within the window, and the day by which the next one is due."""
    age = None if opened_on is None else (today - opened_on).days
    wanted = wanted_of(full, days, age)
    inside = [day for day in held_on if day >= today - timedelta(days=days)]
    if not full:
        return 0, len(inside), None
    if len(inside) < wanted:
        return wanted, len(inside), today
    if len(inside) >= full:
        return wanted, len(inside), inside[full - 1] + timedelta(days=days)
    # Owed less than the full number as yet, so the account is young: the day on which one more falls due.
    age_then = -(-(len(inside) + 1) * days // full)
    return wanted, len(inside), today + timedelta(days=age_then - (age or 0))
