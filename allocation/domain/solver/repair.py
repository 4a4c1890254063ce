"""From the clients' own choices at the settled prices to a plan that keeps every limit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allocation.domain.solver.dual_prices import Limits, Settled
from allocation.domain.solver.moves import improve
from allocation.domain.solver.near_ties import Options
from allocation.domain.solver.problem import POOL, Float64s, Ints, Problem

ROUNDS = 30
"""Most passes over the table in one sweep."""


@dataclass(frozen=True)
class Pace:
    """How much an excess costs beyond its price: at first, factors when broken and when all are kept, and at least."""

    hour_start: float
    value_start: float
    firmer: float
    softer: float
    softest: float


BRISK = Pace(hour_start=0.1, value_start=1.0, firmer=2.0, softer=0.3, softest=0.01)
"""To a plan that keeps every limit, in few sweeps."""

PATIENT = Pace(hour_start=0.03, value_start=0.3, firmer=1.3, softer=0.7, softest=0.003)
"""Many small swings around the limits, for the last tenths of a percent."""


@dataclass(eq=False)
class Board:
    """The near ties with everything around them: what the other clients use already, limits, prices.

    Rows of limits and prices: padded advisors, the pool last.
    """

    options: Options
    choice: Ints
    base_profit: float
    base_hours: Float64s
    base_worth: Float64s
    limits: Limits
    hour_price: Float64s
    value_price: Float64s
    hour_unit: Float64s
    value_unit: Float64s

    def terms(self, hour_firm: Float64s, value_firm: Float64s) -> Float64s:
        """The table moves.improve reads, for these firmnesses per advisor."""
        return np.stack(
            [
                self.limits.capacity,
                self.limits.least,
                self.limits.most,
                self.hour_price,
                self.value_price,
                self.hour_price + hour_firm * self.hour_unit,
                np.abs(self.value_price) + value_firm * self.value_unit,
            ],
            axis=1,
        )

    def sums(self, at: Ints) -> tuple[Float64s, Float64s]:
        """Hours and value each advisor carries when clients take these options."""
        options, rows, size = self.options, np.arange(len(at)), len(self.hour_price)
        where = options.advisor[rows, at]
        hours = self.base_hours + np.bincount(where, options.load[rows, at], size)
        return hours, self.base_worth + np.bincount(where, options.value, size)

    def profit(self, at: Ints) -> float:
        return float(self.options.profit[np.arange(len(at)), at].sum())

    def broken(self, at: Ints) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Which advisors are over their hours, and which outside their value limits."""
        hours, worth = self.sums(at)
        return hours > self.limits.capacity, (worth > self.limits.most) | (worth < self.limits.least)


def lay_out(settled: Settled, options: Options, choice: Ints) -> Board:
    """A board on which the clients of `options` may move and all others keep `choice`."""
    market, prices, limits = settled.asked.market, settled.prices, settled.asked.limits
    width = market.profit.shape[1]
    others = np.ones(len(choice), dtype=np.bool_)
    others[options.clients] = False
    rest = np.flatnonzero(others)
    where = choice[rest]
    column = np.minimum(where, width - 1) if market.load.shape[1] > 1 else np.zeros(len(rest), dtype=np.int64)
    load = np.where(where < width, market.load[rest, column], 0.0).astype(np.float64)
    hours_sold = float(limits.capacity.sum())
    mean_hour = float(prices.hour @ limits.capacity) / max(hours_sold, 1e-300)
    mean_value = float(np.abs(options.profit).max(axis=1).sum()) / max(float(options.value.sum()), 1e-300)
    # A free hour still has to cost something when there are too few of them.
    hour_floor = max(0.3 * mean_hour, 1e-3 * mean_value * float(options.value.max(initial=0.0)), 1e-9)
    value_floor = max(0.3 * float(np.abs(prices.worth).mean()), 1e-2 * mean_value, 1e-9)
    return Board(
        options=options,
        choice=choice,
        base_profit=exact_profit(market.problem, rest, where, width),
        base_hours=np.bincount(where, load, width + 1).astype(np.float64),
        base_worth=np.bincount(where, market.problem.value[rest], width + 1).astype(np.float64),
        limits=Limits(np.r_[limits.capacity, np.inf], np.r_[limits.least, -np.inf], np.r_[limits.most, np.inf]),
        hour_price=np.r_[prices.hour, 0.0],
        value_price=np.r_[prices.worth, 0.0],
        hour_unit=np.r_[np.maximum(prices.hour, hour_floor), 0.0],
        value_unit=np.r_[np.maximum(np.abs(prices.worth), value_floor), 0.0],
    )


def exact_profit(problem: Problem, clients: npt.NDArray[np.int64], advisor: Ints, pool: int) -> float:
    """What these clients bring with these advisors (`pool` = none), in float64."""
    taken = np.flatnonzero(advisor != pool)
    client, where = clients[taken], advisor[taken]
    stays = problem.incumbent[client] == where
    away = (problem.incumbent[client] != POOL) & ~stays
    match = problem.fit[client, where].astype(np.float64) - problem.switch_penalty * away
    return float((problem.value[client] * match).sum() + problem.stay_bonus[client[stays]].sum())


class Repair:
    """Sweeps that swing around the limits: firmer where they are broken, softer once all are kept.

    Keeps the best plan that broke none. Deterministic for a seed.
    """

    def __init__(self, board: Board, at: Ints, seed: int, pace: Pace) -> None:
        size = len(board.hour_price)
        self.board, self.pace = board, pace
        self.at = at
        self.random = np.random.default_rng(seed)
        self.hour_firm = np.full(size, pace.hour_start)
        self.value_firm = np.full(size, pace.value_start)
        self.best: Ints | None = None
        self.best_profit = -np.inf
        self.kept = 0
        self.fill = True

    def sweep(self, *, chains: bool = True) -> None:
        """One sweep, of single shifts only without `chains`; remembers the plan if it keeps every limit and is the best so far."""
        board, options = self.board, self.board.options
        hours, worth = board.sums(self.at)
        order = self.random.permutation(len(self.at))
        terms = board.terms(self.hour_firm, self.value_firm)
        improve(
            order,
            options.advisor,
            options.net,
            options.load,
            options.value,
            self.at,
            hours,
            worth,
            terms,
            chains,
            self.fill,
            ROUNDS,
        )
        over, outside = board.broken(self.at)
        self.fill = not (over.any() or outside.any())
        if not self.fill:
            self.hour_firm[over] *= self.pace.firmer
            self.value_firm[outside] *= self.pace.firmer
            return
        self.kept += 1
        profit = board.profit(self.at)
        if profit > self.best_profit:
            self.best, self.best_profit = self.at.copy(), profit
        self.hour_firm = np.maximum(self.hour_firm * self.pace.softer, self.pace.softest)
        self.value_firm = np.maximum(self.value_firm * self.pace.softer, self.pace.softest)
