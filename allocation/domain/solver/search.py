"""Look for plans: first among the nearest ties, then ever wider, until the wanted gap or the end of effort or time."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allocation.domain.solver.dual_prices import Settled
from allocation.domain.solver.near_ties import options_of
from allocation.domain.solver.problem import POOL, Ints
from allocation.domain.solver.repair import BRISK, PATIENT, Board, Repair, exact_profit, lay_out
from allocation.domain.solver.spare import Books, mend

FIRST_SWEEPS = 60
"""Sweeps spent on one table before a wider one is laid out."""

RUN = 120
"""Patient sweeps of one run; after that a fresh start finds more than going on."""

DEEP_EFFORT, DEEP_SWEEPS = 40_000_000, (360, 12_000)
"""Options looked at by all runs together, about, and the least and most sweeps that makes."""

GOOD_ENOUGH, GOOD_BANDED = 1e-4, 6e-4
"""A first plan this close to the bound is not worth another swing around the limits: without and with a value band."""

QUICK_SWEEPS, MANY = 6, 5000
"""With a band and many clients, sweeps of single shifts come first: they mend most of it at a hundredth of the cost."""

MEND_AFTER = 6
"""... and so many sweeps later what is still broken is a handful of clients, mended one by one at once."""

WHOLE_TABLE = 20
"""Options per client in the tables that hold all clients; further ones lose too much to matter."""


@dataclass(eq=False)
class Plan:
    """Each client's advisor (POOL = none), and what that is worth."""

    assignment: Ints
    objective: float


