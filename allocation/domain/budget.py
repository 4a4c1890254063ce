"""How many clients a run may move, who counts, and what gives way where so few moves cannot keep hours and band.

A client counts whose advisor could go on serving: takes clients in this run and is not refused. Whoever has no advisor, or
one who leaves or takes nobody, must go somewhere; that is no choice of the run and does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import floor
from typing import Any

import numpy as np

from allocation.domain.case import Case
from allocation.domain.held import OUTSIDE
from allocation.domain.solver.answer import Answer
from allocation.domain.solver.problem import POOL, Problem
from allocation.domain.tables import Bools, Floats, Ints
from branch_crm.core.domain.rule_table import RuleFault

#: The narrowest band is looked for down to this step.
BAND_STEP = 0.01

#: Most bands that are tried on the way there.
BAND_TRIES = 4


def read_budget(raw: Mapping[str, Any] | None, in_scope: int) -> int | None:
    """{"moves": n} or {"share": of the clients in scope} as a number of moves; None = no budget. Raises RuleFault."""
    if raw is None:
        return None
    moves, share = raw.get("moves"), raw.get("share")
    if share is not None:
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
            raise RuleFault("move_budget", "the share must lie between 0 and 1")
        return floor(share * in_scope + 1e-9)
    if isinstance(moves, bool) or not isinstance(moves, int) or moves < 0:
        raise RuleFault("move_budget", "must give moves (a whole number from 0) or share (from 0 to 1)")
    return moves


@dataclass(frozen=True, eq=False)
class Purse:
    """counted (N,): free clients whose move is paid for. left: how many may still move; None = no budget."""

    counted: Bools
    left: int | None

    def less(self, spent: int) -> Purse:
        return self if self.left is None else replace(self, left=max(self.left - spent, 0))


def purse_of(case: Case, fixed: Ints) -> Purse:
    """What the run may spend once decisions and locks are paid: those always stand, also where they cost more than there is."""
    free = case.has_place & (fixed == POOL)
    if case.options.most_moves is None:
        return Purse(free, None)
    decided = case.has_place & case.in_scope & (fixed != POOL) & (fixed != OUTSIDE) & (fixed != case.clients.holder)
    return Purse(free, max(case.options.most_moves - int(decided.sum()), 0))


def spent_moves(case: Case, after: Ints) -> int:
    """Moves of a proposal that count."""
    return int((case.has_place & (after != case.clients.holder)).sum())


def eased_hours(problem: Problem, counted: Bools) -> Floats:
    """(M,) hours where books that exceed them today may stay as heavy as they are: too few moves cannot bring them down."""
    stays = np.where(counted, problem.incumbent, POOL)
    stays[problem.pinned[:, 0]] = problem.pinned[:, 1]
    held = np.flatnonzero(stays >= 0)
    load = problem.load[held, stays[held]] if problem.pair_loads else problem.load[held]
    present = np.bincount(stays[held], load, problem.advisors)
    # A hair more, so that rounding never makes the book as it stands impossible.
    return np.asarray(np.where(present > problem.capacity, present + 1e-6, problem.capacity))


def widest_of(problem: Problem, answer: Answer) -> float:
    """The band that a plan keeps: the farthest value per hour from the mean, as a share of it."""
    mean = float(problem.value.sum() / problem.capacity.sum()) if problem.capacity.sum() > 0 else 0.0
    hours = problem.capacity > 0
    if mean <= 0 or not hours.any():
        return 0.0
    return float(np.abs(answer.value[hours] / problem.capacity[hours] / mean - 1.0).max())
