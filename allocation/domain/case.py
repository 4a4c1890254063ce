"""A branch at one moment and what a run may do with it: the input of every decision about books."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from allocation.domain.fit.matrix import fit_matrix
from allocation.domain.fit.policy import MatchRules
from allocation.domain.fit.rules import forbidden_pairs
from allocation.domain.fit.terms import Term, all_terms
from allocation.domain.tables import AdvisorTable, Bools, ClientTable, Floats, Ints

#: What a Case works out once, none of it from the options.
WORKED_OUT = ("terms", "fit", "forbidden", "weight", "load", "has_place", "may_wait")


def no_pairs() -> Ints:
    return np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True)
class Options:
    """What the person who runs chose. `fairness` None = no band; `most_moves` None = no budget (Case.counts says who
    counts); `gap`, `time_limit` (seconds) and `seed` steer the engine."""

    fairness: float | None
    switch_penalty: float
    most_moves: int | None = None
    gap: float = 0.001
    time_limit: float = 120.0
    seed: int = 0


@dataclass(frozen=True)
class Note:
    """Something the director must know about a run: a code and its numbers."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Case:
    """A branch at one moment.

    in_scope (N,): may be moved. locks, refusals: (K, 2) client id, advisor id. pins: (K, 2) client id, advisor id or -1:
    what people have decided already; a pinned client gets exactly this advisor, or none (-1), whatever guard and budget say.
    guarded (N,): must not change hands again so soon (guard.py); None = the guard is off. standing (N,): advisor row that a
    proposal under review gives each client, -1 = none: kept between equal choices; None = there is no such proposal.
    """

    clients: ClientTable
    advisors: AdvisorTable
    in_scope: Bools
    locks: Ints
    refusals: Ints
    rules: MatchRules
    options: Options
    pins: Ints = field(default_factory=no_pairs)
    guarded: Bools | None = None
    standing: Ints | None = None

    @cached_property
    def terms(self) -> list[Term]:
        return all_terms(self.clients, self.advisors, self.rules)

    @cached_property
    def fit(self) -> npt.NDArray[np.float32]:
        """(N, M) before hard rules: also for holders who may no longer serve, so that a page can say what is lost."""
        return fit_matrix(self.terms)

    @cached_property
    def forbidden(self) -> Bools:
        return forbidden_pairs(self.clients, self.advisors, self.refusals, self.rules)

    @cached_property
    def weight(self) -> Floats:
        return weights(self.clients.value, self.rules)

    @cached_property
    def load(self) -> Floats:
        return np.array(self.rules.hours)[self.clients.tier - 1]

    def with_options(self, options: Options) -> Case:
        """The same branch under other options; what has been worked out already is kept."""
        other = replace(self, options=options)
        other.__dict__.update({name: self.__dict__[name] for name in WORKED_OUT if name in self.__dict__})
        return other

    @cached_property
    def has_place(self) -> Bools:
        """(N,) clients whose present advisor takes clients in this run and may keep this one."""
        row = np.maximum(self.clients.holder, 0)
        if not len(self.advisors):
            return np.zeros(len(self.clients), dtype=np.bool_)
        allowed = ~self.forbidden[np.arange(len(self.clients)), row]
        return (self.clients.holder >= 0) & allowed

    @cached_property
    def may_wait(self) -> Bools:
        """Who may stay in the shared pool: low tiers, and core clients only where the policy says so."""
        low = self.clients.tier <= self.rules.pool_up_to_tier
        return low & (~self.clients.core | self.rules.pool_core)


def weights(value: Floats, rules: MatchRules) -> Floats:
    """V (0-100) as the engine's weight (0-100): V^p / 100^(p-1)."""
    return np.asarray(100.0 * (np.clip(value, 0.0, 100.0) / 100.0) ** rules.value_exponent, dtype=np.float64)
