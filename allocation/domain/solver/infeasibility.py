"""Which rule makes a plan impossible: the reasons that can be read off the problem directly."""

from __future__ import annotations

import numpy as np

from allocation.domain.solver.answer import Reason
from allocation.domain.solver.problem import POOL, Float64s, Problem

ROOM = 1e-9
"""A sum counts as beyond its limit only by more than this share: float sums round."""

CHUNK = 4096
"""Clients looked at together, so that a large table is never copied whole."""


def contradiction(problem: Problem) -> Reason | None:
    """The first rule that cannot hold, checked from single pairs up to sums over the branch; None = none found."""
    checks = (_pins, _pinned_hours, _single_clients, _all_hours, _band_of_pinned, _band_reachable)
    return next((reason for check in checks if (reason := check(problem)) is not None), None)


def _allowed(problem: Problem, client: int) -> np.ndarray:
    """Advisors this client may be paired with, pins included."""
    allowed = ~np.isnan(problem.fit[client])
    pins = problem.pinned[problem.pinned[:, 0] == client, 1]
    if len(pins):
        only = np.zeros_like(allowed)
        only[pins] = True
        allowed &= only
    return np.flatnonzero(allowed)


def _pins(problem: Problem) -> Reason | None:
    seen: dict[int, int] = {}
    for client, advisor in problem.pinned.tolist():
        if seen.setdefault(client, advisor) != advisor:
            return Reason("pinned_twice", {"client": client, "advisor": seen[client], "other": advisor})
        if np.isnan(problem.fit[client, advisor]):
            return Reason("pinned_forbidden", {"client": client, "advisor": advisor})
    return None


def _pinned_sums(problem: Problem, weights: Float64s) -> Float64s:
    pins = np.unique(problem.pinned, axis=0)
    picked = weights[pins[:, 0], pins[:, 1]] if weights.ndim == 2 else weights[pins[:, 0]]
    return np.bincount(pins[:, 1], picked, problem.advisors).astype(np.float64)


def _pinned_hours(problem: Problem) -> Reason | None:
    if not len(problem.pinned):
        return None
    needed = _pinned_sums(problem, problem.load)
    over = np.flatnonzero(needed > problem.capacity * (1 + ROOM))
    if not len(over):
        return None
    advisor = int(over[0])
    params = {"advisor": advisor, "needed": float(needed[advisor]), "available": float(problem.capacity[advisor])}
    return Reason("pinned_overload", params)


def _must(problem: Problem) -> np.ndarray:
    """Clients who need an advisor: not allowed in the pool, or pinned."""
    must = ~np.asarray(problem.pool_allowed)
    must[problem.pinned[:, 0]] = True
    return np.flatnonzero(must)


def _single_clients(problem: Problem) -> Reason | None:
    """Every client who needs an advisor must have one whose hours and value limit take this client."""
    must = _must(problem)
    for start in range(0, len(must), CHUNK):
        some = must[start : start + CHUNK]
        takes = _takes(problem, some)
        lost = np.flatnonzero(~takes.any(axis=1))
        if len(lost):
            return _why_nobody(problem, int(some[lost[0]]))
    return None


def _takes(problem: Problem, clients: np.ndarray) -> np.ndarray:
    """(len(clients), M): could this advisor serve this client if nobody else were there?"""
    _, most = problem.band()
    load = problem.load[clients] if problem.pair_loads else problem.load[clients, None]
    fits = (load <= problem.capacity * (1 + ROOM)) & (problem.value[clients, None] <= most * (1 + ROOM))
    takes = ~np.isnan(problem.fit[clients]) & fits
    pins = np.full(problem.clients, POOL)
    pins[problem.pinned[:, 0]] = problem.pinned[:, 1]
    pin = pins[clients, None]
    return np.asarray(takes & ((pin == POOL) | (pin == np.arange(problem.advisors))))


def _why_nobody(problem: Problem, client: int) -> Reason:
    advisors = _allowed(problem, client)
    if not len(advisors):
        return Reason("no_advisor", {"client": client})
    load = problem.load[client, advisors] if problem.pair_loads else problem.load[client]
    if not (load <= problem.capacity[advisors] * (1 + ROOM)).any():
        hours = {"needed": float(np.min(load)), "available": float(problem.capacity[advisors].max())}
        return Reason("load_too_large", {"client": client, **hours})
    _, most = problem.band()
    worth = {"needed": float(problem.value[client]), "available": float(most[advisors].max())}
    return Reason("fairness_client", {"client": client, **worth})


def _all_hours(problem: Problem) -> Reason | None:
    must = _must(problem)
    if not len(must):
        return None
    load = problem.load[must]
    if problem.pair_loads:
        load = np.where(np.isnan(problem.fit[must]), np.inf, load).min(axis=1, initial=np.inf)
    needed, available = float(load.sum()), float(problem.capacity.sum())
    if needed <= available * (1 + ROOM):
        return None
    return Reason("capacity_total", {"clients": len(must), "needed": needed, "available": available})


def _band_of_pinned(problem: Problem) -> Reason | None:
    if problem.fairness is None or not len(problem.pinned):
        return None
    _, most = problem.band()
    worth = _pinned_sums(problem, problem.value)
    over = np.flatnonzero(worth > most * (1 + ROOM))
    if not len(over):
        return None
    advisor = int(over[0])
    return Reason(
        "fairness_pinned", {"advisor": advisor, "needed": float(worth[advisor]), "available": float(most[advisor])}
    )


def _band_reachable(problem: Problem) -> Reason | None:
    """Can each advisor's hours carry the least value, taking the clients worth most per hour first?"""
    if problem.fairness is None or problem.fairness >= 1:
        return None
    least, _ = problem.band()
    shared = None if problem.pair_loads else _by_density(problem.value, problem.load)
    for advisor in range(problem.advisors):
        load = problem.load[:, advisor] if problem.pair_loads else problem.load
        order = _by_density(problem.value, load) if shared is None else shared
        order = order[~np.isnan(problem.fit[order, advisor])]
        reach = _carried(problem.value, load, order, float(problem.capacity[advisor]))
        if reach < least[advisor] * (1 - ROOM):
            params = {"needed": float(least[advisor]), "available": reach}
            return Reason("fairness_below", {"advisor": advisor, **params})
    load = problem.load
    if problem.pair_loads:
        load = np.where(np.isnan(problem.fit), np.inf, load).min(axis=1, initial=np.inf)
    order = _by_density(problem.value, load)
    reach = _carried(problem.value, load, order, float(problem.capacity.sum()))
    if reach < least.sum() * (1 - ROOM):
        return Reason("fairness_total", {"needed": float(least.sum()), "available": reach})
    return None


def _by_density(value: Float64s, load: Float64s) -> np.ndarray:
    """Clients in order of value per hour, most first."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.argsort(-np.where(load > 0, value / load, np.inf), kind="stable")


def _carried(value: Float64s, load: Float64s, order: np.ndarray, hours: float) -> float:
    """The most value these hours can carry, clients taken in this order and the last one divided."""
    ends = np.cumsum(load[order])
    first = int(np.searchsorted(ends, hours, side="right"))
    reach = float(value[order[:first]].sum())
    if first < len(order) and np.isfinite(ends[first]):
        start = float(ends[first] - load[order[first]])
        reach += float(value[order[first]]) * (hours - start) / float(load[order[first]])
    return reach
