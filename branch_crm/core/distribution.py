"""Where one stands among colleagues without learning about any of them: quartiles of a figure, and one's own place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Below this many people the quartiles would describe persons; nothing is shown then.
FEWEST = 5


@dataclass(frozen=True)
class Distribution:
    """Ends, quartiles and median of the figure over `people`; `own` is None for somebody who is not among them.

    below: share of the others who have less than `own`, those with as much counted half (0 = lowest, 1 = highest).
    """

    people: int
    low: float
    lower: float
    middle: float
    upper: float
    high: float
    own: float | None
    below: float | None


def distribution(values: Floats, own: int | None) -> Distribution | None:
    """The distribution of `values` (M,), one figure a person, with the place of row `own`. None below FEWEST people.

    The ends are the 10th and 90th percentile, not the extremes: an extreme is one colleague's figure.
    """
    if len(values) < FEWEST:
        return None
    low, lower, middle, upper, high = (float(cut) for cut in np.percentile(values, [10, 25, 50, 75, 90]))
    if own is None:
        return Distribution(len(values), low, lower, middle, upper, high, None, None)
    mine = float(values[own])
    others = np.delete(values, own)
    below = float(((others < mine).sum() + 0.5 * (others == mine).sum()) / len(others))
    return Distribution(len(values), low, lower, middle, upper, high, mine, below)
