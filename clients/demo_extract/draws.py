"""Random streams and weighted draws."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]
Rng = np.random.Generator


def stream(seed: int, part: str, chunk: int = 0) -> Rng:
    """An independent generator for one part of the branch, so that a change in one part leaves the others as they were."""
    return np.random.default_rng([seed, chunk, *part.encode()])


def texts(values: list[str]) -> Texts:
    """An object array, to be indexed by codes."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def pick(rng: Rng, values: list[str], size: int, weights: Any = None) -> Texts:
    """`size` draws of the texts, with probability proportional to the weights."""
    shares = None if weights is None else np.asarray(weights, dtype=float) / np.sum(weights)
    return texts(values)[rng.choice(len(values), size=size, p=shares)]


def draw_per_row(rng: Rng, weights: Floats, rows: Ints) -> Ints:
    """One column index for every entry of `rows`, drawn with the weights (R x K, >= 0, no empty row) of that row."""
    columns = weights.shape[1]
    cumulated = np.cumsum(weights, axis=1)
    cumulated /= cumulated[:, -1:]
    flat = (cumulated + np.arange(len(weights))[:, None]).ravel()
    found = np.searchsorted(flat, rows + rng.random(len(rows)), side="right") - rows * columns
    return np.clip(found, 0, columns - 1)
