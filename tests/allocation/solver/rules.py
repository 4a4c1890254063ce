"""The rules of docs/formats.md checked from scratch, and every plan of a tiny problem tried one by one."""

from itertools import product

import numpy as np

from allocation.domain.solver import POOL, Answer, Problem


def profit(problem: Problem, plan) -> float:
    """The objective, written down once more."""
    total = 0.0
    for client, advisor in enumerate(plan):
        if advisor == POOL:
            continue
        incumbent = problem.incumbent[client]
        penalty = problem.switch_penalty if incumbent != POOL and incumbent != advisor else 0.0
        total += problem.value[client] * (float(problem.fit[client, advisor]) - penalty)
    return total


def broken_rules(problem: Problem, plan) -> list[str]:
    """The rules this plan breaks, by name."""
    broken = []
    hours, worth = np.zeros(problem.advisors), np.zeros(problem.advisors)
    for client, advisor in enumerate(plan):
        if advisor == POOL:
            if not problem.pool_allowed[client]:
                broken.append(f"client {client} may not stay in the pool")
            continue
        if np.isnan(problem.fit[client, advisor]):
            broken.append(f"pair {client}, {advisor} is forbidden")
        hours[advisor] += problem.load[client, advisor] if problem.pair_loads else problem.load[client]
        worth[advisor] += problem.value[client]
    broken += [f"hours of {j}" for j in np.flatnonzero(hours > problem.capacity + 1e-9 * (1 + problem.capacity))]
    if problem.fairness is not None and problem.capacity.sum() > 0:
        mean = problem.value.sum() / problem.capacity.sum()
        room = 1e-9 * (1 + problem.value.sum())
        low = (1 - problem.fairness) * mean * problem.capacity - room
        high = (1 + problem.fairness) * mean * problem.capacity + room
        broken += [f"band of {j}" for j in np.flatnonzero((worth < low) | (worth > high))]
    broken += [f"pin {client}" for client, advisor in problem.pinned if plan[client] != advisor]
    return broken


def check(problem: Problem, answer: Answer) -> None:
    """A plan that keeps every rule, with totals, bound and gap that belong to it."""
    assert broken_rules(problem, answer.assignment) == []
    assert answer.objective == profit_close(problem, answer)
    assert answer.upper_bound >= answer.objective
    scale = abs(answer.upper_bound)
    assert answer.gap == ((answer.upper_bound - answer.objective) / scale if scale else 0.0)
    for advisor in range(problem.advisors):
        mine = np.flatnonzero(answer.assignment == advisor)
        load = problem.load[mine, advisor] if problem.pair_loads else problem.load[mine]
        assert abs(answer.load[advisor] - load.sum()) <= 1e-9 * (1 + load.sum())
        assert abs(answer.value[advisor] - problem.value[mine].sum()) <= 1e-9 * (1 + problem.value[mine].sum())
    left = (problem.incumbent != POOL) & (problem.incumbent != answer.assignment)
    assert answer.moves == left.sum()
    assert (answer.capacity_price >= 0).all()


def profit_close(problem: Problem, answer: Answer) -> float:
    """The answer's own objective when it agrees with ours, else ours."""
    ours = profit(problem, answer.assignment)
    return answer.objective if abs(ours - answer.objective) <= 1e-9 * (1 + abs(ours)) else ours


def best_by_trying(problem: Problem) -> float | None:
    """The optimum of a tiny problem; None when no plan keeps every rule."""
    plans = product(range(POOL, problem.advisors), repeat=problem.clients)
    worths = [profit(problem, plan) for plan in plans if not broken_rules(problem, plan)]
    return max(worths, default=None)
