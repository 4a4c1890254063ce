"""From money to parts of 0-100 and to V: log scale against the branch, weights rescaled over what is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def scale_of(money: Floats, percentile: float) -> float | None:
    """The amount (元) that earns 100 points: the given percentile of the known amounts.

    Where most of a branch has none of it (percentile 0) the largest amount serves; None when nobody has any.
    """
    known = money[~np.isnan(money)]
    if not known.size or known.max() <= 0:
        return None
    scale = float(np.percentile(np.maximum(known, 0.0), percentile))
    return scale if scale > 0 else float(known.max())


def part(money: Floats, scale: float | None, depth: float) -> Floats:
    """100·log(1 + depth·money/scale) / log(1 + depth), clipped to 0-100. Debt counts as 0, NaN (not known) stays NaN.

    The unit of the logarithm is scale/depth: what is far below it earns next to nothing, above it every doubling earns about
    the same. A unit of one 元 would be a depth of millions for assets and thousands for commission, and give nearly everybody
    two thirds of the points for holding anything at all (docs/value.md, "Why the scale has a depth").
    """
    if scale is None:
        return np.where(np.isnan(money), np.nan, 0.0)
    points: Floats = np.minimum(100.0 * np.log1p(np.maximum(money, 0.0) / scale * depth) / np.log1p(depth), 100.0)
    return points


def contributions(parts: Floats, weights: tuple[float, float, float]) -> Floats:
    """Points each part (N x 3, NaN = not known) brings to V: weight·part, weights rescaled to sum to 1 over the known parts.

    A missing part brings 0 and its weight goes to the others; with no part known at all V is 0.
    """
    known = ~np.isnan(parts)
    applied = np.asarray(weights) * known
    total = applied.sum(axis=1, keepdims=True)
    applied = np.divide(applied, total, out=np.zeros_like(applied), where=total > 0)
    points: Floats = applied * np.nan_to_num(parts, nan=0.0)
    return points


def ranks(value: Floats) -> npt.NDArray[np.int64]:
    """1 = highest V; ties in the order of the array (client number)."""
    order = np.argsort(-value, kind="stable")
    rank = np.empty(len(value), dtype=np.int64)
    rank[order] = np.arange(1, len(value) + 1)
    return rank
