"""Wealth a client holds elsewhere, as far as the new-share quota gives it away (domain rule: docs/value.md, "Quota").

The exchanges grant quota on the client's mean market value of 20 trading days over all brokers: 10 元 of value for every
share of quota, in steps of 5,000 元. So the quota bounds the value from both sides, and the part held here can be taken off.
Main board and STAR quotas of Shanghai rest on the same value: the larger counts, never their sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

YUAN_PER_SHARE = 10.0
STEP = 5_000.0
#: A quota of zero still allows this much (the exchanges' minimum).
MINIMUM = 10_000.0


@dataclass(frozen=True)
class OffSystem:
    """Bounds in 元; NaN where no fresh quota is known. `data_check` marks more in-house value than both quotas allow."""

    low: Floats
    high: Floats
    share_of_wallet: Floats
    data_check: npt.NDArray[np.bool_]


def off_system(*, quota_shanghai: Floats, quota_shenzhen: Floats, stock_value: Floats) -> OffSystem:
    """Quotas in shares (NaN = no fresh quota of that market), `stock_value` = mean in-house stock value of the same 20 days.

    In-house value comes without its market, so all of it is taken off the sum of both quotas. Each market alone would give
    at least as much, so `low` stays a lower bound; where one market's quota is missing, the other's alone is used.
    Such a client is never flagged, because the in-house value may lie in the market that is missing.
    """
    quotas = np.stack([quota_shanghai, quota_shenzhen])
    known = ~np.isnan(quotas)
    granted = np.where(known, quotas * YUAN_PER_SHARE, 0.0).sum(axis=0)
    room = np.where(known, np.where(quotas > 0, STEP, MINIMUM), 0.0).sum(axis=0)
    here = np.nan_to_num(stock_value, nan=0.0)
    none = ~known.any(axis=0)
    low = np.maximum(0.0, granted - here)
    high = np.maximum(0.0, granted + room - here)
    wallet = here / np.maximum(np.maximum(here, granted + room / 2), 1.0)
    for bound in (low, high, wallet):
        bound[none] = np.nan
    return OffSystem(low, high, wallet, known.all(axis=0) & (here > granted + room))
