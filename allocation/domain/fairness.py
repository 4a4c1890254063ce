"""How evenly something lies on people: figures that a report shows and two plans can be compared by.

All take one non-negative, finite figure per person (value or load per capacity hour) and refuse anything else with
ValueError: a negative share of a book has no meaning. Nobody at all has no evenness, so an empty input gives None.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allocation.domain.tables import Floats


def gini(values: npt.ArrayLike) -> float | None:
    """Gini coefficient: 0 = all the same, (n - 1) / n = one person has everything.

    Half the mean absolute difference of two people, as a share of the mean. All zero is all the same: 0. Empty: None.
    """
    ordered = np.sort(_checked(values))
    size, total = len(ordered), float(ordered.sum())
    if not size:
        return None
    if total == 0:
        return 0.0
    places = np.arange(1, size + 1)
    # Rounding may leave a hair below zero where all are the same.
    return max(0.0, float(((2 * places - size - 1) * ordered).sum() / (size * total)))


def max_over_median(values: npt.ArrayLike) -> float | None:
    """The most anybody has, as a multiple of the person in the middle; >= 1. Empty, or a middle of zero: None."""
    figures = _checked(values)
    middle = float(np.median(figures)) if len(figures) else 0.0
    return float(figures.max()) / middle if middle > 0 else None


def spread(values: npt.ArrayLike, hours: npt.ArrayLike | None = None) -> tuple[float, float] | None:
    """Least and most as shares of the mean; (1, 1) = all the same. Empty or all zero: None.

    `hours`, where given, weigh the mean: with values per hour it is the branch's value over the branch's hours, the middle
    of the fairness band. People without hours count neither in the mean nor in the ends.
    """
    figures = _checked(values)
    weight = np.ones(len(figures)) if hours is None else _checked(hours)
    if weight.shape != figures.shape:
        raise ValueError("one figure of hours for each value is needed")
    counted = figures[weight > 0]
    if not counted.sum() > 0:
        return None
    mean = float(np.average(counted, weights=weight[weight > 0]))
    return float(counted.min()) / mean, float(counted.max()) / mean


@dataclass(frozen=True)
class Evenness:
    """How evenly an amount lies on the hours of those who serve; each figure as its function says."""

    gini: float | None
    max_over_median: float | None
    spread: tuple[float, float] | None


def evenness(amounts: npt.ArrayLike, hours: npt.ArrayLike) -> Evenness:
    """`amounts` (value or load) and capacity `hours` of the people who serve; who has no hours is left out."""
    amount, hour = _checked(amounts), _checked(hours)
    counted = hour > 0
    per_hour = amount[counted] / hour[counted]
    return Evenness(gini(per_hour), max_over_median(per_hour), spread(per_hour, hour[counted]))


def _checked(values: npt.ArrayLike) -> Floats:
    figures = np.asarray(values, dtype=np.float64)
    if figures.ndim != 1 or not np.isfinite(figures).all() or (figures < 0).any():
        raise ValueError("needs one finite figure of at least zero per person")
    return figures