class Search:
    """One problem's search; deterministic for a seed unless the deadline cuts it short."""

    def __init__(self, settled: Settled, bound: float, wanted: float, seed: int, deadline: float) -> None:
        self.settled, self.bound, self.wanted, self.seed, self.deadline = settled, bound, wanted, seed, deadline
        self.sweeps = FIRST_SWEEPS
        #: The last assignment of a table on which no plan kept every limit.
        self.nearest_miss: Ints | None = None
        market = settled.asked.market
        #: A first plan this near the bound is good enough.
        self.good = GOOD_BANDED if market.banded else GOOD_ENOUGH
        self.market, self.problem, self.width = market, market.problem, market.profit.shape[1]
        size = settled.window.hour * np.maximum(market.size, 1e-3)
        if market.banded:
            size = size + 3 * settled.window.worth * market.value
        # A client with one option has an endless lead.
        with np.errstate(over="ignore"):
            self.closeness = settled.asked.lead / np.maximum(size, np.float32(1e-12))

    def late(self) -> bool:
        return time.monotonic() > self.deadline

    def near(self, objective: float, gap: float) -> bool:
        """Is this within `gap` of the bound?"""
        return self.bound - objective <= gap * abs(self.bound)

    def first_plan(self) -> Plan | None:
        """Repair the clients' choices among the nearest ties."""
        per_advisor, depth = (60, 6) if self.market.banded else (30, 5)
        return self._repaired(max(1500, per_advisor * self.problem.advisors), depth)

    def wider_plan(self) -> Plan | None:
        """Where the nearest ties were not enough: four times as many, and so on to all clients and all advisors."""
        count, depth = max(1500, 60 * self.problem.advisors), 8
        while (count < self.problem.clients or depth <= self.problem.advisors) and not self.late():
            count, depth = count * 4, depth * 3
            plan = self._repaired(count, depth)
            if plan is not None:
                return plan
        return None

    def _repaired(self, count: int, depth: int) -> Plan | None:
        clients = self._nearest(count)
        if len(clients) == self.problem.clients:
            depth = max(depth, WHOLE_TABLE)
        choice = self.settled.asked.choice
        board = lay_out(self.settled, options_of(self.market, self.settled.prices, clients, depth), choice)
        at = _options_of_choice(board, choice[clients])
        repair = Repair(board, at, self.seed, BRISK)
        swings, good = 2 if self.market.banded else 3, self.good
        many = self.market.banded and self.problem.clients >= MANY
        for turn in range(self.sweeps):
            repair.sweep(chains=not many or turn >= QUICK_SWEEPS)
            if repair.kept and (repair.kept >= swings or self.near(self._objective(repair), good)):
                break
            if many and not repair.kept and turn >= QUICK_SWEEPS and (turn - QUICK_SWEEPS + 1) % MEND_AFTER == 0:
                mended = self.mended(self.plan_on(board, repair.at).assignment)
                if mended is not None and self.near(mended.objective, good):
                    return mended
            if self.late():
                break
        if repair.best is None:
            self.nearest_miss = self.plan_on(board, repair.at).assignment
        return self._plan(repair)

    def mended(self, assignment: Ints) -> Plan | None:
        """An assignment that breaks a limit, mended client by client: far cheaper than a wider table, where it works."""
        books = Books.of(self.problem, assignment)
        return self.plan_of(books.at) if mend(books) else None

    def deepen(self, plan: Plan) -> Plan:
        """Swing patiently around the limits, again and again, with all clients on the table where they are few."""
        clients = self._nearest(max(5000, 100 * self.problem.advisors))
        choice = np.where(plan.assignment == POOL, self.width, plan.assignment).astype(np.int32)
        board = lay_out(self.settled, options_of(self.market, self.settled.prices, clients, WHOLE_TABLE), choice)
        at = _options_of_choice(board, choice[clients])
        if (at < 0).any():
            return plan
        best = plan
        left = int(np.clip(DEEP_EFFORT // max(board.options.net.size, 1), *DEEP_SWEEPS))
        start = 0
        while left > 0 and not self.near(best.objective, self.wanted) and not self.late():
            # The first run goes on from the plan, the others start over from everybody's best option.
            repair = Repair(board, at if start == 0 else np.zeros_like(at), self.seed + start, PATIENT)
            for _ in range(RUN):
                repair.sweep()
                left -= 1
                if left <= 0 or self.late() or self.near(self._objective(repair), self.wanted):
                    break
            found = self._plan(repair)
            if found is not None and found.objective > best.objective:
                best = found
            start += 1
        return best

    def whole_board(self, plan: Plan | None) -> tuple[Board, Ints | None]:
        """All clients with all their options, and where a plan stands on it."""
        everyone = np.arange(self.problem.clients)
        choice = self.settled.asked.choice
        options = options_of(self.market, self.settled.prices, everyone, self.problem.advisors + 1)
        board = lay_out(self.settled, options, choice)
        if plan is None:
            return board, None
        return board, _options_of_choice(board, np.where(plan.assignment == POOL, self.width, plan.assignment))

    def plan_of(self, assignment: Ints) -> Plan:
        """An assignment as this search's problem counts it."""
        everyone = np.arange(self.problem.clients)
        return Plan(assignment, exact_profit(self.problem, everyone, assignment, POOL))

    def _nearest(self, count: int) -> npt.NDArray[np.int64]:
        if count >= self.problem.clients:
            return np.arange(self.problem.clients)
        return np.sort(np.argpartition(self.closeness, count - 1)[:count])

    def _objective(self, repair: Repair) -> float:
        return repair.best_profit + repair.board.base_profit

    def _plan(self, repair: Repair) -> Plan | None:
        return None if repair.best is None else self.plan_on(repair.board, repair.best)

    def plan_on(self, board: Board, at: Ints) -> Plan:
        """The plan in which the board's clients take these options."""
        assignment = board.choice.copy()
        assignment[board.options.clients] = board.options.advisor[np.arange(len(at)), at]
        assignment = np.where(assignment == self.width, POOL, assignment).astype(np.int32)
        return Plan(assignment, board.profit(at) + board.base_profit)


def _options_of_choice(board: Board, choice: Ints) -> Ints:
    """Which option of its row each client's choice is; -1 where the row does not hold it."""
    same = board.options.advisor == choice[:, None]
    if not same.size:
        return np.empty(len(choice), dtype=np.int32)
    return np.where(same.any(axis=1), np.argmax(same, axis=1), -1).astype(np.int32)
