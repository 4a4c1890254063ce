"""Synthetic branches and classic assignment instances for the engine's benchmarks and quality tests."""

import numpy as np

from allocation.domain.solver import Problem

TIER_SHARES = (0.05, 0.15, 0.35, 0.65)
TIER_HOURS = (8.0, 4.0, 2.0, 1.0, 0.5)
SKILLS = 8


def branch(clients: int, advisors: int, *, seed: int = 7, fairness: float | None = None) -> Problem:
    """A branch: heavy-tailed client values, hours by tier, hours for 90 % of the demand, pool for the lower half."""
    rng = np.random.default_rng(seed)
    value = rng.lognormal(0.0, 1.5, clients)
    need = rng.dirichlet(np.full(SKILLS, 0.5), clients)
    skill = rng.beta(2.0, 2.0, (advisors, SKILLS))
    fit = need @ skill.T
    fit[rng.random((clients, advisors)) < 0.1] = np.nan
    rank = np.argsort(np.argsort(-value)) / clients
    load = np.array(TIER_HOURS)[np.searchsorted(TIER_SHARES, rank, side="right")]
    capacity = rng.uniform(0.7, 1.3, advisors)
    capacity *= 0.9 * load.sum() / capacity.sum()
    return Problem(
        value=value,
        fit=fit,
        load=load,
        capacity=capacity,
        incumbent=rng.integers(0, advisors, clients),
        switch_penalty=0.05,
        pool_allowed=rank >= 0.5,
        fairness=fairness,
    )


def generalised_assignment(kind: str, clients: int, advisors: int, *, seed: int = 7) -> tuple[Problem, float]:
    """Types C, D and E of the classic generalised assignment benchmarks, as maximisation without a pool.

    Returns the problem and `top`: the cost of a plan in the classic reading is clients * top - objective.
    """
    rng = np.random.default_rng(seed)
    shape = (clients, advisors)
    if kind == "C":
        load = rng.integers(5, 26, shape).astype(float)
        cost = rng.integers(10, 51, shape).astype(float)
    elif kind == "D":
        load = rng.integers(1, 101, shape).astype(float)
        cost = 111.0 - load + rng.integers(-10, 11, shape)
    elif kind == "E":
        load = np.ceil(1.0 - 10.0 * np.log(1.0 - rng.random(shape)))
        cost = np.ceil(1000.0 / load - 10.0 * rng.random(shape))
    else:
        raise ValueError(f"unknown type {kind!r}")
    cost = np.maximum(cost, 1.0)
    top = float(cost.max())
    problem = Problem(
        value=np.full(clients, top),
        fit=1.0 - cost / top,
        load=load,
        capacity=np.floor(0.8 * load.sum(axis=0) / advisors),
        pool_allowed=np.array(False),
    )
    return problem, top
