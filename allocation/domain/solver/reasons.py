"""English sentences for a Reason; pages have their own translations of the same codes."""

from __future__ import annotations

from collections.abc import Sequence

from allocation.domain.solver.answer import Reason

SENTENCES = {
    "no_advisor": "client {client} may not stay in the pool, and no advisor may be paired with this client",
    "load_too_large": (
        "capacity: client {client} may not stay in the pool and needs {needed:g} h; "
        "the largest capacity among the advisors allowed is {available:g} h"
    ),
    "pinned_forbidden": "pinned: client {client} is pinned to advisor {advisor}, a pair that may not be formed",
    "pinned_twice": "pinned: client {client} is pinned to two advisors, {advisor} and {other}",
    "pinned_overload": (
        "capacity: the clients pinned to advisor {advisor} need {needed:g} h, the advisor has {available:g} h"
    ),
    "capacity_total": (
        "capacity: the {clients} clients who may not stay in the pool need at least {needed:g} h, "
        "all advisors together have {available:g} h"
    ),
    "capacity_group": (
        "capacity: the clients who may not stay in the pool need at least {needed:g} h of the advisors {advisors}, "
        "who together have {available:g} h"
    ),
    "capacity_mixed": (
        "capacity: with the pairs that may be formed, the clients who may not stay in the pool need more hours "
        "of the advisors {advisors} than there are"
    ),
    "capacity_whole": "capacity: the hours suffice in sum, but whole clients cannot be divided among the advisors",
    "fairness_below": (
        "fairness: advisor {advisor} must carry a value of at least {needed:g}, "
        "the clients and hours this advisor may get reach {available:g}"
    ),
    "fairness_total": (
        "fairness: the lower limits of all advisors add up to a value of {needed:g}, "
        "the hours of all advisors can carry {available:g}"
    ),
    "fairness_pinned": (
        "fairness: the clients pinned to advisor {advisor} are worth {needed:g}, "
        "the upper limit of this advisor is {available:g}"
    ),
    "fairness_client": (
        "fairness: client {client} may not stay in the pool and is worth {needed:g}; "
        "the highest upper limit among the advisors allowed is {available:g}"
    ),
    "fairness_group": "fairness: no plan keeps advisors {advisors} within their limits of value and hours at once",
    "fairness_whole": "fairness: the limits hold in sum, but whole clients cannot be divided to stay inside them",
    "budget_short": "moves: hours and value bands need more than the {moves} moves allowed",
    "not_found": "{constraint}: no plan that keeps every rule was found within {seconds:g} s; this is not a proof",
}


def sentence(reason: Reason, client_ids: Sequence[str], advisor_ids: Sequence[str]) -> str:
    """The reason in English, with the names the caller uses for clients and advisors."""
    words = dict(reason.params)
    for key, names in (("client", client_ids), ("advisor", advisor_ids), ("other", advisor_ids)):
        if key in words:
            words[key] = names[int(str(words[key]))]
    group = words.get("advisors")
    if isinstance(group, Sequence):
        words["advisors"] = _listed([advisor_ids[int(index)] for index in group])
    return SENTENCES[reason.code].format(**words)


def _listed(names: list[str], shown: int = 8) -> str:
    rest = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {rest} more" if rest > 0 else "")
