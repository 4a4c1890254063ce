"""The way from a problem to an answer: prices, near ties, repair, proof."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from allocation.domain.solver.answer import Answer, Reason, Status
from allocation.domain.solver.bound import certified_bound
from allocation.domain.solver.dual_prices import Limits, Settled, find_prices
from allocation.domain.solver.infeasibility import contradiction
from allocation.domain.solver.market import open_market
from allocation.domain.solver.near_ties import options_of
from allocation.domain.solver.problem import POOL, Ints, Problem
from allocation.domain.solver.repair import Repair, lay_out

Progress = Callable[[str, int, int], None]

STAGES = ("prices", "plan", "proof")


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
    (stage, done, total); the stages are "prices", "plan" and "proof".
    """
    started = time.monotonic()
    tell = progress or (lambda stage, done, total: None)
    reason = contradiction(problem)
    if reason is not None:
        return _no_plan(problem, reason, started)
    market = open_market(problem)
    limits = Limits.of(market)
    tell("prices", 0, len(STAGES))
    settled = find_prices(market, limits)
    bound = certified_bound(market, limits, settled.prices)
    tell("plan", 1, len(STAGES))
    plan = _plan(settled, bound, gap, seed, started + time_limit)
    tell("proof", 2, len(STAGES))
    if plan is None:
        constraint = "capacity" if problem.fairness is None else "fairness"
        params = {"constraint": constraint, "seconds": round(time.monotonic() - started, 1)}
        return _no_plan(problem, Reason("not_found", params, proven=False), started)
    answer = _answer(problem, plan, bound, settled, gap, started)
    tell("proof", 3, len(STAGES))
    return answer


def _plan(settled: Settled, bound: float, gap: float, seed: int, deadline: float) -> Ints | None:
    """Repair the clients' choices among ever more near ties, until a plan keeps every limit."""
    asked, market = settled.asked, settled.asked.market
    problem, width = market.problem, market.profit.shape[1]
    choice = asked.choice.copy()
    size = settled.window.hour * np.maximum(market.load.max(axis=1), 1.0)
    if market.banded:
        size += 3 * settled.window.worth * market.value
    closeness = asked.lead / size
    count, depth = max(1500, 40 * problem.advisors), 8
    while True:
        count = min(count, problem.clients)
        clients = np.sort(np.argpartition(closeness, count - 1)[:count]) if count else np.empty(0, dtype=np.int64)
        options = options_of(market, settled.prices, clients, depth if count < problem.clients else max(depth, 20))
        board = lay_out(settled, options, choice)
        start = (
            np.argmax(options.advisor == choice[clients][:, None], axis=1).astype(np.int32)
            if count
            else np.empty(0, np.int32)
        )
        repair = Repair(board, start, seed)
        for _ in range(60):
            repair.sweep()
            if repair.kept >= 3 or time.monotonic() > deadline:
                break
        if repair.best is not None:
            choice[clients] = options.advisor[np.arange(count), repair.best]
            return np.where(choice == width, POOL, choice).astype(np.int32)
        if (count == problem.clients and depth > problem.advisors) or time.monotonic() > deadline:
            return None
        count, depth = count * 4, depth * 3


def _answer(problem: Problem, plan: Ints, bound: float, settled: Settled, gap: float, started: float) -> Answer:
    m = problem.advisors
    taken = np.flatnonzero(plan != POOL)
    where = plan[taken]
    away = (problem.incumbent[taken] >= 0) & (problem.incumbent[taken] != where)
    match = problem.fit[taken, where].astype(np.float64) - problem.switch_penalty * away
    objective = float((problem.value[taken] * match).sum())
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
        seconds=time.monotonic() - started,
    )


def _no_plan(problem: Problem, reason: Reason, started: float) -> Answer:
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
