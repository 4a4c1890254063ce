"""What became of moved clients beside comparable ones who stayed: matching, flow-only retention, intervals. Pure figures.

A moved client is compared with 1 to 3 clients of the same tier, value type and persona who kept their advisor over the same days,
the nearest by net assets. Retention counts what was carried in and out, never what the market did:

    kept(t) = 1 + (external flows from the day after the move to day t) / (net assets at the move),  at least 0

Groups are weighed by the assets of the moved clients, the comparable ones with the weight of the client they stand beside.
Intervals are 95 % bootstrap intervals over moved clients, each drawn together with the ones beside it, from a seed that is told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Fewer matched clients than this give no comparison.
MINIMUM = 20
#: Comparable means: at most twice, at least half of the assets.
BAND = 2.0
#: Whoever has carried away at least this share of the assets has left in all but name.
LEFT = 0.8
DRAWS = 400
LEVEL = 0.95
NOBODY = -1


@dataclass(frozen=True)
class Candidates:
    """One entry per client and day: `cell` is a class (tier, value type, persona) as a number; assets in 元, above 0."""

    day: Ints
    cell: Ints
    assets: Floats


def match(moved: Candidates, pool: Candidates, *, k: int, seed: int) -> Ints:
    """(moved, k) positions in the pool, NOBODY where no comparable client is left; the nearest first.

    A client of the pool may stand beside several. Equally near ones are chosen by the seed.
    """
    found = np.full((len(moved.assets), k), NOBODY, dtype=np.int64)
    random = np.random.default_rng(seed)
    lots: dict[tuple[int, int], list[int]] = {}
    for at in random.permutation(len(pool.assets)):
        lots.setdefault((int(pool.day[at]), int(pool.cell[at])), []).append(int(at))
    logs = np.log(pool.assets)
    reach = math.log(BAND)
    for at in range(len(moved.assets)):
        lot = lots.get((int(moved.day[at]), int(moved.cell[at])))
        if not lot:
            continue
        places = np.asarray(lot)
        far = np.abs(logs[places] - math.log(moved.assets[at]))
        near = np.argsort(far, kind="stable")[:k]
        near = near[far[near] <= reach]
        found[at, : len(near)] = places[near]
    return found


def kept_share(assets: Floats, flows: Floats) -> Floats:
    """(clients, times): the share of the assets that is still there after the flows carried so far, `flows` likewise shaped."""
    share: Floats = np.clip(1 + flows / assets[:, None], 0, None)
    return share


def beside(values: Floats, matches: Ints) -> Floats:
    """(moved, ...): the mean of `values` over the clients who stand beside each moved one; NaN without any."""
    present = matches != NOBODY
    shape = (*matches.shape, *([1] * (values.ndim - 1)))
    chosen = np.where(present.reshape(shape), values[np.where(present, matches, 0)], 0.0)
    count = present.sum(axis=1).reshape((-1, *([1] * (values.ndim - 1))))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = chosen.sum(axis=1) / np.where(count == 0, np.nan, count)
    return mean


@dataclass(frozen=True)
class Estimate:
    """`n` moved clients with somebody beside. Without a comparison (n below MINIMUM) `low` and `high` are None."""

    n: int
    moved: float | None
    unmoved: float | None
    low: float | None = None
    high: float | None = None

    @property
    def difference(self) -> float | None:
        return self.moved - self.unmoved if self.moved is not None and self.unmoved is not None else None

    @property
    def verdict(self) -> str:
        """ "few", or what the interval proves of the moved ones: "none", "more", "less"."""
        if self.low is None or self.high is None:
            return "few"
        return "none" if self.low <= 0 <= self.high else ("more" if self.low > 0 else "less")


def compare(moved: Floats, unmoved: Floats, weights: Floats, *, seed: int) -> Estimate:
    """Weighted means of both groups over the same moved clients and the interval of their difference."""
    n = len(moved)
    if n == 0 or not weights.sum() > 0:
        return Estimate(n, None, None)
    first, second = (float(np.average(values, weights=weights)) for values in (moved, unmoved))
    if n < MINIMUM:
        return Estimate(n, first, second)
    drawn = _draws(n, seed) * weights
    apart = (drawn @ (moved - unmoved)) / drawn.sum(axis=1)
    low, high = np.quantile(apart, _tails())
    return Estimate(n, first, second, float(low), float(high))


@dataclass(frozen=True)
class Curve:
    """Shares kept per day since the move, with their bands; None where too few have come so far."""

    days: list[int]
    n: list[int]
    moved: list[tuple[float, float, float] | None]
    unmoved: list[tuple[float, float, float] | None]


def curve(moved: Floats, unmoved: Floats, weights: Floats, seen: NDArray[np.bool_], days: Ints, *, seed: int) -> Curve:
    """(clients, times) of both groups; `seen`: whether that day has come for the client. Each share with low and high."""
    drawn = _draws(len(weights), seed) if len(weights) else np.zeros((0, 0))
    lines: list[list[tuple[float, float, float] | None]] = []
    for values in (moved, unmoved):
        line: list[tuple[float, float, float] | None] = []
        for at in range(len(days)):
            there = seen[:, at]
            if there.sum() < MINIMUM:
                line.append(None)
                continue
            weighed = drawn[:, there] * weights[there]
            total = weighed.sum(axis=1)
            shares = (weighed @ values[there, at])[total > 0] / total[total > 0]
            low, high = np.quantile(shares, _tails())
            line.append((float(np.average(values[there, at], weights=weights[there])), float(low), float(high)))
        lines.append(line)
    return Curve([int(day) for day in days], [int(column) for column in seen.sum(axis=0)], *lines)


def _draws(n: int, seed: int) -> Floats:
    """(DRAWS, n): how often each client is drawn."""
    counts: Floats = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=DRAWS).astype(np.float64)
    return counts


def _tails() -> list[float]:
    return [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
