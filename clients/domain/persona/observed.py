"""From figures of behaviour to a type: percentiles within the branch, weighted by what each figure speaks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clients.domain.persona.default_rules import TYPES

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Observed:
    """All arrays by client. `persona` holds a type code, "mixed", or "" for not enough evidence; scores (N, 4) run 0-1.

    `percentiles` maps each proxy to its branch percentile 0-1, NaN where the figure is missing.
    """

    persona: npt.NDArray[np.str_]
    confidence: Floats
    scores: Floats
    percentiles: dict[str, Floats]


def percentile(figure: Floats) -> Floats:
    """Mid-rank percentile 0-1 among clients that have the figure; ties share a rank; a branch without spread gives 0.5."""
    result = np.full(figure.shape, np.nan)
    known = ~np.isnan(figure)
    n = int(known.sum())
    if n:
        values = figure[known]
        ordered = np.sort(values)
        low = np.searchsorted(ordered, values, side="left")
        high = np.searchsorted(ordered, values, side="right")
        result[known] = (low + high) / (2 * n)
    return result


def shrink(figure: Floats, observations: Floats, strength: float) -> Floats:
    """Pull figures that rest on few observations towards the branch median."""
    if np.isnan(figure).all():
        return figure
    weight = observations / (observations + strength)
    return np.asarray(weight * figure + (1 - weight) * np.nanmedian(figure))


def observe(proxies: dict[str, Floats], trades: Floats, assets: Floats, rules: dict[str, Any]) -> Observed:
    """Type per client.

    `proxies`: raw figures by name (N,), NaN = missing; `trades` counts and `assets` (元) decide whether there is enough to
    judge by. A type's score is the weighted mean of percentiles (1 - percentile for negative weights) of the proxies known.
    """
    n = len(trades)
    # Shares of assets are exact however little is traded; figures taken from trades are not.
    exact = {"product_share", "cash_share", "leverage", "concentration", "disposition"}
    percentiles = {
        name: percentile(figure if name in exact else shrink(figure, trades, rules["shrink"]))
        for name, figure in proxies.items()
        if name in rules["proxies"]
    }
    scores = np.full((n, len(TYPES)), 0.5)
    for column, kind in enumerate(TYPES):
        total = np.zeros(n)
        weights = np.zeros(n)
        for name, place in percentiles.items():
            weight = rules["proxies"][name].get(kind, 0.0)
            if weight == 0:
                continue
            known = ~np.isnan(place)
            speaks = place if weight > 0 else 1 - place
            total[known] += abs(weight) * speaks[known]
            weights[known] += abs(weight)
        has = weights > 0
        scores[has, column] = total[has] / weights[has]
    order = np.argsort(-scores, axis=1, kind="stable")
    rows = np.arange(n)
    margin = scores[rows, order[:, 0]] - scores[rows, order[:, 1]]
    # Many trades make a lead believable, few do not.
    solidity = trades / (trades + rules["shrink"])
    solidity = np.maximum(solidity, np.where(assets >= rules["minimum_assets"], 0.5, 0.0))
    confidence = np.minimum(1.0, margin / rules["full_margin"]) * solidity
    persona = np.where(margin >= rules["mixed_margin"], np.array(TYPES)[order[:, 0]], "mixed")
    enough = (trades >= rules["minimum_trades"]) | (assets >= rules["minimum_assets"])
    persona = np.where(enough, persona, "")
    return Observed(persona, np.where(enough, confidence, 0.0), scores, percentiles)
