"""A plan that stays close to one that stands already: between equal choices everybody keeps the one they have.

Every pair of the standing plan counts as a hair better than it is. What brings less than that hair is left alone, so that
a decision about a few clients does not re-sort thousands of near ties; the proof is made on the problem as given.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from allocation.domain.solver.answer import Answer
from allocation.domain.solver.bound import certified_bound
from allocation.domain.solver.dual_prices import Limits, find_prices
from allocation.domain.solver.engine import answer_of, first_of, solve
from allocation.domain.solver.infeasibility import contradiction
from allocation.domain.solver.market import open_market
from allocation.domain.solver.problem import POOL, Ints, Problem
from allocation.domain.solver.search import Plan, Search
from allocation.domain.solver.spare import Books, mend, take_up

HAIR = 0.002
"""Match that a change of the standing plan must bring at least, with the hours and the band it frees."""

FEW = 40
"""Most clients shifted to make the standing plan keep the limits again; where it takes more, it is searched for instead."""


def solve_near(
    problem: Problem,
    standing: Ints,
    *,
    gap: float = 0.001,
    time_limit: float = 60.0,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> Answer:
    """Like engine.solve, but as near as may be to `standing` ((N,) advisor or POOL), where that is within `gap` of the best."""
    started = time.monotonic()
    if contradiction(problem) is None:
        leaning = lean(problem, standing)
        market = open_market(leaning)
        limits = Limits.of(market)
        settled = find_prices(market, limits)
        bound = certified_bound(market, limits, settled.prices)
        search = Search(settled, bound, gap, seed, started + time_limit)
        plan = _kept(search, standing)
        if plan is None or not search.near(plan.objective, search.good):
            plan = first_of(search)[0]
        if plan is not None:
            market = open_market(problem)
            settled = find_prices(market, limits)
            bound = certified_bound(market, limits, settled.prices)
            answer = answer_of(problem, plan.assignment, bound, settled, gap, started)
            if answer.gap <= gap:
                return answer
    left = max(time_limit - (time.monotonic() - started), 1.0)
    return solve(problem, gap=gap, time_limit=left, seed=seed, progress=progress)


def lean(problem: Problem, standing: Ints) -> Problem:
    """The problem with the pairs of a plan a hair better than the others; every match shrinks by as much, to stay within 1."""
    placed = np.flatnonzero(standing != POOL)
    fit = problem.fit * problem.fit.dtype.type(1.0 - HAIR)
    fit[placed, standing[placed]] += problem.fit.dtype.type(HAIR)
    return replace(problem, fit=fit, switch_penalty=problem.switch_penalty * (1.0 - HAIR))


def _kept(search: Search, standing: Ints) -> Plan | None:
    """The standing plan with today's pins, mended where that takes few shifts, and what they free taken up; None where it
    cannot stand."""
    problem = search.problem
    at = standing.astype(np.int32)
    at[problem.pinned[:, 0]] = problem.pinned[:, 1]
    placed = np.flatnonzero(at != POOL)
    if not problem.pool_allowed[at == POOL].all() or np.isnan(problem.fit[placed, at[placed]]).any():
        return None
    books = Books.of(problem, at)
    if not mend(books, FEW):
        return None
    take_up(books, FEW)
    return search.plan_of(books.at)
