"""What a successor must know of a client: the parts of a dossier, its seal, and the first call it suggests.

A dossier holds codes, days and figures, no words of a language: amounts of 元 as text ("1200.50"), other figures rounded to four
places, days as ISO text. So that it comes back from the database exactly as it was sealed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from clients.domain.persona import advice

VERSION = 1
#: In the order they are read.
PARTS = (
    "first_call",
    "who",
    "sensitivities",
    "risk",
    "value",
    "persona",
    "assets",
    "trading",
    "products",
    "promises",
    "moments",
    "complaints",
    "log",
    "served",
)
#: Contacts of so many days stand in full, older ones are counted.
FULL_LOG = timedelta(days=731)
#: A complaint asks for care until it is settled, and for so long after it came.
COMPLAINT_CARE = timedelta(days=90)
#: A risk assessment that ends within so many days belongs to the first call.
RISK_SOON = timedelta(days=60)
#: Promises, moments and lines of advice that one call can hold.
MOST_POINTS = 3

#: Moments that a handover brings about itself.
OF_THE_CHANGE = ("new_advisor",)

Point = dict[str, Any]


def digest(dossier: Mapping[str, Any]) -> str:
    """SHA-256 over the dossier, whatever the order of its keys."""
    text = json.dumps(dossier, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seen_mark(sealed: str, remarks: str) -> str:
    """What a reader has in front of him: the dossier and the giver's remarks. He signs this, and nothing that came later."""
    return hashlib.sha256(f"{sealed}\n{remarks}".encode()).hexdigest()


def amount(value: Decimal | None) -> str | None:
    """元."""
    return None if value is None else format(value, "f")


def figure(value: float | None) -> float | None:
    """Rounded; without a negative zero, which the database does not know."""
    return None if value is None else round(value, 4) + 0.0


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def cooling_until(received_on: date, *, settled: bool, on: date) -> date | None:
    """Until when a complaint asks for care; None when that is over. An open one has no end yet: the day itself."""
    until = received_on + COMPLAINT_CARE
    if not settled:
        return max(until, on)
    return until if until >= on else None


def first_call(dossier: Mapping[str, Any]) -> list[Point]:
    """What to say and do in the first call, in this order: {"code", ...}. Every point comes from a part of the dossier.

    Who says what first: the reason of the change, what went wrong, what was promised, what is due, and how this client wants to
    be spoken to.
    """
    points: list[Point] = [{"code": "introduce", "reason": dossier["change"]["reason"]}]
    points += [
        {"code": "answer_complaint", "about": row["about"], "on": row["received_on"]}
        for row in dossier["complaints"]
        if row["state"] != "settled"
    ][:MOST_POINTS]
    points += [
        {"code": "keep_promise", "text": row["text"], "due": row["due_on"], "late": row["due_on"] < dossier["on"]}
        for row in dossier["promises"]
        if row["state"] == "open"
    ][:MOST_POINTS]
    points += _agreed(dossier)
    points += [
        {"code": "moment", "kind": row["kind"], "due": row["due_on"]}
        for row in dossier["moments"]
        if row["mandatory"] and row["kind"] not in OF_THE_CHANGE
    ][:MOST_POINTS]
    points += _risk(dossier)
    points += _manner(dossier)
    return points


def _agreed(dossier: Mapping[str, Any]) -> list[Point]:
    """The next step of the newest contact in which the client was reached; or that nobody has reached him."""
    talks = [row for row in dossier["log"]["contacts"] if row["reached"] and not row["bulk"]]
    if not talks:
        return [{"code": "long_silence", "since": dossier["log"]["since"]}]
    newest = talks[0]
    return [{"code": "next_step", "text": newest["next_step"], "on": newest["next_on"]}] if newest["next_step"] else []


def _risk(dossier: Mapping[str, Any]) -> list[Point]:
    until = dossier["risk"]["valid_until"]
    if until is None:
        return []
    if until < dossier["on"]:
        return [{"code": "risk_expired", "on": until}]
    soon = (date.fromisoformat(dossier["on"]) + RISK_SOON).isoformat()
    return [{"code": "risk_expiring", "on": until}] if until <= soon else []


def _manner(dossier: Mapping[str, Any]) -> list[Point]:
    persona = (dossier["persona"] or {}).get("persona", "")
    wishes = dossier["sensitivities"]
    points: list[Point] = [{"code": "do", "line": line} for line in advice.DO.get(persona, ())[:MOST_POINTS]]
    points += [{"code": "dont", "line": line} for line in advice.DONT.get(persona, ())[:MOST_POINTS]]
    if wishes["channel"]:
        points.append({"code": "channel", "channel": wishes["channel"]})
    if wishes["no_marketing"]:
        points.append({"code": "no_marketing"})
    return points
