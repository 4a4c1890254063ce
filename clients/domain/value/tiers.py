"""Five tiers by mean net assets or yearly net commission, and why a client does not fall out of one at once.

Losing a tier hurts more than gaining one helps, so a rise counts the night it happens, while a fall needs figures below
threshold minus band at several monthly reviews in a row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clients.domain.value.rules import ValueRules

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tiers:
    """`tier` is what counts; `raw` is what today's figures alone would give; `hold` counts failed reviews in a row."""

    tier: Ints
    raw: Ints
    hold: Ints


def raw_tier(assets: Floats, commission: Floats, rules: ValueRules, *, band: float = 0.0) -> Ints:
    """The higher of the tiers reached by assets and by commission (元; NaN reaches tier 1), thresholds lowered by `band`."""
    reached = np.ones(len(assets), dtype=np.int64)
    for money, thresholds in ((assets, rules.tier_assets), (commission, rules.tier_commission)):
        lowered = np.asarray(thresholds[1:]) * (1.0 - band)
        reached = np.maximum(reached, 1 + np.searchsorted(lowered, np.nan_to_num(money, nan=0.0), side="right"))
    return reached


def tiers(
    assets: Floats, commission: Floats, rules: ValueRules, *, previous: Ints, hold: Ints, is_review: bool
) -> Tiers:
    """`previous` and `hold` come from the run before (0 = the client had no tier yet).

    `is_review` is true once a month, in the month's first run. A client whose assets are not known cannot fail a review.
    After `downgrade_hold_months` failed reviews the tier becomes the highest one that the figures, with the band, still hold.
    """
    raw = raw_tier(assets, commission, rules)
    held = raw_tier(assets, commission, rules, band=rules.downgrade_band)
    rises = raw >= previous
    fails = ~rises & (held < previous) & ~np.isnan(assets)
    count = np.where(rises, 0, hold)
    if is_review:
        count = np.where(fails, hold + 1, 0)
    falls = fails & (count >= rules.downgrade_hold_months)
    tier = np.where(rises, raw, np.where(falls, held, previous))
    return Tiers(tier=tier, raw=raw, hold=np.where(falls, 0, count))
