"""Plans that change at most so many hands.

A move gets a price: whoever keeps the incumbent earns it. At a price, the problem is an ordinary one (Problem.stay_bonus)
with its own bound, and that bound less the price of all the moves that must not be made is a valid bound for the problem
with the budget. So the price is moved, prices of hours and band settled along, until as many clients want to move as may;
the plan found there is checked, and taken back or filled up client by client where rounding leaves it beside the budget.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from allocation.domain.solver.answer import Answer, Reason, Status
from allocation.domain.solver.bound import certified_bound
from allocation.domain.solver.compiled import kernel
from allocation.domain.solver.dual_prices import FINE, LAST_WINDOW, Asked, Limits, Settled, Window, find_prices, settle
from allocation.domain.solver.engine import EXACT_PAIRS, answer_of, no_plan, solve
from allocation.domain.solver.exact import MoveLimit, branch_and_bound
from allocation.domain.solver.infeasibility import contradiction
from allocation.domain.solver.market import open_market
from allocation.domain.solver.problem import POOL, Bools, Float64s, Ints, Problem
from allocation.domain.solver.repair import exact_profit
from allocation.domain.solver.search import Search
from allocation.domain.solver.spare import Books, fill_up, mend, take_back

PRICE_STEPS = 14
"""Most prices of a move that are tried; each costs a few passes."""

SWEEPS = 16
"""Sweeps among near ties before a plan is mended client by client."""

ROUNDS = 4
"""Most plans that are made, each aiming at a number of moves corrected by what the last one missed."""

PROBED_PAIRS = 20_000
"""Up to this many pairs, branch and bound also answers whether there is a plan at all."""

NEVER = 1e30
"""Gain of a client who cannot stay."""


@dataclass(frozen=True, eq=False)
class Budget:
    """At most `most` of the clients marked in `counted` (N,) may leave their incumbents. All of those have one."""

    counted: Bools
    most: int

    def spent(self, problem: Problem, assignment: Ints) -> int:
        return int((self.counted & (assignment != problem.incumbent)).sum())


def solve_within(
    problem: Problem,
    budget: Budget,
    *,
    gap: float = 0.001,
    time_limit: float = 60.0,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
    probe: bool = False,
) -> Answer:
    """The best plan with at most budget.most counted moves, with its proven gap; no plan with more is ever returned.

    Answer.reason is `budget_short` when hours and band need more moves than that (proven or not). `probe` gives up early
    where no plan shows itself: for asking whether a band can be kept.
    """
    started = time.monotonic()
    reason = contradiction(problem)
    if reason is not None:
        return no_plan(problem, reason, started)
    if moves_needed(problem, budget.counted) > budget.most:
        return no_plan(problem, Reason("budget_short", {"moves": budget.most}), started)
    hunt = _Hunt(problem, budget, gap, seed, started + time_limit, probe=probe)
    if hunt.wanted <= budget.most and not probe:
        answer = solve(problem, gap=gap, time_limit=time_limit, seed=seed, progress=progress)
        if answer.status is Status.INFEASIBLE or budget.spent(problem, answer.assignment) <= budget.most:
            return answer
    for step in range(ROUNDS):
        if progress:
            progress("plan", step, ROUNDS)
        if hunt.impossible() or not hunt.aim():
            break
    hunt.search_exactly()
    if hunt.best is None:
        return no_plan(problem, Reason("budget_short", {"moves": budget.most}, proven=hunt.impossible()), started)
    return answer_of(problem, hunt.best, hunt.bound, hunt.settled, gap, started, hunt.price)


def moves_needed(problem: Problem, counted: Bools) -> int:
    """A number of counted moves that no plan can do without: what takes each book, as it stands, under its hours and value."""
    _least, most = problem.band()
    stays = np.where(counted, problem.incumbent, POOL)
    stays[problem.pinned[:, 0]] = problem.pinned[:, 1]
    movable = counted.copy()
    movable[problem.pinned[:, 0]] = False
    needed = 0
    for advisor in range(problem.advisors):
        mine = np.flatnonzero(stays == advisor)
        load = problem.load[mine, advisor] if problem.pair_loads else problem.load[mine]
        free, value = movable[mine], problem.value[mine]
        by_hours = _fewest(load[free], float(load.sum() - problem.capacity[advisor]))
        by_value = _fewest(value[free], float(value.sum() - most[advisor]))
        needed += max(by_hours, by_value)
    return needed


def _fewest(amounts: Float64s, excess: float) -> int:
    """How many of these amounts, the largest first, make up for an excess."""
    if excess <= 1e-6:
        return 0
    reached = np.cumsum(np.sort(amounts)[::-1])
    return int(np.searchsorted(reached, excess - 1e-6) + 1)


class _Hunt:
    """The search for the right price of a move, and what it found so far."""

    def __init__(
        self, problem: Problem, budget: Budget, gap: float, seed: int, deadline: float, *, probe: bool
    ) -> None:
        self.problem, self.budget, self.gap, self.seed, self.deadline = problem, budget, gap, seed, deadline
        self.probe = probe
        self.must_stay = int(budget.counted.sum()) - budget.most
        # One market for all prices: only what a client earns by staying changes.
        self.market = open_market(replace(problem, stay_bonus=np.zeros(problem.clients)))
        self.limits = Limits.of(self.market)
        self.stayers = np.flatnonzero(budget.counted)
        self.stay_profit = self.market.profit[self.stayers, problem.incumbent[self.stayers]].copy()
        self.gains = np.full(problem.clients, -NEVER)
        self.price, self.target = 0.0, budget.most
        self.settled = find_prices(self.market, self.limits)
        self.bound = certified_bound(self.market, self.limits, self.settled.prices)
        self.wanted = self._wanting()
        self.best: Ints | None = None
        self.best_profit = -np.inf
        value = float(problem.value.sum())
        self.worst = -problem.switch_penalty * value - 1e-9 * (1.0 + value)

    def impossible(self) -> bool:
        """Is the bound below what the worst of all plans would bring?"""
        return self.bound < self.worst

    def aim(self) -> bool:
        """Make one plan at the price for the target; returns whether another one, better aimed, could pay."""
        self._find_price()
        if self.impossible():
            return False
        search = Search(self.settled, self._bound_with_bonus(), self.gap, self.seed, self.deadline)
        search.sweeps = SWEEPS
        plan = search.first_plan()
        found = search.nearest_miss if plan is None else plan.assignment
        books = None if found is None else Books.of(self.market.problem, found)
        if books is None or (plan is None and not mend(books)):
            self.target = max(self.target - max(self.budget.most // 10, 1), 0)
            return not self.probe and self.target > 0 and not search.late()
        missed = self.budget.spent(self.problem, books.at) - self.budget.most
        if missed > 0:
            take_back(books, self.budget.counted, missed)
        else:
            fill_up(books, self.budget.counted, -missed, self.gains)
        self._remember(books.at)
        self.target = max(self.target - missed - (missed > 0), 0)
        return not self._near() and not search.late() and missed != 0

    def _remember(self, at: Ints) -> None:
        if self.budget.spent(self.problem, at) > self.budget.most:
            return
        profit = exact_profit(self.problem, np.arange(self.problem.clients), at, POOL)
        if profit > self.best_profit:
            self.best, self.best_profit = at, profit

    def _near(self) -> bool:
        return self.bound - self.best_profit <= self.gap * abs(self.bound)

    def search_exactly(self) -> None:
        """Branch and bound with the budget as a row of its own, where the table is small."""
        left = self.deadline - time.monotonic()
        pairs = self.problem.clients * self.problem.advisors
        done = self.impossible() or (self.best is not None if self.probe else self._near())
        if done or pairs > (PROBED_PAIRS if self.probe else EXACT_PAIRS) or left < 1.0:
            return
        search = Search(self.settled, self._bound_with_bonus(), self.gap, self.seed, self.deadline)
        from_best = None if self.best is None else search.plan_of(self.best)
        board, start = search.whole_board(from_best)
        here = np.where(self.problem.incumbent >= 0, self.problem.incumbent, -2)
        moved = self.budget.counted[:, None] & (board.options.advisor != here[:, None])
        limit = MoveLimit(moved, self.budget.most, self.market.problem.stay_bonus)
        found = branch_and_bound(board, start, self.bound, gap=self.gap, seconds=left, seed=self.seed, limit=limit)
        self.bound = min(self.bound, found.bound)
        if found.at is not None:
            self._remember(search.plan_on(board, found.at).assignment)
        elif found.impossible:
            self.bound = -np.inf

    def _find_price(self) -> None:
        """Move the price until about as many clients want to move as the target says, never more than that at the end."""
        low, high = 0.0, np.inf
        close = max(1, self.target // 200)
        for step in range(PRICE_STEPS):
            guess = self._price_at_these_prices()
            if not low < guess < high:
                guess = low * 4 + 1e-6 if np.isinf(high) else (low + high) / 2
            elif step > 3 and np.isinf(high):
                guess = max(guess, low * 2)
            self._set_price(guess)
            if self.impossible():
                return
            if self.wanted > self.target:
                low = guess
            else:
                high = guess
            if self.target - close <= self.wanted <= self.target or high - low <= 1e-4 * high:
                break
            if time.monotonic() > self.deadline:
                break
        if self.wanted > self.target and np.isfinite(high):
            self._set_price(high)

    def _price_at_these_prices(self) -> float:
        """Between the gain of the last client who may move and that of the first who may not."""
        gains = self.gains[self.stayers]
        if self.target >= len(gains):
            return 0.0
        order = np.partition(gains, [len(gains) - self.target - 1, max(len(gains) - self.target, 0) % len(gains)])
        below = float(order[len(gains) - self.target - 1])
        above = float(order[len(gains) - self.target]) if self.target else below * 1.001 + 1e-6
        return max((below + min(above, 2 * abs(below) + 1.0)) / 2, 0.0)

    def _set_price(self, price: float) -> None:
        """Settle everything at this price of a move, from where it stands."""
        self.price = price
        problem = self.market.problem
        problem.stay_bonus[self.stayers] = price
        staying = np.where(self.stay_profit > -NEVER / 2, self.stay_profit + np.float32(price), self.stay_profit)
        self.market.profit[self.stayers, problem.incumbent[self.stayers]] = staying
        asked = Asked(self.market, self.limits, 1)
        first = self.settled.window
        window = first if self.market.banded else Window(first.hour, 0.0)
        prices = settle(asked, self.settled.prices, window.times(0.01), LAST_WINDOW * first.hour, FINE)
        asked.at(prices, Window(0.0, 0.0))
        self.settled = Settled(prices, first, asked)
        bound = certified_bound(self.market, self.limits, prices) - price * self.must_stay
        self.bound = min(self.bound, bound)
        self.wanted = self._wanting()

    def _bound_with_bonus(self) -> float:
        return certified_bound(self.market, self.limits, self.settled.prices)

    def _wanting(self) -> int:
        """How many counted clients would move at these prices; their gains are kept."""
        prices, market = self.settled.prices, self.market
        problem = market.problem
        _gains_of_moving(
            market.profit, market.load, market.pool, problem.value, problem.stay_bonus, prices.hour, prices.worth,
            problem.incumbent, self.budget.counted, self.gains,
        )  # fmt: skip
        return int((self.gains > self.price).sum())


@kernel
def _gains_of_moving(  # type: ignore[no-untyped-def]
    profit, load, pool, value, bonus, hour, worth, incumbent, counted, gains
):
    """What each counted client would gain by the best move, at these prices, the price of the move not counted."""
    n, width = profit.shape
    pairs = load.shape[1] > 1
    for i in range(n):
        if not counted[i]:
            continue
        h = incumbent[i]
        best = float(pool[i])
        for j in range(width):
            if j != h and profit[i, j] > -1e29:
                best = max(best, profit[i, j] - hour[j] * load[i, j if pairs else 0] - worth[j] * value[i])
        if profit[i, h] <= -1e29:
            gains[i] = 1e30
        else:
            stay = profit[i, h] - bonus[i] - hour[h] * load[i, h if pairs else 0] - worth[h] * value[i]
            gains[i] = best - stay
