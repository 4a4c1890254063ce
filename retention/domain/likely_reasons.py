"""Why a client may be leaving, by what the branch knows: ranked guesses, each with the facts that speak for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: What a sign speaks for, and how strongly (domain knowledge §7.2: relations and money weigh most). Proposals.
SPEAKS_FOR: Mapping[str, tuple[str, float]] = {
    "complaint_service": ("service", 3.0),
    "complaint_conduct": ("service_conduct", 3.0),
    "complaint_business": ("service", 2.5),
    "complaint_fees": ("rate", 3.0),
    "complaint_product": ("loss", 2.5),
    "complaint_system": ("system", 3.0),
    "promise_overdue": ("service_slow", 2.5),
    "rate_above_peers": ("rate_above_peers", 2.0),
    "advisor_changed": ("staff_unknown", 2.0),
    "advisor_left": ("staff_followed", 2.5),
    "quiet": ("service_quiet", 1.5),
    "never_contacted": ("service_quiet", 2.0),
    "loss": ("loss_heavy", 2.0),
    "large_outflow": ("cash_need", 1.5),
    "wealth_elsewhere": ("rival", 1.5),
    "unused_quota": ("rival", 0.5),
    "silent": ("idle_unused", 1.0),
    "idle_assets": ("idle_unused", 1.5),
}


@dataclass(frozen=True)
class Sign:
    """One thing that is known. code: a key of SPEAKS_FOR. facts: the figures, for the page to put into words."""

    code: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Likely:
    """reason: code in the list of reasons. weight: sum of what its signs weigh; ranks, and means nothing else."""

    reason: str
    weight: float
    signs: tuple[Sign, ...]


def rank(signs: Iterable[Sign]) -> list[Likely]:
    """The likeliest first; signs of the same reason add up. Ties by code, so that the order never changes by itself."""
    by_reason: dict[str, list[Sign]] = {}
    for sign in signs:
        reason, _weight = SPEAKS_FOR[sign.code]
        by_reason.setdefault(reason, []).append(sign)
    ranked = [
        Likely(reason, round(sum(SPEAKS_FOR[sign.code][1] for sign in found), 2), tuple(found))
        for reason, found in by_reason.items()
    ]
    return sorted(ranked, key=lambda likely: (-likely.weight, likely.reason))
