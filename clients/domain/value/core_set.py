"""The core clients: the smallest set that brings the wanted share of the branch's net revenue, whatever its size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CURVE_POINTS = 50


@dataclass(frozen=True)
class CoreSet:
    """`size` clients bring `covered` of all revenue; the least of them brings `cutoff` 元. `place` counts from 1 by revenue.

    `curve`: (share of clients, share of revenue) from (0, 0) to (1, 1), about fifty points, the core's own point among them.
    """

    is_core: npt.NDArray[np.bool_]
    place: npt.NDArray[np.int64]
    size: int
    total: float
    covered: float
    cutoff: float
    curve: list[tuple[float, float]]


def core_set(revenue: Floats, share: float) -> CoreSet:
    """`revenue` in 元 (negative counts as none). Ties in the order of the array, so the set is the same every time."""
    money = np.maximum(np.nan_to_num(revenue, nan=0.0), 0.0)
    count = len(money)
    order = np.argsort(-money, kind="stable")
    cumulative = np.cumsum(money[order])
    total = float(cumulative[-1]) if count else 0.0
    # One cent of slack: sums of float cents must not ask for one client more.
    size = int(np.searchsorted(cumulative, share * total - 0.005)) + 1 if total > 0 else 0
    is_core = np.zeros(count, dtype=bool)
    is_core[order[:size]] = True
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(1, count + 1)
    if not size:
        return CoreSet(is_core, place, 0, 0.0, 0.0, 0.0, [])
    steps = np.unique(np.append(np.linspace(0, count, CURVE_POINTS).round().astype(int), size))
    reached = np.concatenate([[0.0], cumulative])[steps] / total
    curve = [(float(step / count), float(part)) for step, part in zip(steps, reached, strict=True)]
    return CoreSet(
        is_core, place, size, total, float(cumulative[size - 1] / total), float(money[order[size - 1]]), curve
    )
