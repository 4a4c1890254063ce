"""The problem in the engine's own terms: a table of profits, whole units of load, limits per advisor.

Three things are decided here once, so that no later step has to know about them:
- pairs that can never be part of a plan (NaN fit, more hours or more value than the advisor may carry, the other
  pairs of a pinned client) have the profit FORBIDDEN;
- where all loads are multiples of one unit (half an hour, say), loads count units and capacities are rounded down to
  whole units: sums are then exact, and the bound is tighter by the hours nobody could have used;
- columns are padded to the width of a vector register with advisors nobody can choose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allocation.domain.solver.compiled import kernel
from allocation.domain.solver.problem import Float64s, Problem

FORBIDDEN = np.float32(-1e30)
"""Profit of a pair that may not be formed; anything below half of it counts as forbidden."""

LANES = 16
"""Columns are padded to a multiple of this: one AVX-512 register of float32."""

TOLERANCE = 1e-10
"""Relative room for the rounding of float sums, where loads and values are not whole units."""


@dataclass(frozen=True, eq=False)
class Market:
    """profit (N, P) float32, P = M padded; load (N, 1) or (N, P) in units; pool (N,) 0 or FORBIDDEN;
    size (N,) a client's load at an average advisor."""

    problem: Problem
    profit: npt.NDArray[np.float32]
    load: npt.NDArray[np.float32]
    value: npt.NDArray[np.float32]
    pool: npt.NDArray[np.float32]
    size: npt.NDArray[np.float32]
    capacity: Float64s
    least: Float64s
    most: Float64s
    unit: float

    @property
    def banded(self) -> bool:
        return bool(np.isfinite(self.most).any())


def open_market(problem: Problem) -> Market:
    """Build the market of a problem; pinned clients must be free of contradictions (infeasibility.py checks)."""
    n, m = problem.clients, problem.advisors
    width = -(-max(m, 1) // LANES) * LANES
    unit = _unit(problem.load)
    capacity = problem.capacity / unit
    slack = TOLERANCE * np.maximum(capacity, 1.0)
    capacity = np.floor(capacity + slack) if unit != 1.0 or _whole(problem.load) else capacity + slack
    least, most = problem.band()
    room = TOLERANCE * np.maximum(np.abs(most), 1e-300)
    least, most = least - room, most + room
    pin = np.full(n, -1, dtype=np.int32)
    pin[problem.pinned[:, 0]] = problem.pinned[:, 1]
    load = problem.load if problem.pair_loads else problem.load[:, None]
    profit = np.empty((n, width), dtype=np.float32)
    units = np.zeros((n, width if problem.pair_loads and m > 1 else 1), dtype=np.float32)
    _fill(
        problem.fit,
        problem.value,
        load,
        problem.incumbent,
        problem.switch_penalty,
        problem.stay_bonus,
        pin,
        capacity,
        most,
        unit,
        profit,
        units,
    )
    return Market(
        problem=problem,
        profit=profit,
        load=units,
        value=problem.value.astype(np.float32),
        pool=np.where(problem.pool_allowed & (pin < 0), np.float32(0), FORBIDDEN),
        size=units.mean(axis=1),
        capacity=capacity,
        least=least,
        most=most,
        unit=unit,
    )


def _whole(load: Float64s) -> bool:
    return bool((load == np.rint(load)).all())


def _unit(load: Float64s) -> float:
    """The largest unit of which every load is a whole multiple, found down to 1/1000 h; 1.0 if there is none."""
    flat = load.ravel()
    for fine in (1, 2, 4, 10, 20, 60, 100, 1000):
        # A short look first: most tables that are not in these units show it at once.
        if all(_in_whole(flat[:look] * fine) for look in (500, len(flat))):
            common = int(np.gcd.reduce(np.rint(flat * fine).astype(np.int64), initial=0))
            return common / fine if common else 1.0
    return 1.0


def _in_whole(load: Float64s) -> bool:
    whole = np.rint(load)
    return bool(whole.max(initial=0.0) < 1e6 and (np.abs(load - whole) <= 1e-9).all())


@kernel
def _fill(fit, value, load, incumbent, penalty, bonus, pin, capacity, most, unit, profit, units):  # type: ignore[no-untyped-def]
    n, m = fit.shape
    pairs = units.shape[1] > 1
    for i in range(n):
        worth = value[i]
        has = incumbent[i] >= 0
        if not pairs:
            units[i, 0] = load[i, 0] / unit
        for j in range(m):
            hours = load[i, j if pairs else 0] / unit
            if pairs:
                units[i, j] = hours
            gain = worth * fit[i, j]
            if has:
                gain += bonus[i] if incumbent[i] == j else -worth * penalty
            allowed = hours <= capacity[j] and worth <= most[j] and (pin[i] < 0 or pin[i] == j)
            profit[i, j] = np.float32(gain) if allowed and not np.isnan(gain) else FORBIDDEN
        for j in range(m, profit.shape[1]):
            profit[i, j] = FORBIDDEN
