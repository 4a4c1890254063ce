"""Which of the three terms makes a client valuable."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

#: Codes in the order of the components, then balanced; an index into this tuple is what the functions return.
TYPES = ("commission", "product", "asset", "balanced")
BALANCED = 3


def value_types(contributions: npt.NDArray[np.float64], cutoff: float) -> npt.NDArray[np.int64]:
    """Index into TYPES: the largest contribution (N x 3) if it is at least `cutoff` of V, else balanced (also for V = 0).

    Of equal contributions the first in the order A, B, C counts.
    """
    total = contributions.sum(axis=1)
    largest = contributions.argmax(axis=1)
    share = np.divide(contributions.max(axis=1), total, out=np.zeros_like(total), where=total > 0)
    # A share that is exactly the cut-off must not depend on how the sum was rounded.
    return np.where(share >= cutoff - 1e-12, largest, BALANCED)
