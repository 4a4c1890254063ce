"""A budget of moves: never exceeded, and on small problems the proven best, checked against every plan there is."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.domain.solver import POOL, Problem, Status
from allocation.domain.solver.budget import Budget, solve_within
from allocation.domain.solver.reasons import sentence
from allocation.domain.solver.spare import Books, mend
from benchmarks._allocation_instances import branch


def random_problem(seed: int, clients: int = 5, advisors: int = 3) -> tuple[Problem, Budget]:
    """Whole hours, some forbidden pairs, some clients without an incumbent, some incumbents over their hours."""
    rng = np.random.default_rng(seed)
    fit = rng.integers(0, 11, (clients, advisors)) / 10
    incumbent = rng.integers(-1, advisors, clients)
    fit[rng.random(fit.shape) < 0.15] = np.nan
    held = np.flatnonzero(incumbent >= 0)
    fit[held, incumbent[held]] = 0.1
    load = rng.integers(1, 4, clients).astype(float)
    problem = Problem(
        value=rng.integers(0, 10, clients).astype(float),
        fit=fit,
        load=load,
        capacity=np.maximum(rng.integers(1, 8, advisors), 1).astype(float),
        incumbent=incumbent,
        switch_penalty=float(rng.integers(0, 3)) / 10,
        pool_allowed=rng.random(clients) < 0.5,
        fairness=float(rng.choice([0.5, 1.0])) if rng.random() < 0.5 else None,
    )
    counted = (incumbent >= 0) & (rng.random(clients) < 0.8)
    return problem, Budget(counted, int(rng.integers(0, 4)))


def best_of_all(problem: Problem, budget: Budget) -> float | None:
    """The objective of the best plan within the budget, by looking at every plan."""
    least, most = problem.band()
    best = None
    for plan in product(range(-1, problem.advisors), repeat=problem.clients):
        at = np.array(plan)
        taken = np.flatnonzero(at != POOL)
        if budget.spent(problem, at) > budget.most or not problem.pool_allowed[at == POOL].all():
            continue
        fit = problem.fit[taken, at[taken]]
        hours = np.bincount(at[taken], problem.load[taken], problem.advisors)
        worth = np.bincount(at[taken], problem.value[taken], problem.advisors)
        if np.isnan(fit).any() or (hours > problem.capacity + 1e-9).any():
            continue
        if (worth < least - 1e-9).any() or (worth > most + 1e-9).any():
            continue
        away = (problem.incumbent[taken] != POOL) & (problem.incumbent[taken] != at[taken])
        profit = float((problem.value[taken] * (fit - problem.switch_penalty * away)).sum())
        best = profit if best is None else max(best, profit)
    return best


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000_000))
def test_small_problems_against_every_plan(seed: int) -> None:
    problem, budget = random_problem(seed)
    best = best_of_all(problem, budget)
    answer = solve_within(problem, budget, gap=1e-6, time_limit=10.0)
    if best is None:
        assert answer.status is Status.INFEASIBLE
        return
    assert answer.status is not Status.INFEASIBLE, answer.reason
    assert budget.spent(problem, answer.assignment) <= budget.most
    assert answer.objective == pytest.approx(best, rel=1e-5, abs=1e-5)
    assert answer.upper_bound >= best - 1e-6


@pytest.mark.parametrize("fairness", [None, 0.3], ids=["no band", "band"])
@pytest.mark.parametrize("share", [0.02, 0.2, 0.7])
def test_larger_problems_keep_every_limit_with_a_proof(share: float, fairness: float | None) -> None:
    problem = settled_branch(1500, 10, fairness)
    counted = problem.incumbent != POOL
    budget = Budget(counted, int(share * counted.sum()))
    answer = solve_within(problem, budget, gap=0.002, time_limit=5.0)
    assert budget.spent(problem, answer.assignment) <= budget.most
    taken = np.flatnonzero(answer.assignment != POOL)
    at = answer.assignment[taken]
    least, most = problem.band()
    assert (np.bincount(at, problem.load[taken], problem.advisors) <= problem.capacity + 1e-6).all()
    worth = np.bincount(at, problem.value[taken], problem.advisors)
    assert (worth >= least - 1e-6).all() and (worth <= most + 1e-6).all()
    assert not np.isnan(problem.fit[taken, at]).any() and problem.pool_allowed[answer.assignment == POOL].all()
    assert answer.objective <= answer.upper_bound and answer.gap < 0.02


def test_more_moves_never_bring_less() -> None:
    problem = settled_branch(600, 6, None)
    counted = problem.incumbent != POOL
    found = [solve_within(problem, Budget(counted, most), time_limit=5.0) for most in (0, 10, 60, 200)]
    for fewer, more in pairwise(found):
        assert more.objective >= fewer.objective * (1 - 0.002)
        assert more.move_price <= fewer.move_price


def test_the_same_seed_gives_the_same_plan() -> None:
    problem = settled_branch(1500, 10, 0.3)
    budget = Budget(problem.incumbent != POOL, 150)
    first, second = (solve_within(problem, budget, seed=3, gap=0.01, time_limit=20.0) for _ in range(2))
    assert (first.assignment == second.assignment).all()


def test_a_budget_that_cannot_keep_the_hours_is_refused_with_its_number() -> None:
    """Three clients of two hours each with an advisor of two: two of them must go, one may."""
    problem = Problem(
        value=np.ones(3),
        fit=np.full((3, 2), 0.5),
        load=np.full(3, 2.0),
        capacity=np.array([2.0, 6.0]),
        incumbent=np.zeros(3, dtype=np.int64),
        pool_allowed=np.array(False),
    )
    answer = solve_within(problem, Budget(np.ones(3, dtype=np.bool_), 1))
    assert answer.reason is not None and answer.reason.code == "budget_short"
    assert answer.reason.params == {"moves": 1} and answer.reason.proven
    assert "the 1 moves allowed" in sentence(answer.reason, ["a", "b", "c"], ["x", "y"])
    assert solve_within(problem, Budget(np.ones(3, dtype=np.bool_), 2)).status is Status.OPTIMAL


def test_mending_by_trade_when_nobody_has_an_hour_left() -> None:
    """Full books, one too rich: only a trade of a rich client for a poor one helps."""
    problem = Problem(
        value=np.array([8.0, 4.0, 4.0, 2.0]),
        fit=np.full((4, 2), 0.5),
        load=np.ones(4),
        capacity=np.array([2.0, 2.0]),
        incumbent=np.array([0, 0, 1, 1]),
        pool_allowed=np.array(False),
        fairness=0.2,
    )
    books = Books.of(problem, problem.incumbent.copy())
    assert mend(books)
    assert sorted(books.worth.tolist()) == [8.0, 10.0]


def settled_branch(clients: int, advisors: int, fairness: float | None) -> Problem:
    """A branch whose books are full and fair to about a third, but matched at random."""
    problem = branch(clients, advisors)
    rng = np.random.default_rng(3)
    incumbent = np.full(clients, POOL)
    hours, worth = problem.capacity.copy(), problem.capacity / problem.capacity.sum() * problem.value.sum() * 1.2
    for client in np.argsort(-problem.value, kind="stable"):
        able = np.flatnonzero(
            (hours >= problem.load[client]) & (worth >= problem.value[client]) & ~np.isnan(problem.fit[client])
        )
        if len(able):
            incumbent[client] = able[np.argmax(worth[able] / problem.capacity[able] + 0.1 * rng.random(len(able)))]
            hours[incumbent[client]] -= problem.load[client]
            worth[incumbent[client]] -= problem.value[client]
    return Problem(
        value=problem.value,
        fit=problem.fit,
        load=problem.load,
        capacity=problem.capacity,
        incumbent=incumbent,
        switch_penalty=0.05,
        pool_allowed=problem.pool_allowed,
        fairness=fairness,
    )
