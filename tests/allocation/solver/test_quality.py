"""How close to the proven bound the engine comes. Gaps only, never times."""

import numpy as np
import pytest

from allocation.domain.solver import Problem, Status, solve
from benchmarks._allocation_instances import branch, generalised_assignment
from tests.allocation.solver.rules import check


@pytest.mark.parametrize(
    ("clients", "advisors", "fairness", "gap"),
    [(2000, 20, None, 0.0005), (2000, 20, 0.15, 0.005), (6000, 30, None, 0.0002), (6000, 30, 0.15, 0.006)],
)
def test_branches_are_solved_close_to_the_bound(clients, advisors, fairness, gap):
    problem = branch(clients, advisors, fairness=fairness)
    answer = solve(problem, gap=gap)
    check(problem, answer)
    assert answer.gap <= gap


@pytest.mark.parametrize(
    ("kind", "clients", "advisors", "gap"), [("C", 200, 10, 0.004), ("D", 200, 20, 0.01), ("E", 200, 20, 0.004)]
)
def test_classic_instances_without_a_pool(kind, clients, advisors, gap):
    problem, _ = generalised_assignment(kind, clients, advisors)
    answer = solve(problem, gap=gap)
    check(problem, answer)
    assert answer.gap <= gap


def test_loads_without_a_common_unit():
    problem = branch(1500, 12)
    rough = np.random.default_rng(1).uniform(0.9, 1.1, problem.clients)
    uneven = type(problem)(
        value=problem.value,
        fit=problem.fit,
        load=problem.load * rough,
        capacity=problem.capacity,
        pool_allowed=problem.pool_allowed,
    )
    answer = solve(uneven)
    check(uneven, answer)
    assert answer.gap <= 0.002


def test_a_price_is_what_one_more_hour_brings():
    problem = branch(2000, 20)
    answer = solve(problem)
    best = int(np.argmax(answer.capacity_price))
    more = problem.capacity.copy()
    more[best] += 20
    richer = solve(type(problem)(**{**vars(problem), "capacity": more}))
    brought = (richer.upper_bound - answer.upper_bound) / 20
    assert 0 < brought <= answer.capacity_price[best] * 1.001
    assert brought >= answer.capacity_price[best] * 0.7


def test_status_says_whether_the_wanted_gap_was_reached():
    problem, _ = generalised_assignment("D", 100, 10)
    assert solve(problem, gap=0.05).status is Status.OPTIMAL
    assert solve(problem, gap=0.0, time_limit=2).status is Status.FEASIBLE


def test_a_sample_that_needs_more_than_there_is_does_not_mislead_the_prices():
    """Nearly all hours go to clients who may not wait; of a sample of them, scaled up, more than all."""
    rng = np.random.default_rng(2)
    clients, advisors = 20_000, 20
    must = rng.random(clients) < 0.4
    load = np.where(must, rng.choice([0.6, 2.0, 4.0], clients, p=[0.5, 0.3, 0.2]), rng.choice([0.05, 0.15], clients))
    capacity = rng.uniform(0.8, 1.3, advisors)
    problem = Problem(
        capacity=capacity * load[must].sum() / 0.99 / capacity.sum(),
        value=np.where(must, rng.uniform(9, 100, clients), rng.uniform(0, 4, clients)),
        fit=rng.uniform(0.2, 0.9, (clients, advisors)),
        load=load,
        incumbent=rng.integers(0, advisors, clients),
        switch_penalty=0.05,
        pool_allowed=~must,
    )
    answer = solve(problem, gap=0.001)
    check(problem, answer)
    assert answer.gap <= 0.001
