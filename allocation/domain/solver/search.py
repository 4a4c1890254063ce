"""Look for plans: first among the nearest ties, then ever wider, until the wanted gap or the end of effort or time."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allocation.domain.solver.dual_prices import Settled
from allocation.domain.solver.near_ties import options_of
from allocation.domain.solver.problem import POOL, Ints
from allocation.domain.solver.repair import BRISK, PATIENT, Board, Repair, lay_out

FIRST_SWEEPS = 60
"""Sweeps spent on one table before a wider one is laid out."""

PATIENT_SWEEPS, PATIENCE = 1500, 250
"""Sweeps spent on reaching the wanted gap once there is a plan: at most, and since the last better one."""

GOOD_ENOUGH = 1e-4
"""A first plan this close to the bound is not worth another swing around the limits."""

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
        market = settled.asked.market
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
        per_advisor, depth = (60, 6) if self.market.banded else (40, 8)
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
        swings = 2 if self.market.banded else 3
        for _ in range(FIRST_SWEEPS):
            repair.sweep()
            if repair.kept and (repair.kept >= swings or self.near(self._objective(repair), GOOD_ENOUGH)):
                break
            if self.late():
                break
        return self._plan(repair)

    def deepen(self, plan: Plan) -> Plan:
        """Swing patiently around the limits from a plan that is not good enough, with all clients where they are few."""
        clients = self._nearest(max(5000, 100 * self.problem.advisors))
        choice = np.where(plan.assignment == POOL, self.width, plan.assignment).astype(np.int32)
        board = lay_out(self.settled, options_of(self.market, self.settled.prices, clients, WHOLE_TABLE), choice)
        at = _options_of_choice(board, choice[clients])
        if (at < 0).any():
            return plan
        repair = Repair(board, at, self.seed, PATIENT)
        best, since = plan.objective, 0
        for _ in range(PATIENT_SWEEPS):
            repair.sweep()
            since += 1
            if repair.best is not None and self._objective(repair) > best:
                best, since = self._objective(repair), 0
            if self.near(best, self.wanted) or since > PATIENCE or self.late():
                break
        found = self._plan(repair)
        return found if found is not None and found.objective > plan.objective else plan

    def whole_board(self, plan: Plan | None) -> tuple[Board, Ints | None]:
        """All clients with all their options, and where a plan stands on it."""
        everyone = np.arange(self.problem.clients)
        choice = self.settled.asked.choice
        options = options_of(self.market, self.settled.prices, everyone, self.problem.advisors + 1)
        board = lay_out(self.settled, options, choice)
        if plan is None:
            return board, None
        return board, _options_of_choice(board, np.where(plan.assignment == POOL, self.width, plan.assignment))

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
