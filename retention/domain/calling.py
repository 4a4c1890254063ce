"""Who is called when a client may leave, until when an answer is waited for, and who is called when none comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from retention.domain.clock import Sessions
from retention.domain.rules import CaseRules

COUNTER, ADVISOR, DIRECTOR = "counter", "advisor", "director"
#: Where the policy names no minutes for a role.
ANSWER_MINUTES = 10

Person = TypeVar("Person")


def roles_called(
    *, has_request: bool, has_advisor: bool, tier: int | None, is_core: bool, rules: CaseRules
) -> tuple[str, ...]:
    """All at the same time. The counter has a part only where the client has asked for something there.

    A client whom nobody serves and nobody else is called to is the director's: no case is without a person.
    """
    to_director = is_core or (tier is not None and tier >= rules.director_from_tier)
    parts = ((COUNTER, has_request), (ADVISOR, has_advisor), (DIRECTOR, to_director))
    return tuple(role for role, called in parts if called) or (DIRECTOR,)


def answer_by(*, called: datetime, role: str, rules: CaseRules, calendar: Sessions) -> datetime:
    """The minutes of the role, counted within the hours of trading days: nobody is expected to answer at night.

    `called` is in Shanghai time. What does not fit into a day goes on where the next one opens.
    """
    left = timedelta(minutes=rules.answer_minutes.get(role, ANSWER_MINUTES))
    day, start = called.date(), called
    while True:
        opens = datetime.combine(day, rules.opens, tzinfo=called.tzinfo)
        closes = datetime.combine(day, rules.closes, tzinfo=called.tzinfo)
        start = max(start, opens)
        if calendar.is_session(day) and start < closes:
            if start + left <= closes:
                return start + left
            left -= closes - start
        day = calendar.shift(day, 1)


def next_in_line(line: Sequence[Person], present: Person | None) -> Person | None:
    """After whoever is called now; the first, where that is somebody outside the line. None = nobody is left."""
    at = line.index(present) + 1 if present in line else 0
    return line[at] if at < len(line) else None
