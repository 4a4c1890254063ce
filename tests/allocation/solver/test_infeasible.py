"""Each impossible problem is refused with the rule that cannot hold, in words."""

import numpy as np
import pytest

from allocation.domain.solver import Problem, Status, solve
from allocation.domain.solver.reasons import SENTENCES, sentence

NAN = float("nan")
BASE = {"value": [1.0, 1.0], "fit": [[0.5, 0.5], [0.5, 0.5]], "load": [1.0, 1.0], "capacity": [2.0, 2.0]}

CASES = {
    "no_advisor": {"fit": [[NAN, NAN], [0.5, 0.5]], "pool_allowed": [False, True]},
    "load_too_large": {"load": [3.0, 1.0], "pool_allowed": False},
    "pinned_forbidden": {"fit": [[NAN, 0.5], [0.5, 0.5]], "pinned": [[0, 0]]},
    "pinned_twice": {"pinned": [[0, 0], [0, 1]]},
    "pinned_overload": {"load": [1.5, 1.5], "pinned": [[0, 0], [1, 0]]},
    "capacity_total": {"load": [1.5, 1.5], "capacity": [1.5, 1.0], "pool_allowed": False},
    "fairness_pinned": {"pinned": [[0, 0], [1, 0]], "fairness": 0.5},
    "fairness_client": {"value": [9.0, 1.0], "pool_allowed": False, "fairness": 0.5},
    "fairness_below": {"fit": [[0.5, NAN], [0.5, NAN]], "fairness": 0.5},
    "fairness_total": {
        "value": [6.0, 1.0, 1.0],
        "fit": [[0.5, 0.5]] * 3,
        "load": [1.0] * 3,
        "capacity": [1.0, 1.0],
        "fairness": 0.1,
    },
    "capacity_group": {
        "value": [1.0] * 4,
        "fit": [[0.5, NAN, NAN], [0.5, 0.5, NAN], [NAN, 0.5, NAN], [0.5, 0.5, 0.5]],
        "load": [1.0, 1.0, 1.0, 1.0],
        "capacity": [1.0, 1.0, 9.0],
        "pool_allowed": False,
    },
    "capacity_mixed": {
        "value": [1.0] * 3,
        "fit": [[0.5, 0.5]] * 3,
        "load": [[1.0, 3.0]] * 3,
        "capacity": [1.5, 4.0],
        "pool_allowed": False,
    },
    "capacity_whole": {
        "value": [1.0] * 4,
        "fit": [[0.5, 0.5]] * 4,
        "load": [3.0, 3.0, 3.0, 1.0],
        "capacity": [5.0, 5.0],
        "pool_allowed": False,
    },
    "fairness_whole": {
        "value": [1.0] * 3,
        "fit": [[0.5, 0.5]] * 3,
        "load": [1.0] * 3,
        "capacity": [3.0, 3.0],
        "fairness": 0.2,
    },
    "fairness_group": {
        "value": [2.0, 2.0, 2.5, 2.5],
        "fit": [[0.5, NAN, NAN]] * 2 + [[NAN, 0.5, 0.5]] * 2,
        "load": [1.0] * 4,
        "capacity": [4.0, 4.0, 4.0],
        "pool_allowed": [False, False, True, True],
        "fairness": 0.2,
    },
}


def problem(changes) -> Problem:
    fields = BASE | changes
    return Problem(**{name: value if np.isscalar(value) and name != "pool_allowed" else np.array(value)
                      for name, value in fields.items()})  # fmt: skip


@pytest.mark.parametrize("code", CASES)
def test_the_rule_that_cannot_hold_is_named(code):
    answer = solve(problem(CASES[code]), time_limit=20)
    assert answer.status is Status.INFEASIBLE
    assert answer.reason is not None
    assert answer.reason.code == code
    assert answer.reason.proven


@pytest.mark.parametrize("code", CASES)
def test_the_sentence_names_the_constraint_and_the_people(code):
    answer = solve(problem(CASES[code]), time_limit=20)
    clients, advisors = [f"client-{i}" for i in range(4)], [f"advisor-{j}" for j in range(3)]
    text = sentence(answer.reason, clients, advisors)
    assert "{" not in text
    if "client" in answer.reason.params:
        assert clients[answer.reason.params["client"]] in text
    if "advisor" in answer.reason.params:
        assert advisors[answer.reason.params["advisor"]] in text


def test_every_proven_code_has_a_case():
    # A budget of moves is asked for in test_budget.py.
    assert set(SENTENCES) - {"not_found", "budget_short"} == set(CASES)


def test_a_problem_too_large_to_prove_is_not_called_impossible():
    """Whole clients do not fit, but nothing short of trying everything shows it."""
    clients, advisors = 4000, 40
    hard = Problem(
        value=np.ones(clients),
        fit=np.full((clients, advisors), 0.5),
        load=np.full(clients, 2.0),
        capacity=np.full(advisors, 200.0) + np.where(np.arange(advisors) % 2, 1.0, -1.0),
        pool_allowed=np.array(False),
    )
    answer = solve(hard, time_limit=4)
    assert answer.status is Status.INFEASIBLE
    assert answer.reason.code in {"capacity_mixed", "capacity_group", "not_found"}
    assert answer.reason.proven == (answer.reason.code != "not_found")
