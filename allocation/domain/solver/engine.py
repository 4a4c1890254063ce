"""The way from a problem to an answer: prices and their proof, a plan, and as much search as the wanted gap takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from allocation.domain.solver.answer import Answer, Reason, Status
from allocation.domain.solver.bound import certified_bound
from allocation.domain.solver.dual_prices import Limits, Settled, find_prices
from allocation.domain.solver.exact import branch_and_bound
from allocation.domain.solver.giants import seat_giants
from allocation.domain.solver.impossibility import impossibility
from allocation.domain.solver.infeasibility import contradiction
from allocation.domain.solver.market import open_market
from allocation.domain.solver.problem import POOL, Ints, Problem
from allocation.domain.solver.repair import exact_profit
from allocation.domain.solver.search import Plan, Search

Progress = Callable[[str, int, int], None]

STAGES = 4

EXACT_PAIRS = 150_000
"""Branch and bound is tried up to this many pairs; beyond, it does not get past its first relaxation in time."""


def solve(
    problem: Problem,
    *,
    gap: float = 0.001,
    time_limit: float = 60.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Answer:
    """Find a plan whose proven gap is at most `gap`, or the best one within `time_limit` seconds.

    The same problem and seed give the same answer unless time runs out. progress is called with
    (stage, done, total); the stages are "prices", "plan", where needed "search" and "exact", and "done".
    """
    started = time.monotonic()
    tell = progress or (lambda stage, done, total: None)
    reason = contradiction(problem)
    if reason is not None:
        return no_plan(problem, reason, started)
    tell("prices", 0, STAGES)
    market = open_market(problem)
    limits = Limits.of(market)
    settled = find_prices(market, limits)
    bound = certified_bound(market, limits, settled.prices)
    tell("plan", 1, STAGES)
    search = Search(settled, bound, gap, seed, started + time_limit)
    plan, nearby = first_of(search)
    if plan is None and search.nearest_miss is not None:
        plan = search.mended(search.nearest_miss)
    if plan is None:
        reason = impossibility(problem)
        if reason is not None:
            return no_plan(problem, reason, started)
        plan = search.wider_plan()
    if plan is not None and not search.near(plan.objective, gap):
        tell("search", 2, STAGES)
        plan = nearby.deepen(plan)
    if plan is None or not search.near(plan.objective, gap):
        tell("exact", 3, STAGES)
        plan, bound, impossible = _exactly(search, plan, bound)
        if plan is None:
            return no_plan(problem, _why_none(problem, impossible, started), started)
    tell("done", STAGES, STAGES)
    return answer_of(problem, plan.assignment, bound, settled, gap, started)


def first_of(search: Search) -> tuple[Plan | None, Search]:
    """The first plan, around the giants where that is better, and the search to go on with."""
    plan = search.first_plan()
    if plan is not None and search.near(plan.objective, search.wanted):
        return plan, search
    around = around_giants(search)
    other = around.first_plan() if around is not None else None
    if around is not None and other is not None and (plan is None or other.objective > plan.objective):
        return other, around
    return plan, search


def around_giants(search: Search) -> Search | None:
    """The same search at prices settled once more, with the giants in their seats."""
    seated = seat_giants(search.settled)
    if seated is None:
        return None
    market = open_market(seated)
    settled = find_prices(market, Limits.of(market))
    return Search(settled, search.bound, search.wanted, search.seed, search.deadline)


def _exactly(search: Search, plan: Plan | None, bound: float) -> tuple[Plan | None, float, bool]:
    """Branch and bound over the whole table, where it is small; (plan, bound, proven impossible)."""
    problem = search.problem
    left = search.deadline - time.monotonic()
    if problem.clients * problem.advisors > EXACT_PAIRS or left < 1.0:
        return plan, bound, False
    board, at = search.whole_board(plan)
    found = branch_and_bound(board, at, bound, gap=search.wanted, seconds=left, seed=search.seed)
    if found.at is not None:
        plan = search.plan_on(board, found.at)
    return plan, min(bound, found.bound), found.impossible


def _why_none(problem: Problem, impossible: bool, started: float) -> Reason:
    """Capacity or fairness? A problem with a band is asked again without it."""
    constraint = "capacity"
    if problem.fairness is not None:
        plain = solve(replace(problem, fairness=None), gap=1.0, time_limit=10.0)
        constraint = "capacity" if plain.status is Status.INFEASIBLE else "fairness"
    if impossible:
        return Reason(f"{constraint}_whole")
    seconds = round(time.monotonic() - started, 1)
    return Reason("not_found", {"constraint": constraint, "seconds": seconds}, proven=False)


def answer_of(
    problem: Problem, plan: Ints, bound: float, settled: Settled, gap: float, started: float, move_price: float = 0.0
) -> Answer:
    """The plan with its proof: figures of `problem`, prices of `settled`."""
    m = problem.advisors
    taken = np.flatnonzero(plan != POOL)
    where = plan[taken]
    objective = exact_profit(problem, np.arange(problem.clients), plan, POOL)
    load = problem.load[taken, where] if problem.pair_loads else problem.load[taken]
    bound = max(bound, objective)
    proven = (bound - objective) / abs(bound) if bound else 0.0
    return Answer(
        status=Status.OPTIMAL if proven <= gap else Status.FEASIBLE,
        assignment=plan,
        objective=objective,
        upper_bound=bound,
        gap=proven,
        load=np.bincount(where, load, m).astype(np.float64),
        value=np.bincount(where, problem.value[taken], m).astype(np.float64),
        moves=int(((problem.incumbent != POOL) & (problem.incumbent != plan)).sum()),
        capacity_price=settled.prices.hour[:m] / settled.asked.market.unit,
        fairness_price=settled.prices.worth[:m],
        move_price=move_price,
        seconds=time.monotonic() - started,
    )


def no_plan(problem: Problem, reason: Reason, started: float) -> Answer:
    m = problem.advisors
    return Answer(
        status=Status.INFEASIBLE,
        assignment=np.full(problem.clients, POOL, dtype=np.int32),
        objective=float("nan"),
        upper_bound=float("nan"),
        gap=float("nan"),
        load=np.zeros(m),
        value=np.zeros(m),
        moves=0,
        capacity_price=np.zeros(m),
        fairness_price=np.zeros(m),
        seconds=time.monotonic() - started,
        reason=reason,
    )
