"""Solving again near a plan that stands: equal choices stay as they are, and nothing is lost for it."""

from dataclasses import replace

import numpy as np
import pytest

from allocation.domain.solver import POOL, Problem, Status, solve
from allocation.domain.solver.standing import lean, solve_near
from benchmarks._allocation_instances import branch
from tests.allocation.solver.rules import check


@pytest.mark.parametrize("standing", [[0, 0, 1, 1], [1, 1, 0, 0], [0, 1, 0, 1], [1, 0, 1, 0]])
def test_between_equal_choices_everybody_keeps_the_one_that_stands(standing: list[int]) -> None:
    problem = Problem(value=np.ones(4), fit=np.full((4, 2), 0.5), load=np.ones(4), capacity=np.array([2.0, 2.0]))
    answer = solve_near(problem, np.array(standing))
    assert answer.assignment.tolist() == standing
    assert answer.status is Status.OPTIMAL


def test_a_better_choice_is_taken_all_the_same() -> None:
    fit = np.array([[0.9, 0.5], [0.5, 0.9]])
    problem = Problem(value=np.ones(2), fit=fit, load=np.ones(2), capacity=np.ones(2))
    assert solve_near(problem, np.array([1, 0])).assignment.tolist() == [0, 1]


@pytest.mark.parametrize("fairness", [None, 0.15])
def test_a_few_decisions_move_few_others_and_cost_no_quality(fairness: float | None) -> None:
    problem = branch(6000, 30, fairness=fairness)
    problem = replace(problem, value=np.minimum(problem.value, 5.0))  # no client who fills a band alone
    first = solve(problem)
    rng = np.random.default_rng(3)
    decided = rng.choice(np.flatnonzero((first.assignment != POOL) & ~np.isnan(problem.fit).any(axis=1)), 12, False)
    pins = np.column_stack([decided, (first.assignment[decided] + 1) % 30])
    around = replace(problem, pinned=pins)
    anew, near = solve(around), solve_near(around, first.assignment)
    check(around, near)
    assert near.gap <= max(anew.gap, 0.001)
    changed = {name: (plan.assignment != first.assignment).sum() for name, plan in (("anew", anew), ("near", near))}
    assert len(decided) <= changed["near"] < changed["anew"], changed


def test_a_plan_that_cannot_stand_is_no_hindrance() -> None:
    """The client's advisor is forbidden by now, and the hours of the other advisor are gone."""
    fit = np.array([[np.nan, 0.5, 0.4], [0.5, 0.6, 0.4]])
    problem = Problem(
        value=np.ones(2), fit=fit, load=np.ones(2), capacity=np.array([1.0, 0.0, 2.0]), pool_allowed=False
    )
    answer = solve_near(problem, np.array([0, 1]))
    check(problem, answer)
    assert answer.assignment.tolist() == [2, 0]


def test_what_is_impossible_is_said_as_ever() -> None:
    problem = Problem(
        value=np.ones(1), fit=np.full((1, 1), 0.5), load=np.ones(1), capacity=np.zeros(1), pool_allowed=False
    )
    answer = solve_near(problem, np.array([0]))
    assert answer.reason is not None and answer.reason.code == "load_too_large"


def test_leaning_keeps_matches_within_their_range() -> None:
    problem = Problem(value=np.ones(2), fit=np.ones((2, 2), dtype=np.float32), load=np.ones(2), capacity=np.ones(2))
    leaning = lean(problem, np.array([1, POOL]))
    assert leaning.fit.dtype == np.float32
    assert leaning.fit.max() <= 1.0
    assert leaning.fit[0, 1] > leaning.fit[0, 0] == leaning.fit[1, 0] == leaning.fit[1, 1]
