"""Keep MonthlySum in step with the facts: the months of the clients an import touched are summed afresh, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clients.models import CashFlow, MonthlySum, ProductOrder, Trade
from clients.services.import_extract.apply import TOUCHED


@dataclass(frozen=True)
class Sums:
    """`columns`: MonthlySum column -> the aggregate over the fact's rows `f` of one client and month."""

    table: str
    columns: dict[str, str]


def _sum(column: str, condition: str = "") -> str:
    return f"coalesce(sum(f.{column}){f' FILTER (WHERE {condition})' if condition else ''}, 0)"


SUMS = {
    "trades": Sums(
        Trade._meta.db_table,
        {
            "commission": _sum("commission"),
            "net_commission": _sum("net_commission"),
            "bought": _sum("amount", "f.side = 'B'"),
            "sold": _sum("amount", "f.side = 'S'"),
            "trades": "count(f.id)",
            "last_trade_on": "max(f.day)",
        },
    ),
    "product_orders": Sums(
        ProductOrder._meta.db_table,
        {
            "products_bought": _sum("amount", "f.kind = 'buy'"),
            "products_redeemed": _sum("amount", "f.kind = 'redeem'"),
            "product_fees": _sum("fee"),
        },
    ),
    "cash_flows": Sums(
        CashFlow._meta.db_table,
        {
            "inflow": _sum("amount", "f.is_external AND f.amount > 0"),
            "outflow": "-" + _sum("amount", "f.is_external AND f.amount < 0"),
        },
    ),
}
NULLABLE = {"last_trade_on"}


def refresh_sums(cursor: Any, dataset: str, branch_id: int, *, first_load: bool) -> int:
    """Sum the touched months of a dataset again; on a branch's first load, all of them. Returns the rows written."""
    sums = SUMS.get(dataset)
    if sums is None:
        return 0
    month = "date_trunc('month', f.day::timestamp)::date"
    if first_load:
        source = f"SELECT f.client_id, {month} AS month, {_select(sums)} FROM {sums.table} f WHERE f.branch_id = {int(branch_id)}"
    else:
        # A month that lost its last row is summed too, to nothing.
        source = f"""
            SELECT m.client_id, m.month, {_select(sums)}
            FROM (SELECT DISTINCT client_id, date_trunc('month', day::timestamp)::date AS month FROM {TOUCHED}) m
            LEFT JOIN {sums.table} f
              ON f.client_id = m.client_id AND f.day >= m.month AND f.day < m.month + interval '1 month'
        """
    others = [
        str(field.column)
        for field in MonthlySum._meta.concrete_fields
        if field.column not in {"id", "branch_id", "client_id", "month", *sums.columns} and field.column not in NULLABLE
    ]
    own = list(sums.columns)
    table = MonthlySum._meta.db_table
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE branch_id = %s)", [branch_id])
    has_sums = cursor.fetchone()[0]
    upsert = f"ON CONFLICT (client_id, month) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in own)}"
    # Half the rows are a group of their own: sorting them is twice as quick as a hash table of all sums.
    cursor.execute("SET LOCAL enable_hashagg = off")
    cursor.execute(
        f"""
        INSERT INTO {table} (branch_id, client_id, month, {", ".join([*own, *others])})
        SELECT {int(branch_id)}, fresh.* {", 0" * len(others)} FROM ({source} GROUP BY 1, 2) fresh
        {upsert if has_sums else ""}
        """
    )
    written = int(cursor.rowcount)
    cursor.execute("SET LOCAL enable_hashagg = on")
    return written


def _select(sums: Sums) -> str:
    return ", ".join(f"{expression} AS {name}" for name, expression in sums.columns.items())
