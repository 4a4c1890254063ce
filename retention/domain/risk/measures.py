"""From the facts of every client to one measure a signal; larger always speaks more for leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from retention.domain.risk.rules import RiskRules

Floats = npt.NDArray[np.float64]

#: Clients whose peak assets have the same power of ten are peers; below the first and above the last they are one group each.
PEER_POWERS = (4, 7)


@dataclass(frozen=True)
class Measured:
    """client_ids (N,). measures: signal -> (N,), NaN = nothing known or too little to say anything.

    figures: signal -> name of a figure -> (N,): what the measure was made of, for the explanation. Money in 元, days as counts.
    """

    client_ids: npt.NDArray[np.int64]
    measures: dict[str, Floats]
    figures: dict[str, dict[str, Floats]]


def measure(facts: pd.DataFrame, rules: RiskRules) -> Measured:
    """`facts`: one row a client, columns as `retention.queries.risk.load_facts` gives them, NaN where there are none.

    Clients whose assets never reached `least_assets` are left out.
    """
    facts = facts[facts["peak"] >= max(rules.least_assets, 0.01)]
    col = {name: facts[name].to_numpy(dtype=np.float64) for name in facts.columns if name != "client_id"}
    peak = col["peak"]
    measures: dict[str, Floats] = {}
    figures: dict[str, dict[str, Floats]] = {}

    def put(code: str, value: Floats, **parts: Floats) -> None:
        measures[code], figures[code] = value, parts

    put("outflow", _none(col["net_out"]) / peak, out=col["net_out"], peak=peak)
    more = np.where(
        _none(col["sum_out"]) > _none(col["sum_out_before"]), _none(col["outs"]) - _none(col["outs_before"]), np.nan
    )
    put("transfers", more, outs=col["outs"], before=_none(col["outs_before"]), sum=col["sum_out"])
    # Traded in the year before the recent window, brought to the length of that window.
    usual = col["traded_before"] * rules.recent_days / (rules.year_days - rules.recent_days)
    fall = np.where(usual >= rules.least_traded, 1 - _none(col["traded"]) / np.maximum(usual, 0.01), np.nan)
    put("trading", fall, traded=_none(col["traded"]), usual=usual)
    clumps = _clumpiness(col["trade_days"], col["entropy"], col["since_trade"], rules.year_days)
    told = (col["trade_days"] >= rules.least_trade_days) & (col["since_trade"] >= rules.least_silent_days)
    put("rhythm", np.where(told, clumps, np.nan), trade_days=col["trade_days"], silent=col["since_trade"])
    # Who has never done anything has been silent since the account was opened, as far as the year reaches.
    silent = np.fmin(np.fmin(col["since_active"], col["since_opening"]), rules.year_days)
    put("silence", silent, days=silent)
    redeemed = col["redeemed"] - _none(col["bought"])
    put("products", redeemed / peak, redeemed=redeemed, peak=peak)
    quota, stock = _growth(col["quota"], col["quota_before"]), _growth(col["stock"], col["stock_before"])
    put("elsewhere", np.where(quota > 0, quota - stock, np.nan), quota=quota, stock=stock)
    median = _peer_median(col["rate"], peak)
    put("rate", col["rate"] / median, rate=col["rate"], median=median)
    unsettled = col["complaint_open"] == 1
    put("complaint", np.where(unsettled, 1.0, _fresh(col["since_complaint"], rules)), days=col["since_complaint"])
    put("advisor", _fresh(col["since_change"], rules), days=col["since_change"])
    # Assets then + money in since - assets now: what neither flowed out nor is still here was taken by the market.
    lost = col["assets_before"] + _none(col["net_in"]) - _none(col["assets"])
    put("loss", lost / peak, lost=lost, peak=peak)
    return Measured(facts["client_id"].to_numpy(dtype=np.int64), measures, figures)


def _none(values: Floats) -> Floats:
    """No fact of a kind = none of it."""
    return np.nan_to_num(values)


def _growth(now: Floats, before: Floats) -> Floats:
    return np.where(before > 0, _none(now) / np.where(before > 0, before, 1) - 1, np.nan)


def _fresh(days: Floats, rules: RiskRules) -> Floats:
    return 1 - days / rules.look_back_days


def _clumpiness(trade_days: Floats, entropy: Floats, since_last: Floats, year_days: int) -> Floats:
    """Entropy of the gaps between trade days, the last gap up to the day included (Zhang, Bradlow and Small, 2015).

    0 = evenly spread over the year, 1 = all at once. `entropy`: sum of p ln p over the closed gaps, p as shares of year_days + 1.
    """
    open_gap = (since_last + 1) / (year_days + 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return 1 + (entropy + open_gap * np.log(open_gap)) / np.log(trade_days + 1)


def _peer_median(rate: Floats, peak: Floats) -> Floats:
    groups = np.clip(np.floor(np.log10(np.maximum(peak, 1))), *PEER_POWERS)
    medians: Any = pd.Series(rate).where(rate > 0).groupby(groups).transform("median")
    return np.asarray(medians, dtype=np.float64)
