"""Would the ranking be another one if the weights were chosen a little differently?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clients.domain.value.parts import contributions
from clients.domain.value.rules import COMPONENTS

Floats = npt.NDArray[np.float64]

#: How far a weight is moved, and how alike the rankings must stay.
SHIFT = 0.10
ENOUGH = 0.95


@dataclass(frozen=True)
class Shifted:
    """One weight moved by `shift`, the others scaled so that all sum to 1.

    `correlation` is that of the ranks (Spearman); `overlap` the share of the first clients by V who are still among the first.
    """

    component: str
    shift: float
    correlation: float
    overlap: float

    @property
    def is_stable(self) -> bool:
        return self.correlation >= ENOUGH


def sensitivity(parts: Floats, weights: tuple[float, float, float], first: int) -> list[Shifted]:
    """Six shifts: every weight up and down by ten points (not below 0 nor above 1).

    `first`: how many clients the overlap speaks of. The core set itself follows from net revenue, which no weight touches.
    """
    value = contributions(parts, weights).sum(axis=1)
    base, top = _places(value), _first(value, first)
    shifts = []
    for index, name in enumerate(COMPONENTS):
        for shift in (-SHIFT, SHIFT):
            other = contributions(parts, moved(weights, index, shift)).sum(axis=1)
            kept = float((_first(other, first) & top).sum() / first) if first else 1.0
            shifts.append(Shifted(name, shift, correlation(base, _places(other)), kept))
    return shifts


def moved(weights: tuple[float, float, float], index: int, shift: float) -> tuple[float, float, float]:
    """One weight moved, the other two keeping their proportion (equal shares when both were 0)."""
    target = min(1.0, max(0.0, weights[index] + shift))
    rest = 1.0 - weights[index]
    a, b, c = (
        target if place == index else (1.0 - target) * (weight / rest if rest > 0 else 0.5)
        for place, weight in enumerate(weights)
    )
    return (a, b, c)


def correlation(first: Floats, second: Floats) -> float:
    """Pearson correlation; of mean ranks it is Spearman's. 1 where there is nothing to tell apart."""
    if len(first) < 2 or first.std() == 0 or second.std() == 0:
        return 1.0
    return float(np.corrcoef(first, second)[0, 1])


def _first(value: Floats, count: int) -> npt.NDArray[np.bool_]:
    """The `count` clients of the highest V; ties in the order of the array."""
    chosen = np.zeros(len(value), dtype=bool)
    chosen[np.argsort(-value, kind="stable")[:count]] = True
    return chosen


def _places(value: Floats) -> Floats:
    """Ranks with ties at their mean."""
    _distinct, place, counts = np.unique(value, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean_rank: Floats = (last - (counts - 1) / 2.0)[place]
    return mean_rank
