"""Which scripts fit a client: reason x tier x behavioural type, the closer one first, each with what makes it fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: A script for the reason above the likely one speaks of the same, less closely.
BY_PARENT = 0.8
#: Offered where no reason is known, and behind the others.
WITHOUT_REASON = "untold"


@dataclass(frozen=True)
class Candidate:
    """key: primary key. reason: code. tiers, personas: empty = all."""

    key: int
    reason: str
    tiers: frozenset[int]
    personas: frozenset[str]


@dataclass(frozen=True)
class Wanted:
    """reasons: code -> weight, likeliest highest. parents: code -> code of the reason above it."""

    reasons: Mapping[str, float]
    parents: Mapping[str, str]
    tier: int | None
    persona: str | None


@dataclass(frozen=True)
class Fit:
    """reason: the likely reason that it answers, empty = none is known. why: codes, see `WHY`."""

    key: int
    reason: str
    score: float
    why: tuple[str, ...]


#: reason, reason_above, no_reason: what it answers; tier, persona: written for these.
WHY = ("reason", "reason_above", "no_reason", "tier", "persona")


def choose(candidates: Iterable[Candidate], wanted: Wanted, *, most: int) -> list[Fit]:
    """At most `most`: first the best one of each reason, then what else fits. The order never changes by itself."""
    fits = sorted(
        (fit for candidate in candidates if (fit := _fit(candidate, wanted)) is not None),
        key=lambda fit: (-fit.score, -len(fit.why), fit.key),
    )
    seen: set[str] = set()
    first: list[Fit] = []
    rest: list[Fit] = []
    for fit in fits:
        (rest if fit.reason in seen else first).append(fit)
        seen.add(fit.reason)
    known = [fit for fit in (*first, *rest) if fit.reason]
    return [*known, *(fit for fit in fits if not fit.reason)][:most]


def _fit(candidate: Candidate, wanted: Wanted) -> Fit | None:
    if candidate.tiers and wanted.tier not in candidate.tiers:
        return None
    if candidate.personas and wanted.persona not in candidate.personas:
        return None
    narrow = (*(("tier",) if candidate.tiers else ()), *(("persona",) if candidate.personas else ()))
    weights = dict(wanted.reasons)
    if candidate.reason in weights:
        return Fit(candidate.key, candidate.reason, weights[candidate.reason], ("reason", *narrow))
    below = [code for code in weights if wanted.parents.get(code) == candidate.reason]
    if below:
        likeliest = max(below, key=lambda code: (weights[code], code))
        return Fit(candidate.key, likeliest, weights[likeliest] * BY_PARENT, ("reason_above", *narrow))
    if candidate.reason == WITHOUT_REASON:
        return Fit(candidate.key, "", 0.0, ("no_reason", *narrow))
    return None
