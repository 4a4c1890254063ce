"""The windows of the value rule on a day, and the facts of one period of a branch as scoring reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from branch_crm.core import trading_calendar
from branch_crm.core.trading_calendar import TradingCalendar
from clients.domain.value.decay import MonthWeight, month_weights, window_start_month
from clients.domain.value.rules import ValueRules
from clients.models import FactBlock

#: What stands in a block for a figure that is not known (money is in cents).
UNKNOWN = -(2**62)

#: One query per kind of block: all columns bigint, by client. `marks` is 1 where the client traded, plus 2 for product orders.
BLOCKS: dict[str, tuple[str, tuple[str, ...]]] = {
    FactBlock.Kind.FLOWS: (
        """
        SELECT client_id, (net_commission * 100)::bigint, (products_bought * 100)::bigint, (product_fees * 100)::bigint,
               coalesce(last_trade_on - date '2000-01-01', -1)::bigint,
               (trades > 0)::int::bigint
               + 2 * (products_bought <> 0 OR products_redeemed <> 0 OR product_fees <> 0)::int
        FROM clients_monthlysum WHERE branch_id = %s AND month = %s ORDER BY client_id
        """,
        ("client", "net_commission", "products_bought", "product_fees", "last_trade", "marks"),
    ),
    FactBlock.Kind.HOLDINGS: (
        f"""
        SELECT client_id, ((total - coalesce(margin_debt, 0) - coalesce(short_debt, 0)) * 100)::bigint,
               coalesce((cash * 100)::bigint, {UNKNOWN}), coalesce((stock_value * 100)::bigint, {UNKNOWN})
        FROM clients_assetsnapshot WHERE branch_id = %s AND day = %s ORDER BY client_id
        """,
        ("client", "net_assets", "cash", "stock_value"),
    ),
    # STAR and main board of Shanghai rest on the same value: the larger one.
    FactBlock.Kind.QUOTAS: (
        f"""
        SELECT client_id,
               coalesce((max(quota) FILTER (WHERE market IN ('SH', 'STAR')) * 100)::bigint, {UNKNOWN}),
               coalesce((max(quota) FILTER (WHERE market = 'SZ') * 100)::bigint, {UNKNOWN})
        FROM clients_ipoquota WHERE branch_id = %s AND day = %s GROUP BY client_id ORDER BY client_id
        """,
        ("client", "shanghai", "shenzhen"),
    ),
}

#: The newest snapshot that is not stale, of clients without any in the window of the mean.
LATE_HOLDINGS = """
    SELECT DISTINCT ON (client_id) client_id, (total - coalesce(margin_debt, 0) - coalesce(short_debt, 0))::float8,
           coalesce(cash, 'NaN')::float8, coalesce(stock_value, 'NaN')::float8
    FROM clients_assetsnapshot
    WHERE branch_id = %s AND client_id = ANY(%s) AND day >= %s AND day < %s
    ORDER BY client_id, day DESC
"""

#: In the order of client numbers, which breaks all ties.
CLIENTS = """
    SELECT id FROM clients_client WHERE branch_id = %s AND status <> 'closed' ORDER BY client_no COLLATE "C"
"""


@dataclass(frozen=True)
class Windows:
    """Which months and days count on a day; all first days are inclusive."""

    as_of: date
    months: list[MonthWeight]
    holdings_from: date
    late_from: date
    quota_from: date


def windows(as_of: date, rules: ValueRules, calendar: TradingCalendar | None = None) -> Windows:
    """The windows of the rules as of a day. One small query for the calendar unless it is given."""
    calendar = calendar or trading_calendar.load()
    first = window_start_month(as_of, rules.window_months)
    last = calendar.on_or_before(as_of)
    months = month_weights(
        [day for day in days(first, as_of) if calendar.is_session(day)],
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


def days(first: date, last: date) -> list[date]:
    """Every calendar day from `first` to `last`: snapshots and quotas may be dated on any."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
