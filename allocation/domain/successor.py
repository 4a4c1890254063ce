"""Who could take one client over: every advisor's match by the engine's terms, and the books after the change.

A run weighs all clients against each other; here one client is placed while all others stay. So there are no prices:
whoever has the hours and stays below the upper edge of the fairness band comes first, best match first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from allocation.domain.case import weights
from allocation.domain.fit.matrix import TermShare, fit_matrix, take_apart
from allocation.domain.fit.policy import MatchRules
from allocation.domain.fit.rules import why_forbidden
from allocation.domain.fit.terms import Term, all_terms
from allocation.domain.tables import NOBODY, AdvisorTable, ClientTable, Floats, Ints

#: Least and most weight per hour; None without a fairness rule.
Band = tuple[float, float] | None

#: How many candidates a reason card shows.
SHOWN = 3


@dataclass(frozen=True, eq=False)
class Books:
    """Present books per row of the AdvisorTable. load: hours a month; value: sum of weights (domain.case.weights)."""

    load: Floats
    value: Floats


@dataclass(frozen=True)
class Candidate:
    """One advisor with the client in the book. `advisor`: row; load: hours a month then, of `hours`; value: weight then.

    above_band: value per hour then lies above the fairness band. terms: the match taken apart.
    """

    advisor: int
    fit: float
    terms: tuple[TermShare, ...]
    load: float
    hours: float
    value: float
    above_band: bool

    @property
    def over_hours(self) -> bool:
        return self.load > self.hours + 1e-6

    @property
    def has_room(self) -> bool:
        return not (self.over_hours or self.above_band)


@dataclass(frozen=True)
class Succession:
    """allowed: who may take the client, best first. shown: the first of them, and the wished one. ruled_out: row, rule.

    holder: the present one for comparison, None in the pool. weight, load: what the client brings to a book.
    """

    allowed: tuple[Candidate, ...]
    shown: tuple[Candidate, ...]
    holder: Candidate | None
    ruled_out: tuple[tuple[int, str], ...]
    band: Band
    weight: float
    load: float
    may_wait: bool

    @property
    def first(self) -> Candidate | None:
        return self.allowed[0] if self.allowed else None


def successions(
    clients: ClientTable,
    advisors: AdvisorTable,
    refusals: Ints,
    rules: MatchRules,
    books: Books,
    *,
    leaving: Sequence[int],
    wished: Sequence[int],
) -> list[Succession]:
    """One answer per client. `leaving`, `wished` (N): row of the advisor to be changed, and of the one wished; -1 = nobody.

    The wished advisor comes first where no hard rule stands against it and there is room; else in the place the match gives.
    """
    desk = _Desk(clients, advisors, books, all_terms(clients, advisors, rules), weights(clients.value, rules), rules)
    return [_succession(desk, at, refusals, leaving[at], wished[at]) for at in range(len(clients))]


@dataclass(frozen=True, eq=False)
class _Desk:
    clients: ClientTable
    advisors: AdvisorTable
    books: Books
    terms: list[Term]
    weight: Floats
    rules: MatchRules

    @cached_property
    def fit(self) -> Floats:
        return fit_matrix(self.terms).astype(np.float64)

    def hours_for(self, at: int) -> float:
        return self.rules.hours_of_tier(int(self.clients.tier[at]))

    def band(self, at: int) -> Band:
        """Around the mean of all serving advisors once the client is served."""
        serving = self.advisors.serving & (self.advisors.hours > 0)
        hours = float(self.advisors.hours[serving].sum())
        if self.rules.fairness is None or not hours > 0:
            return None
        holder = int(self.clients.holder[at])
        counted = holder != NOBODY and bool(serving[holder])
        mean = (float(self.books.value[serving].sum()) + (0.0 if counted else float(self.weight[at]))) / hours
        return mean * (1 - self.rules.fairness), mean * (1 + self.rules.fairness)

    def candidate(self, at: int, row: int, band: Band) -> Candidate:
        arrives = row != int(self.clients.holder[at])
        hours = float(self.advisors.hours[row])
        value = float(self.books.value[row]) + (float(self.weight[at]) if arrives else 0.0)
        return Candidate(
            advisor=row,
            fit=float(self.fit[at, row]),
            terms=tuple(take_apart(self.terms, at, row)),
            load=float(self.books.load[row]) + (self.hours_for(at) if arrives else 0.0),
            hours=hours,
            value=value,
            above_band=band is not None and hours > 0 and value / hours > band[1] + 1e-9,
        )


def _succession(desk: _Desk, at: int, refusals: Ints, leaving: int, wished: int) -> Succession:
    clients, rules = desk.clients, desk.rules
    holder, tier = int(clients.holder[at]), int(clients.tier[at])
    reasons = why_forbidden(clients.take(np.array([at])), desk.advisors, refusals, rules)
    if leaving != NOBODY:
        reasons[leaving] = reasons[leaving] or "asked_away"
    band = desk.band(at)
    allowed = [desk.candidate(at, row, band) for row, reason in enumerate(reasons) if not reason]
    allowed.sort(key=lambda each: (not each.has_room, each.advisor != wished, -each.fit, each.advisor))
    return Succession(
        allowed=tuple(allowed),
        shown=tuple(each for place, each in enumerate(allowed) if place < SHOWN or each.advisor == wished),
        holder=desk.candidate(at, holder, band) if holder != NOBODY else None,
        ruled_out=tuple((row, reason) for row, reason in enumerate(reasons) if reason),
        band=band,
        weight=float(desk.weight[at]),
        load=desk.hours_for(at),
        may_wait=tier <= rules.pool_up_to_tier and (not clients.core[at] or rules.pool_core),
    )
