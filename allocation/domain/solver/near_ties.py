"""The clients who are close to switching at the settled prices, and the options each of them has.

At good prices almost every client has one clear choice. Only the near ties decide how whole clients fill the hours, so
everything that moves clients one by one works on this short table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allocation.domain.solver.compiled import kernel
from allocation.domain.solver.dual_prices import Prices
from allocation.domain.solver.market import Market
from allocation.domain.solver.problem import Float64s, Ints

NO_OPTION = -1


@dataclass(eq=False)
class Options:
    """Per client of the table, best net profit first: advisor (P = pool, -1 = no option), net, profit, load.

    clients: (K,) indices into the problem. value: (K,). net = profit less the prices of its load and value.
    """

    clients: npt.NDArray[np.int64]
    advisor: Ints
    net: Float64s
    profit: Float64s
    load: Float64s
    value: Float64s


def options_of(market: Market, prices: Prices, clients: npt.NDArray[np.int64], depth: int) -> Options:
    """The `depth` best options of each of these clients at these prices, with exact profits."""
    problem = market.problem
    width = market.profit.shape[1]
    depth = min(depth, problem.advisors + 1)
    advisor = np.full((len(clients), depth), NO_OPTION, dtype=np.int32)
    net = np.full((len(clients), depth), -np.inf)
    profit = np.zeros((len(clients), depth))
    load = np.zeros((len(clients), depth))
    _pick(
        market.profit,
        market.load,
        market.pool,
        problem.value,
        problem.fit,
        problem.incumbent,
        problem.switch_penalty,
        problem.stay_bonus,
        prices.hour,
        prices.worth,
        clients,
        width,
        advisor,
        net,
        profit,
        load,
    )
    return Options(clients, advisor, net, profit, load, problem.value[clients])


@kernel
def _pick(  # type: ignore[no-untyped-def]
    rough, units, pool, value, fit, incumbent, penalty, bonus, hour, worth, clients, width, advisor, net, profit, load
):
    m = fit.shape[1]
    pairs = units.shape[1] > 1
    depth = advisor.shape[1]
    for row in range(len(clients)):
        i = clients[row]
        count = 0
        for j in range(m + 1):
            if j == m:
                if pool[i] < 0:
                    continue
                gain, hours, left, where = 0.0, 0.0, 0.0, width
            else:
                if rough[i, j] <= -1e29:
                    continue
                match = float(fit[i, j])
                extra = 0.0
                if incumbent[i] == j:
                    extra = bonus[i]
                elif incumbent[i] >= 0:
                    match -= penalty
                gain = value[i] * match + extra
                hours = float(units[i, j if pairs else 0])
                left = gain - hour[j] * hours - worth[j] * value[i]
                where = j
            if count == depth and left <= net[row, depth - 1]:
                continue
            at = count if count < depth else depth - 1
            while at > 0 and net[row, at - 1] < left:
                net[row, at] = net[row, at - 1]
                advisor[row, at] = advisor[row, at - 1]
                profit[row, at] = profit[row, at - 1]
                load[row, at] = load[row, at - 1]
                at -= 1
            net[row, at] = left
            advisor[row, at] = where
            profit[row, at] = gain
            load[row, at] = hours
            if count < depth:
                count += 1
