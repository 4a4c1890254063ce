"""Points and bands of a whole branch by the published rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retention.domain.risk.measures import Floats, Measured
from retention.domain.risk.rules import SIGNALS, RiskRules

LOW, WATCH, HIGH = 1, 2, 3


@dataclass(frozen=True)
class Scored:
    """points (N,), two decimals. by_signal (N, S) in the order of SIGNALS; they add up to `points`. bands (N,) LOW to HIGH."""

    points: Floats
    by_signal: Floats
    bands: npt.NDArray[np.int64]


def score(measured: Measured, rules: RiskRules) -> Scored:
    """Each signal gives the share of its points that its measure has come from `starts` to `full`; what is unknown gives none."""
    columns = []
    for code in SIGNALS:
        signal = rules.signals[code]
        share = (measured.measures[code] - signal.starts) / (signal.full - signal.starts)
        columns.append(np.round(np.nan_to_num(np.clip(share, 0, 1)) * signal.points, 2))
    by_signal = np.column_stack(columns)
    points = np.round(by_signal.sum(axis=1), 2)
    bands = np.where(points >= rules.high, HIGH, np.where(points >= rules.watch, WATCH, LOW))
    return Scored(points, by_signal, bands)
