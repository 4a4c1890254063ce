"""What about a client's service is reviewed, and the due process of a review: which step may follow which, and when.

Paper, row 12: contact frequency and output are measured, nothing is done for form's sake. A finding moves nobody: the advisor is
told first, has time to cure or reply, a person decides with grounds, and only then does the next allocation run obey.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from servicelog.domain.service_rules import ReviewRules, ServiceRules, Standard

UNDER_SERVED, PERFUNCTORY, NO_OUTPUT = "under_served", "perfunctory", "no_output"
#: What is told when several hold for one client: the first says more than the next.
FINDINGS = (PERFUNCTORY, UNDER_SERVED, NO_OUTPUT)

NOTICED, DUE, CURED, DISMISSED, UPHELD, APPLIED, LAPSED = (
    "noticed", "due", "cured", "dismissed", "upheld", "applied", "lapsed",
)  # fmt: skip
#: States in which the pair of client and advisor has an open review.
OPEN = (NOTICED, DUE, UPHELD)


@dataclass(frozen=True)
class Standing:
    """How a client has been served by the present advisor.

    days: of the look-back, those for which the advisor answers: since he has the client, without his leave.
    held: contacts that counted within them; held_lately: within the standard's own window. logs: own logs with the client in
    the look-back, of which formal are short, copied or one of a burst (disputed ones are not, until answered).
    talks, outputs: contacts that counted within `idle_days`, and those of which something came.
    excused: code of what takes the case off the advisor's account, "" = nothing.
    """

    client: int
    advisor: int
    tier: int
    value: float
    since: date
    days: int
    held: int
    held_lately: int
    logs: int
    formal: int
    talks: int
    outputs: int
    excused: str = ""


@dataclass(frozen=True)
class Finding:
    kind: str
    standing: Standing
    is_hint: bool


def look_back_of(standard: Standard, rules: ReviewRules) -> int:
    """Calendar days looked back on for a tier: never shorter than the standard's own window."""
    return max(rules.look_back_days, standard.days)


def owed(standard: Standard, days: int) -> int:
    """Contacts that the standard asks for in so many days; a part of a contact is none."""
    return standard.contacts * max(days, 0) // standard.days


def figures_of(standing: Standing, standard: Standard) -> dict[str, int]:
    """The figures a finding is told with, by name."""
    return {
        "days": standing.days,
        "wanted": owed(standard, standing.days),
        "held": standing.held,
        "held_lately": standing.held_lately,
        "logs": standing.logs,
        "formal": standing.formal,
        "talks": standing.talks,
        "outputs": standing.outputs,
    }


def is_under_served(standing: Standing, standard: Standard) -> bool:
    """Too few over the look-back, and the standard is not met now either: who has caught up is not told of the past."""
    return standing.held < owed(standard, standing.days) and standing.held_lately < standard.contacts


def is_perfunctory(standing: Standing, standard: Standard, rules: ReviewRules) -> bool:
    """Much is logged for form's sake, and what counts does not meet the standard: beside real service it would do no harm."""
    for_form = standing.logs >= rules.formal_logs and standing.formal >= rules.formal_share * standing.logs
    return for_form and standing.held_lately < standard.contacts


def has_no_output(standing: Standing, rules: ReviewRules) -> bool:
    return standing.talks >= rules.idle_talks and not standing.outputs


def kinds_found(standing: Standing, rules: ServiceRules) -> list[str]:
    """Everything that holds and that the policy looks for, whether or not somebody answers for it."""
    reviews = rules.reviews
    if standing.tier < reviews.from_tier:
        return []
    standard = rules.standards[standing.tier]
    holds = {
        PERFUNCTORY: is_perfunctory(standing, standard, reviews),
        UNDER_SERVED: is_under_served(standing, standard),
        NO_OUTPUT: has_no_output(standing, reviews),
    }
    return [kind for kind in FINDINGS if holds[kind] and reviews.use_of(kind) != "off"]


def find(standings: Iterable[Standing], rules: ServiceRules) -> list[Finding]:
    """At most one finding a client: one that leads to a notice before a mere hint. Whom nobody can blame is left out."""
    found = []
    for standing in standings:
        kinds = [] if standing.excused else kinds_found(standing, rules)
        kinds.sort(key=lambda kind: rules.reviews.use_of(kind) == "hint")
        if kinds:
            found.append(Finding(kinds[0], standing, rules.reviews.use_of(kinds[0]) == "hint"))
    return found


def to_notify(found: Iterable[Finding], *, open_now: Mapping[int, int], most_open: int) -> tuple[list[Finding], int]:
    """The findings an advisor is told of now, the most valuable clients first, and how many wait so that nobody is flooded.

    open_now: advisor -> notices that are open already.
    """
    room = Counter(open_now)
    told, waiting = [], 0
    for finding in sorted(found, key=lambda each: (-each.standing.value, each.standing.client)):
        if finding.is_hint:
            continue
        if room[finding.standing.advisor] >= most_open:
            waiting += 1
            continue
        room[finding.standing.advisor] += 1
        told.append(finding)
    return told, waiting


#: Steps of the process, as the record of a review names them.
NOTICE, REPLY, ASK, TIME_OVER, CURE, EXTEND, DISMISS, UPHOLD, APPLY, UNDO, REOPEN, LAPSE = (
    "noticed", "replied", "asked", "time_over", "cured", "extended", "dismissed", "upheld", "applied", "undone", "reopened",
    "lapsed",
)  # fmt: skip

#: step -> the states in which it may be taken, and the state it leads to ("" = stays).
WAYS: Mapping[str, tuple[tuple[str, ...], str]] = {
    REPLY: ((NOTICED, DUE), ""),
    ASK: ((NOTICED,), DUE),
    TIME_OVER: ((NOTICED,), DUE),
    CURE: ((NOTICED,), CURED),
    EXTEND: ((DUE,), NOTICED),
    DISMISS: ((DUE,), DISMISSED),
    UPHOLD: ((DUE,), UPHELD),
    APPLY: ((UPHELD,), APPLIED),
    UNDO: ((APPLIED,), UPHELD),
    REOPEN: ((UPHELD,), DUE),
    LAPSE: (OPEN, LAPSED),
}


class StepRefused(ValueError):
    """`code`: "state" = not in this state, "time" = the advisor's time still runs, "reply" = nothing has been replied."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def after(state: str, step: str, *, on: date, cure_until: date, has_reply: bool) -> str:
    """The state that a step leads to. Raises StepRefused where the step may not be taken."""
    allowed, target = WAYS[step]
    if state not in allowed:
        raise StepRefused("state")
    if step == TIME_OVER and on <= cure_until:
        raise StepRefused("time")
    if step == ASK and not has_reply:
        raise StepRefused("reply")
    return target or state
