"""The proof: what no plan can exceed, evaluated in float64 on the problem itself."""

from __future__ import annotations

import numpy as np

from allocation.domain.solver.compiled import kernel
from allocation.domain.solver.dual_prices import Limits, Prices
from allocation.domain.solver.market import Market

ROUNDING = 1e-12
"""Relative allowance for the rounding of the sums below."""


def certified_bound(market: Market, limits: Limits, prices: Prices) -> float:
    """An upper bound on every plan's objective, valid whatever the prices are (hour prices >= 0)."""
    problem = market.problem
    load = problem.load if problem.pair_loads else problem.load[:, None]
    total, size = _best_responses(
        market.profit,
        market.pool,
        problem.value,
        problem.fit,
        load,
        problem.incumbent,
        problem.switch_penalty,
        problem.stay_bonus,
        prices.hour / market.unit,
        prices.worth,
    )
    limit_cost = limits.cost(prices)
    return float(total + limit_cost + ROUNDING * (size + abs(limit_cost)))


@kernel
def _best_responses(  # type: ignore[no-untyped-def]
    rough, pool, value, fit, load, incumbent, penalty, bonus, hour_price, value_price
):
    """Sum over clients of the best net profit, and the sum of its absolute parts."""
    n, m = fit.shape
    pairs = load.shape[1] > 1
    total, size = 0.0, 0.0
    for i in range(n):
        best = 0.0 if pool[i] >= 0 else -np.inf
        for j in range(m):
            if rough[i, j] > -1e29:
                match = float(fit[i, j])
                extra = 0.0
                if incumbent[i] == j:
                    extra = bonus[i]
                elif incumbent[i] >= 0:
                    match -= penalty
                hours = load[i, j if pairs else 0]
                net = value[i] * (match - value_price[j]) - hour_price[j] * hours + extra
                best = max(best, net)
        total += best
        size += abs(best)
    return total, size
