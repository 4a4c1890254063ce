"""Load what scoring needs: one set-based read per branch, sums in NUMERIC inside PostgreSQL, arrays outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from django.db import connection

from branch_crm.core import trading_calendar
from branch_crm.core.bulk_copy import read_columns
from branch_crm.core.models import Branch
from branch_crm.core.trading_calendar import TradingCalendar
from clients.domain.value.decay import MonthWeight, month_weights, window_start_month
from clients.domain.value.rules import ValueRules
from clients.domain.value.score import Facts

#: A client's sums of the window. `share` cuts the oldest month (money, exact); `faded` = share x decay feeds scores (float).
FLOWS = """
    SELECT s.client_id,
           sum(s.net_commission::float8 * w.faded) AS commission_decayed,
           sum(s.net_commission * w.share) AS commission_12m,
           sum(s.products_bought::float8 * w.faded) AS purchases_decayed,
           sum(s.product_fees * w.share) AS fees_12m,
           max(s.last_trade_on) AS last_trade_on,
           sum(s.trades) AS trades,
           count(*) FILTER (WHERE s.products_bought <> 0 OR s.products_redeemed <> 0 OR s.product_fees <> 0) AS products
    FROM clients_monthlysum s JOIN (VALUES {weights}) AS w (month, share, faded) ON w.month = s.month
    WHERE s.branch_id = %(branch)s
    GROUP BY s.client_id
"""

#: Means over the snapshots of the last sessions; a day the branch has but the client lacks counts as no stock held.
HOLDINGS = """
    SELECT client_id,
           avg(total - coalesce(margin_debt, 0) - coalesce(short_debt, 0)) AS net_assets,
           avg(cash) AS cash,
           sum(stock_value) / (SELECT count(*) FROM generate_series(%(holdings_from)s::date, %(as_of)s, '1 day') AS d (day)
               WHERE EXISTS (SELECT FROM clients_assetsnapshot x WHERE x.branch_id = %(branch)s AND x.day = d.day::date)
           ) AS stock_value
    FROM clients_assetsnapshot
    WHERE branch_id = %(branch)s AND day BETWEEN %(holdings_from)s AND %(as_of)s
    GROUP BY client_id
"""

#: The newest quota of each market that is not stale. STAR and main board of Shanghai rest on the same value: the larger.
QUOTAS = """
    SELECT client_id,
           max(quota) FILTER (WHERE market IN ('SH', 'STAR')) AS shanghai,
           max(quota) FILTER (WHERE market = 'SZ') AS shenzhen
    FROM (
        SELECT DISTINCT ON (client_id, market) client_id, market, quota
        FROM clients_ipoquota
        WHERE branch_id = %(branch)s AND day BETWEEN %(quota_from)s AND %(as_of)s
        ORDER BY client_id, market, day DESC
    ) newest
    GROUP BY client_id
"""

#: Every client that is not closed, in the order of client numbers. Without recent snapshots the newest one not stale serves.
FACTS = f"""
    WITH flows AS ({FLOWS}), holdings AS ({HOLDINGS}), quotas AS ({QUOTAS})
    SELECT c.id,
           coalesce(flows.commission_decayed, 0)::float8, coalesce(round(flows.commission_12m, 2), 0)::float8,
           coalesce(flows.purchases_decayed, 0)::float8, coalesce(round(flows.fees_12m, 2), 0)::float8,
           coalesce(holdings.net_assets, late.net_assets, 'NaN')::float8,
           coalesce(holdings.cash, late.cash, 'NaN')::float8,
           coalesce(holdings.stock_value, late.stock_value, 'NaN')::float8,
           coalesce(quotas.shanghai, 'NaN')::float8, coalesce(quotas.shenzhen, 'NaN')::float8,
           coalesce(flows.last_trade_on - date '2000-01-01', -1)::bigint,
           coalesce(flows.trades, 0)::bigint, coalesce(flows.products, 0)::bigint
    FROM clients_client c
    LEFT JOIN flows ON flows.client_id = c.id
    LEFT JOIN holdings ON holdings.client_id = c.id
    LEFT JOIN quotas ON quotas.client_id = c.id
    LEFT JOIN LATERAL (
        SELECT total - coalesce(margin_debt, 0) - coalesce(short_debt, 0) AS net_assets, cash, stock_value
        FROM clients_assetsnapshot a
        WHERE holdings.client_id IS NULL AND a.client_id = c.id AND a.day BETWEEN %(late_from)s AND %(as_of)s
        ORDER BY a.day DESC LIMIT 1
    ) late ON true
    WHERE c.branch_id = %(branch)s AND c.status <> 'closed'
    ORDER BY c.client_no COLLATE "C"
"""

COLUMNS = {
    "client": "bigint",
    "commission_decayed": "float8",
    "commission_12m": "float8",
    "purchases_decayed": "float8",
    "fees_12m": "float8",
    "net_assets": "float8",
    "cash": "float8",
    "stock_value": "float8",
    "quota_shanghai": "float8",
    "quota_shenzhen": "float8",
    "last_trade": "bigint",
    "trades": "bigint",
    "products": "bigint",
}


@dataclass(frozen=True)
class Windows:
    """Which days and months count on a day, in trading days of the calendar."""

    as_of: date
    months: list[MonthWeight]
    holdings_from: date
    late_from: date
    quota_from: date


@dataclass(frozen=True)
class LoadedFacts:
    """`last_trade`: days (datetime64[D]), NaT = none in the window."""

    facts: Facts
    last_trade: npt.NDArray[np.datetime64]


def windows(as_of: date, rules: ValueRules, calendar: TradingCalendar | None = None) -> Windows:
    """The windows of the rules as of a day. One small query for the calendar unless it is given."""
    calendar = calendar or trading_calendar.load()
    first = window_start_month(as_of, rules.window_months)
    last = calendar.on_or_before(as_of)
    days = (first + timedelta(days=offset) for offset in range((as_of - first).days + 1))
    months = month_weights(
        [day for day in days if calendar.is_session(day)],
        as_of=as_of,
        window_months=rules.window_months,
        half_life_sessions=rules.half_life_sessions,
    )
    return Windows(
        as_of=as_of,
        months=months,
        holdings_from=calendar.shift(last, 1 - rules.asset_sessions) if rules.asset_sessions > 1 else last,
        late_from=calendar.shift(last, -rules.asset_stale_sessions),
        quota_from=calendar.shift(last, -rules.quota_stale_sessions),
    )


def load_facts(branch: Branch, rules: ValueRules, on: Windows) -> LoadedFacts:
    """One query for the whole branch, no matter its size."""
    parameters = {
        "branch": branch.pk,
        "as_of": on.as_of,
        "holdings_from": on.holdings_from,
        "late_from": on.late_from,
        "quota_from": on.quota_from,
    }
    with connection.cursor() as cursor:
        weights = ", ".join(
            cursor.mogrify("(%s::date, %s::numeric, %s::float8)", (m.month, str(m.share), m.share * m.decay)).decode()
            for m in on.months
        )
        query = cursor.mogrify(FACTS.replace("{weights}", weights), parameters).decode()
        columns = read_columns(cursor, query, COLUMNS)
    days = columns.pop("last_trade")
    trades, products = columns.pop("trades"), columns.pop("products")
    facts = Facts(**columns, trades_known=bool(trades.any()), products_known=bool(products.any()))
    last_trade = np.where(days < 0, np.datetime64("NaT"), np.datetime64("2000-01-01") + np.maximum(days, 0))
    return LoadedFacts(facts, last_trade)
