"""Two rules on the same facts: who stands where under the one and under the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clients.domain.value.rules import TIERS, ValueRules
from clients.domain.value.score import Facts, Previous, Scores
from clients.domain.value.sensitivity import correlation
from clients.domain.value.tiers import raw_tier
from clients.domain.value.value_types import TYPES

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Side:
    """Facts, rule and scores of one of the two. Both sides must speak of the same clients in the same order."""

    facts: Facts
    rules: ValueRules
    scores: Scores


@dataclass(frozen=True)
class TierEffect:
    """What scoring by the second rule would do to the tiers that clients hold, hold and band applied.

    `rises` and `falls` happen at once; `waiting` clients keep a tier that their figures alone would not give, and `endangered`
    ones among them lie below the band as well, so their monthly reviews fail. Without an earlier scoring (`is_first`) nobody
    holds a tier yet and all follow the figures at once.
    """

    is_first: bool

    rises: int
    falls: int
    waiting: int
    endangered: int


@dataclass(frozen=True)
class Comparison:
    """Counts. `types[i][j]` clients were TYPES[i] and become TYPES[j]; `tiers` likewise for TIERS, by figures alone.

    `agreement`: rank correlation of V under both rules.
    """

    clients: int
    types: list[list[int]]
    tiers: list[list[int]]
    core_before: int
    core_after: int
    entered: int
    left: int
    line_before: float
    line_after: float
    agreement: float
    effect: TierEffect

    @property
    def changed_type(self) -> int:
        return _off_diagonal(self.types)

    @property
    def changed_tier(self) -> int:
        return _off_diagonal(self.tiers)


def compare(before: Side, after: Side, previous: Previous) -> Comparison:
    """`previous` is what both were scored with: the tiers that clients hold."""
    first, second = before.scores, after.scores
    return Comparison(
        clients=len(after.facts),
        types=_matrix(first.value_type, second.value_type, len(TYPES)),
        tiers=_matrix(first.tiers.raw - 1, second.tiers.raw - 1, len(TIERS)),
        core_before=first.core.size,
        core_after=second.core.size,
        entered=int((second.core.is_core & ~first.core.is_core).sum()),
        left=int((first.core.is_core & ~second.core.is_core).sum()),
        line_before=first.core.cutoff,
        line_after=second.core.cutoff,
        agreement=correlation(first.rank.astype(float), second.rank.astype(float)),
        effect=_tier_effect(first, after, previous),
    )


def _tier_effect(before: Scores, after: Side, previous: Previous) -> TierEffect:
    facts, rules, second = after.facts, after.rules, after.scores.tiers
    waiting = second.raw < second.tier
    banded = raw_tier(facts.net_assets, facts.commission_12m, rules, band=rules.downgrade_band)
    return TierEffect(
        is_first=not previous.tier.any(),
        rises=int((second.tier > before.tiers.tier).sum()),
        falls=int((second.tier < before.tiers.tier).sum()),
        waiting=int(waiting.sum()),
        endangered=int((waiting & (banded < previous.tier) & ~np.isnan(facts.net_assets)).sum()),
    )


def _matrix(before: Ints, after: Ints, size: int) -> list[list[int]]:
    cells = np.bincount(before * size + after, minlength=size * size)
    return [[int(count) for count in row] for row in cells.reshape(size, size)]


def _off_diagonal(matrix: list[list[int]]) -> int:
    return sum(count for i, row in enumerate(matrix) for j, count in enumerate(row) if i != j)
