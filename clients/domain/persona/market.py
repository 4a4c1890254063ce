"""What the branch's own trades say about the market: daily prices, past returns, what the crowd trades.

A closed branch network has no market feed. The volume-weighted price of all the branch's trades of a security on a day
stands in for its price; the branch's most traded securities stand in for the market's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def daily_prices(trades: pd.DataFrame) -> pd.DataFrame:
    """Columns security, session (index of the trading day), price: one row per security and day traded, sorted.

    `trades` needs security, session, quantity and amount (元); rows without a quantity are left out.
    """
    known = trades[trades["quantity"] > 0]
    sums = known.groupby(["security", "session"], as_index=False, sort=True)[["amount", "quantity"]].sum()
    sums["price"] = sums["amount"] / sums["quantity"]
    return sums[["security", "session", "price"]]


def past_returns(prices: pd.DataFrame, *, sessions: int) -> pd.DataFrame:
    """Adds day_return (to the previous day the security traded, at most 3 sessions back) and past_return.

    past_return compares with the last price at least `sessions` sessions earlier and at most twice as old; NaN without one.
    """
    frame = prices.sort_values(["session", "security"], kind="stable").reset_index(drop=True)
    before = frame.rename(columns={"price": "before"})[["security", "session", "before"]]
    earlier = frame.assign(session=frame["session"] - 1)
    day = pd.merge_asof(earlier, before, on="session", by="security", tolerance=3)
    frame["day_return"] = frame["price"].to_numpy() / day["before"].to_numpy() - 1
    earlier = frame[["security", "session"]].assign(session=frame["session"] - sessions)
    past = pd.merge_asof(earlier, before, on="session", by="security", tolerance=sessions)
    frame["past_return"] = frame["price"].to_numpy() / past["before"].to_numpy() - 1
    return frame


def crowd_securities(trades: pd.DataFrame, *, top: int) -> np.ndarray[Any, Any]:
    """The `top` securities by traded amount in the window, ties by code."""
    sums = trades.groupby("security", sort=True)["amount"].sum()
    return sums.sort_values(ascending=False, kind="stable").index[:top].to_numpy()
