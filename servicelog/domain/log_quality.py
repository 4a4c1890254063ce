"""Whether a logged contact counts towards the frequency of service (paper, row 12: no perfunctory service).

The rule is shown to the author at once and can be disputed; a log that does not count is kept all the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from servicelog.domain.service_rules import Counting

NOT_REACHED, BULK, SHORT, COPY, BURST, HOURS, LATE, FUTURE = (
    "not_reached", "bulk", "short", "copy", "burst", "hours", "late", "future",
)  # fmt: skip
REASONS = (NOT_REACHED, BULK, SHORT, COPY, BURST, HOURS, LATE, FUTURE)


@dataclass(frozen=True)
class Log:
    """What the judgement looks at. Times are those of the branch (Asia/Shanghai), aware or all naive.

    sessions_late: trading days between the contact and its logging.
    """

    text: str
    held_at: datetime
    logged_at: datetime
    reached: bool = True
    bulk: bool = False
    sessions_late: int = 0


def judge(log: Log, others: Sequence[Log], rules: Counting) -> tuple[str, ...]:
    """Codes of what speaks against counting, in the order of REASONS; empty = it counts.

    `others`: further logs of the same author within `copy_days`, in any order, without this one. A message to many among
    them is one text that may not be copied; it took no talking time.
    """
    found = {
        NOT_REACHED: not log.reached,
        BULK: log.bulk,
        SHORT: len(plain(log.text)) < rules.least_characters,
        COPY: any(is_copy(log.text, other.text, rules.copy_share) for other in others),
        BURST: _in_burst(log, others, rules),
        HOURS: not rules.day_from <= log.held_at.timetz().replace(tzinfo=None) <= rules.day_until,
        LATE: log.sessions_late > rules.late_after,
        FUTURE: log.held_at > log.logged_at + timedelta(minutes=5),
    }
    return tuple(code for code in REASONS if found[code])


def plain(text: str) -> str:
    """The text without spaces and punctuation: what is compared and counted."""
    return re.sub(r"[\W_]+", "", text).lower()


def is_copy(text: str, other: str, share: float) -> bool:
    """Equal, or more than `share` of the characters in common in the same order. Texts of a few characters are only short."""
    one, two = plain(text), plain(other)
    if min(len(one), len(two)) < 6:
        return False
    if one == two:
        return True
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return matcher.real_quick_ratio() > share and matcher.quick_ratio() > share and matcher.ratio() > share


def _in_burst(log: Log, others: Sequence[Log], rules: Counting) -> bool:
    """Whether some window of `burst_minutes` around the log holds more than `burst_logs` logs, this one included."""
    span = timedelta(minutes=rules.burst_minutes)
    talks = [log, *(other for other in others if not other.bulk)]
    near = sorted(talk.held_at for talk in talks if abs(talk.held_at - log.held_at) <= span)
    for first, start in enumerate(near):
        inside = [at for at in near[first:] if at - start <= span]
        if len(inside) > rules.burst_logs and start <= log.held_at <= inside[-1]:
            return True
    return False
