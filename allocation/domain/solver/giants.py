"""Seat the clients first whose value alone shifts an advisor from one end of the fairness band to the other.

Prices treat such a client as divisible; once the client sits somewhere whole, the prices around that advisor are
different ones. So the giants take their best seats, largest first, and prices are settled again around them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allocation.domain.solver.dual_prices import Settled
from allocation.domain.solver.near_ties import options_of
from allocation.domain.solver.problem import Problem

GIANT = 0.5
"""A client worth more than this share of an average advisor's band width is seated first."""


def seat_giants(settled: Settled) -> Problem | None:
    """The same problem with its giants pinned; None when there is no giant or no seat for one."""
    market, limits = settled.asked.market, settled.asked.limits
    problem, width = market.problem, market.profit.shape[1]
    if not market.banded:
        return None
    spread = float((market.most - market.least).mean())
    giants = np.flatnonzero(problem.value > GIANT * spread)
    giants = giants[np.argsort(-problem.value[giants], kind="stable")]
    options = options_of(market, settled.prices, giants, problem.advisors + 1)
    hours, worth = limits.capacity.copy(), limits.most.copy()
    seats = []
    for row, client in enumerate(giants.tolist()):
        for advisor, load in zip(options.advisor[row].tolist(), options.load[row].tolist()):
            if advisor == width:
                break
            if advisor < 0:
                return None
            if load <= hours[advisor] and problem.value[client] <= worth[advisor]:
                hours[advisor] -= load
                worth[advisor] -= problem.value[client]
                seats.append([client, advisor])
                break
    if not seats:
        return None
    return replace(problem, pinned=np.concatenate([problem.pinned, np.array(seats, dtype=np.int32)]))
