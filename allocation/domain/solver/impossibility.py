"""Prove that hours, permitted pairs and value bands leave no plan even if clients could be divided.

Where profits are all zero, every plan is worth zero; prices that bound it below zero are a proof that there is none
(Farkas). The advisors who carry such a price are the ones whose limits collide.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allocation.domain.solver.answer import Reason
from allocation.domain.solver.bound import certified_bound
from allocation.domain.solver.dual_prices import Asked, Limits, Prices, Window, settle
from allocation.domain.solver.market import open_market
from allocation.domain.solver.problem import Problem

CERTAIN = 1e-6
"""The bound must be below zero by this share of the smallest window's worth of everything, not just by rounding."""


def impossibility(problem: Problem) -> Reason | None:
    """The limits that collide, or None when divisible clients would fit."""
    free = np.where(np.isnan(problem.fit), np.nan, 0.0)
    nothing = replace(problem, fit=free, switch_penalty=0.0, stay_bonus=np.zeros(problem.clients))
    market = open_market(nothing)
    limits = Limits.of(market)
    hours, worth = max(float(limits.capacity.sum()), 1e-9), max(float(problem.value.sum()), 1e-9)
    window = Window(1.0 / hours, 1.0 / worth if market.banded else 0.0)
    width = market.profit.shape[1]
    asked = Asked(market, limits, 1)
    prices = settle(asked, Prices(np.zeros(width), np.zeros(width)), window, 1e-3 * window.hour, 0.0)
    size = float(prices.hour @ limits.capacity) + float(np.abs(prices.worth).max(initial=0.0)) * worth
    if certified_bound(market, limits, prices) >= -CERTAIN * size:
        return None
    m = problem.advisors
    if np.abs(prices.worth[:m]).max(initial=0.0) * worth > 1e-3 * size:
        weight = np.abs(prices.worth[:m])
        return Reason("fairness_group", {"advisors": np.flatnonzero(weight > 0.1 * weight.max()).tolist()})
    group = np.flatnonzero(prices.hour[:m] > 0.1 * prices.hour[:m].max())
    return _short_group(problem, group)


def _short_group(problem: Problem, group: np.ndarray) -> Reason:
    """Who needs these advisors: clients who may not stay in the pool and may be paired with nobody else."""
    inside = np.zeros(problem.advisors, dtype=np.bool_)
    inside[group] = True
    allowed = ~np.isnan(problem.fit)
    only = allowed[:, inside].any(axis=1) & ~allowed[:, ~inside].any(axis=1) & ~problem.pool_allowed
    load = np.where(allowed, problem.load if problem.pair_loads else problem.load[:, None], np.inf)
    needed, available = float(load[only].min(axis=1, initial=np.inf).sum()), float(problem.capacity[inside].sum())
    if needed > available:
        return Reason("capacity_group", {"advisors": group.tolist(), "needed": needed, "available": available})
    return Reason("capacity_mixed", {"advisors": group.tolist()})
