"""Figures of behaviour per client from a year of trades and the account (domain.md §4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from clients.domain.persona.disposition import count_gains_and_losses, disposition
from clients.domain.persona.market import crowd_securities, daily_prices, past_returns

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Behaviour:
    """Raw material. `trades`: client (row index into the accounts), session, security (dense index), is_buy, quantity, amount.

    `accounts`, one row per client in index order: mean_stock_value, net_assets, total_assets, margin_debt, product_value,
    cash (元, NaN = unknown), hhi (0-1). `months` is the length of the window.
    """

    trades: pd.DataFrame
    accounts: pd.DataFrame
    months: float


@dataclass(frozen=True)
class Proxies:
    """`figures` by name (N,); `trades` the number of trades; NaN = the figure cannot be had for this client."""

    figures: dict[str, Floats]
    trades: Floats


def _share(part: np.ndarray[Any, Any], whole: np.ndarray[Any, Any]) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        share = part / whole
    share[~(whole > 0)] = np.nan
    return share


def _sums(client: npt.NDArray[np.int64], amount: Floats, n: int) -> Floats:
    return np.bincount(client, amount, n).astype(np.float64)


def work_out(behaviour: Behaviour, rules: dict[str, Any]) -> Proxies:
    """All proxies of the policy for all clients, without a loop over clients."""
    trades, accounts = behaviour.trades, behaviour.accounts
    n = len(accounts)
    client = trades["client"].to_numpy(dtype=np.int64)
    amount = trades["amount"].to_numpy(dtype=np.float64)
    is_buy = trades["is_buy"].to_numpy(dtype=bool)
    count = np.bincount(client, minlength=n).astype(np.float64)
    traded = _sums(client, amount, n)

    prices = past_returns(daily_prices(trades), sessions=rules["momentum_sessions"])
    buys = trades[is_buy].merge(prices, on=["security", "session"], how="left")
    buyer = buys["client"].to_numpy(dtype=np.int64)
    bought = buys["amount"].to_numpy(dtype=np.float64)
    known_day = buys["day_return"].notna().to_numpy()
    at_limit = known_day & (buys["day_return"].to_numpy(dtype=np.float64) >= rules["limit_up"])
    past = buys["past_return"].to_numpy(dtype=np.float64)
    known_past = ~np.isnan(past)

    crowd = np.isin(trades["security"].to_numpy(), crowd_securities(trades, top=rules["crowd_top"]))
    column = {name: accounts[name].to_numpy(dtype=np.float64) for name in accounts.columns}
    annual = 12.0 / behaviour.months
    figures = {
        "turnover": _share(traded / 2 * annual, column["mean_stock_value"]),
        "trades_a_month": count / behaviour.months,
        "concentration": column["hhi"],
        "crowd_share": _share(_sums(client, amount * crowd, n), traded),
        "limit_up_share": _share(_sums(buyer, bought * at_limit, n), _sums(buyer, bought * known_day, n)),
        "momentum": _share(
            _sums(buyer, bought * np.where(known_past, past, 0.0), n), _sums(buyer, bought * known_past, n)
        ),
        "leverage": _share(np.nan_to_num(column["margin_debt"]), column["net_assets"]),
        "product_share": _share(np.nan_to_num(column["product_value"]), column["total_assets"]),
        "cash_share": _share(np.nan_to_num(column["cash"]), column["total_assets"]),
        "disposition": _disposition(trades, prices, n, rules),
    }
    # A client without stock and without trades has a turnover of zero, not an unknown one.
    figures["turnover"][(count == 0) & np.isnan(figures["turnover"])] = 0.0
    return Proxies(figures, count)


def _disposition(trades: pd.DataFrame, prices: pd.DataFrame, n: int, rules: dict[str, Any]) -> Floats:
    known = trades[trades["quantity"] > 0]
    if known.empty:
        return np.full(n, np.nan)
    ordered = prices.sort_values(["security", "session"], kind="stable")
    quantity = known["quantity"].to_numpy(dtype=np.float64)
    counts = count_gains_and_losses(
        known["client"].to_numpy(dtype=np.int64),
        known["session"].to_numpy(dtype=np.int64),
        known["security"].to_numpy(dtype=np.int64),
        known["is_buy"].to_numpy(dtype=bool),
        quantity,
        known["amount"].to_numpy(dtype=np.float64) / quantity,
        clients=n,
        price_security=ordered["security"].to_numpy(dtype=np.int64),
        price_session=ordered["session"].to_numpy(dtype=np.int64),
        price_value=ordered["price"].to_numpy(dtype=np.float64),
    )
    return disposition(counts, minimum=rules["minimum_disposition"])
