"""A calendar as RFC 5545 text: days and hours with a count in words, never a client."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

#: Lines are folded after so many octets (RFC 5545 §3.1).
LONGEST_LINE = 75
#: The exchanges' time has no summer time, so one offset says all.
ZONE = "Asia/Shanghai"
TIME_ZONE = (
    "BEGIN:VTIMEZONE", f"TZID:{ZONE}", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800", "TZNAME:CST", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """`key` names it among the events of its day. `at`: None fills the day, a time is the moment by which it must be done."""

    day: date
    key: str
    summary: str
    at: time | None = None


def calendar_text(*, name: str, owner: str, events: Iterable[Event], stamp: datetime) -> str:
    """The calendar; `owner` makes its events distinct from another person's, `stamp` (UTC) is when it was made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//branch_crm//Today//ZH", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(name)}", f"X-WR-TIMEZONE:{ZONE}", *TIME_ZONE]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.day:%Y%m%d}-{event.key}-{owner}@branch-crm",
            f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
            *_span(event),
            f"SUMMARY:{_escaped(event.summary)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{folded}\r\n" for line in (*lines, "END:VCALENDAR") for folded in _folded(line))


def _span(event: Event) -> tuple[str, str]:
    """A timed event is the half hour before its moment."""
    if event.at is None:
        return f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}", f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"
    end = datetime.combine(event.day, event.at)
    start = end - timedelta(minutes=30)
    return f"DTSTART;TZID={ZONE}:{start:%Y%m%dT%H%M%S}", f"DTEND;TZID={ZONE}:{end:%Y%m%dT%H%M%S}"


def _escaped(text: str) -> str:
    for char in "\\;,":
        text = text.replace(char, f"\\{char}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """Pieces of at most 75 octets, never cut inside a character; every piece after the first begins with a space."""
    pieces, piece = [], ""
    for char in line:
        if len((piece + char).encode()) > LONGEST_LINE:
            pieces.append(piece)
            piece = " "
        piece += char
    return [*pieces, piece]
