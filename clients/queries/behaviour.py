"""Load what the persona rule eats: a year of trades and the accounts of one branch, as frames."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.db import connection

from branch_crm.core.models import Branch
from branch_crm.core.trading_calendar import TradingCalendar
from clients.domain.persona.proxies import Behaviour

#: Length of the window behind all figures of behaviour.
WINDOW = timedelta(days=365)

TRADES = """
    SELECT client_id, day, market || ':' || security_code AS security, side = 'B' AS is_buy, quantity, amount
    FROM clients_trade
    WHERE branch_id = {branch} AND day > '{since}' AND day <= '{until}'
    ORDER BY client_id, day, at NULLS LAST, id
"""

ACCOUNTS = """
    SELECT c.id AS client_id, a.mean_stock_value, l.total AS total_assets,
           l.total - coalesce(l.margin_debt, 0) - coalesce(l.short_debt, 0) AS net_assets, l.margin_debt,
           coalesce(l.fund_value, 0) + coalesce(l.product_value, 0) AS product_value, l.cash, p.hhi
    FROM clients_client c
    LEFT JOIN (
        SELECT client_id, avg(stock_value) AS mean_stock_value FROM clients_assetsnapshot
        WHERE branch_id = {branch} AND day > '{since}' AND day <= '{until}' GROUP BY client_id
    ) a ON a.client_id = c.id
    LEFT JOIN (
        SELECT DISTINCT ON (client_id) client_id, total, margin_debt, short_debt, fund_value, product_value, cash
        FROM clients_assetsnapshot WHERE branch_id = {branch} AND day > '{since}' AND day <= '{until}'
        ORDER BY client_id, day DESC
    ) l ON l.client_id = c.id
    LEFT JOIN (
        SELECT client_id, sum(value * value) / nullif(sum(value) ^ 2, 0) AS hhi FROM (
            SELECT client_id, value, rank() OVER (PARTITION BY client_id ORDER BY day DESC) AS newest
            FROM clients_position WHERE branch_id = {branch} AND day <= '{until}' AND value > 0
        ) holdings WHERE newest = 1 GROUP BY client_id
    ) p ON p.client_id = c.id
    WHERE c.branch_id = {branch}
    ORDER BY c.id
"""


@dataclass(frozen=True)
class Loaded:
    """`client_ids` (N,) in the row order of `behaviour.accounts`."""

    client_ids: npt.NDArray[np.int64]
    behaviour: Behaviour


def _frame(query: str, **arguments: object) -> pd.DataFrame:
    """COPY out, parse once: several times quicker than fetching rows through the driver. Arguments are ids and dates only."""
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({query.format(**arguments)}) TO STDOUT (FORMAT csv, HEADER)", buffer)
    buffer.seek(0)
    return pd.read_csv(buffer, dtype={"security": "category"}, true_values=["t"], false_values=["f"])


def load_behaviour(branch: Branch, *, as_of: date, calendar: TradingCalendar) -> Loaded:
    """Two COPYs, whatever the size of the branch."""
    arguments = {"branch": int(branch.pk), "since": (as_of - WINDOW).isoformat(), "until": as_of.isoformat()}
    accounts = _frame(ACCOUNTS, **arguments)
    trades = _frame(TRADES, **arguments)
    client_ids = accounts.pop("client_id").to_numpy(dtype=np.int64)
    days, day_index = np.unique(trades["day"].to_numpy(dtype="datetime64[D]"), return_inverse=True)
    frame = pd.DataFrame(
        {
            "client": np.searchsorted(client_ids, trades["client_id"].to_numpy(dtype=np.int64)),
            "session": (-calendar.count_many(days, as_of))[day_index] if len(days) else np.array([], dtype=np.int64),
            "security": trades["security"].cat.codes.to_numpy(dtype=np.int64),
            "is_buy": trades["is_buy"].to_numpy(dtype=bool),
            "quantity": trades["quantity"].to_numpy(dtype=np.float64),
            "amount": trades["amount"].to_numpy(dtype=np.float64),
        }
    )
    return Loaded(client_ids, Behaviour(frame, accounts.astype(np.float64), months=WINDOW.days / 30.4375))
