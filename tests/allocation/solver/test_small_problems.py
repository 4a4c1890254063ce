"""Tiny problems of every shape, against every plan tried one by one."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocation.domain.solver import POOL, Problem, Status, solve
from tests.allocation.solver.rules import best_by_trying, check

NO_BAND = st.none()
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def problems(draw, fairness=NO_BAND):
    clients, advisors = draw(st.integers(0, 5)), draw(st.integers(0, 3))
    quarter = st.integers(0, 8).map(lambda n: n / 4)
    # Nobody counts finer than this, and the tolerance of a rule would hide what is smaller still.
    number = st.one_of(quarter, st.floats(0, 3, allow_subnormal=False).map(lambda number: round(number, 6)))

    def array(of, *shape):
        size = int(np.prod(shape))
        return np.array(draw(st.lists(of, min_size=size, max_size=size)), dtype=float).reshape(shape)

    fit = array(st.one_of(st.floats(0, 1, allow_subnormal=False), st.just(float("nan"))), clients, advisors)
    shape = draw(st.sampled_from([(clients,), (clients, advisors)]))
    pinned = []
    if clients and advisors and draw(st.booleans()):
        pinned = [[draw(st.integers(0, clients - 1)), draw(st.integers(0, advisors - 1))]]
    return Problem(
        value=array(number, clients),
        fit=fit,
        load=array(number, *shape),
        capacity=array(st.integers(0, 16).map(lambda n: n / 4), advisors),
        incumbent=np.array([draw(st.integers(POOL, advisors - 1)) for _ in range(clients)], dtype=int),
        switch_penalty=draw(st.sampled_from([0.0, 0.05, 0.7])),
        pool_allowed=np.array(draw(st.lists(st.booleans(), min_size=clients, max_size=clients)), dtype=bool),
        fairness=draw(fairness),
        pinned=np.array(pinned),
    )


def compare(problem: Problem) -> None:
    best = best_by_trying(problem)
    answer = solve(problem, gap=1e-6, time_limit=20)
    if best is None:
        assert answer.status is Status.INFEASIBLE
        assert answer.reason is not None
        return
    assert answer.status is not Status.INFEASIBLE, answer.reason
    check(problem, answer)
    assert answer.upper_bound >= best - 1e-9 * (1 + abs(best))
    assert answer.objective >= best - 2e-6 * (1 + abs(best))


@SOME
@given(problems())
def test_plan_and_bound_match_the_best_of_all_plans(problem):
    compare(problem)


@SOME
@given(problems(fairness=st.sampled_from([0.1, 0.4, 0.9, 1.5])))
def test_plan_and_bound_match_the_best_of_all_plans_with_a_band(problem):
    compare(problem)


@SOME
@given(problems())
def test_same_problem_and_seed_same_answer(problem):
    one, two = (solve(problem, gap=0.01, time_limit=20, seed=3) for _ in range(2))
    assert one.status == two.status
    assert one.assignment.tolist() == two.assignment.tolist()
    assert np.array_equal([one.objective, one.upper_bound], [two.objective, two.upper_bound], equal_nan=True)
