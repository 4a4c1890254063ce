"""Versions of a script beside each other: what was kept, of everybody who was given one, spoken or not.

By intention to treat (domain knowledge §7.4): a version counts for its episodes from the lot on. Clients of the same tier
and reason, out of a lot of the same size, are compared with each other only (Mantel-Haenszel difference, Sato's variance,
1989), and three versions need stronger proof than two (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from branch_crm.core.wilson import LEVEL, wilson

#: Episodes a version needs, with a known end, before anything is said of it.
MINIMUM = 50
#: Days after which an episode's end is looked at.
AFTER_DAYS = 90


@dataclass(frozen=True)
class Given:
    """One episode. among: versions in its lot. kept: None = not known yet."""

    version: int
    stratum: tuple[object, ...]
    among: int
    spoken: bool
    kept: bool | None


@dataclass(frozen=True)
class Arm:
    """A version. n: episodes with a known end. waiting: without. interval: of the share kept; None of nobody."""

    version: int
    n: int
    kept: int
    waiting: int
    spoken: int
    interval: tuple[float, float] | None

    @property
    def share(self) -> float | None:
        return self.kept / self.n if self.n else None


@dataclass(frozen=True)
class Difference:
    """version minus base, in shares. verdict: few, none (not proven), better, worse."""

    version: int
    base: int
    difference: float | None
    interval: tuple[float, float] | None
    verdict: str


@dataclass(frozen=True)
class Comparison:
    """alone: episodes that had no choice of versions, and are not compared."""

    arms: Sequence[Arm]
    differences: Sequence[Difference]
    alone: int
    strata: int


def compare(given: Iterable[Given]) -> Comparison:
    """The version that is in the lot the longest (lowest number) is what the others are compared with."""
    rows = list(given)
    drawn = [row for row in rows if row.among > 1]
    versions = sorted({row.version for row in drawn})
    arms = [_arm(version, [row for row in drawn if row.version == version]) for version in versions]
    z = NormalDist().inv_cdf(1 - (1 - LEVEL) / 2 / max(len(versions) - 1, 1))
    differences = [_difference(arm, arms[0], drawn, z) for arm in arms[1:]]
    known = {(row.stratum, row.among) for row in drawn if row.kept is not None}
    return Comparison(arms, differences, len(rows) - len(drawn), len(known))


def _arm(version: int, rows: Sequence[Given]) -> Arm:
    ended = [row for row in rows if row.kept is not None]
    kept = sum(bool(row.kept) for row in ended)
    spoken = sum(row.spoken for row in rows)
    return Arm(version, len(ended), kept, len(rows) - len(ended), spoken, wilson(kept, len(ended)))


def _difference(arm: Arm, base: Arm, rows: Sequence[Given], z: float) -> Difference:
    weight = effect = p_sum = q_sum = 0.0
    for stratum in {(row.stratum, row.among) for row in rows}:
        inside = [row for row in rows if (row.stratum, row.among) == stratum and row.kept is not None]
        ours = [bool(row.kept) for row in inside if row.version == arm.version]
        theirs = [bool(row.kept) for row in inside if row.version == base.version]
        if not ours or not theirs:
            continue
        a, n1, b, n0 = sum(ours), len(ours), sum(theirs), len(theirs)
        n = n1 + n0
        weight += n1 * n0 / n
        effect += (a * n0 - b * n1) / n
        p_sum += (n1 * n1 * b - n0 * n0 * a + n1 * n0 * (n0 - n1) / 2) / (n * n)
        q_sum += (a * (n0 - b) + b * (n1 - a)) / (2 * n)
    if not weight:
        return Difference(arm.version, base.version, None, None, "few")
    difference = effect / weight
    half = z * math.sqrt(max(difference * p_sum + q_sum, 0.0)) / weight
    low, high = max(difference - half, -1.0), min(difference + half, 1.0)
    return Difference(arm.version, base.version, difference, (low, high), _verdict(arm, base, low, high))


def _verdict(arm: Arm, base: Arm, low: float, high: float) -> str:
    if min(arm.n, base.n) < MINIMUM:
        return "few"
    if low > 0:
        return "better"
    return "worse" if high < 0 else "none"
