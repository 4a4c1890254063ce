"""What the panels of a client's page show. Each function is one or two queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet

from clients.models import AssetSnapshot, CashFlow, Client, MonthlySum, Position, ProductOrder, Trade

#: Months of history that the charts show.
MONTHS = 15
#: Days shown one by one; before that the last snapshot of each month.
DAILY = 31
ROWS = 30
MOST_ORDERS = 300
ZERO = Decimal(0)
#: Design tokens (static/css/tokens.css) of the asset kinds.
COLORS = {
    "stock_value": "type-commission",
    "fund_value": "persona-ii",
    "product_value": "type-product",
    "cash": "type-asset",
    "total": "accent",
}


@dataclass(frozen=True)
class AssetCurve:
    as_of: date
    latest: AssetSnapshot
    chart: dict[str, Any]


def asset_curve(client: Client, names: dict[str, str]) -> AssetCurve | None:
    """Assets by kind over time: month ends, then day by day. `names` are the words of the legend."""
    snapshots = list(AssetSnapshot.objects.filter(client=client).order_by("-day")[: MONTHS * 23])
    if not snapshots:
        return None
    latest = snapshots[0]
    shown = _thinned(snapshots, latest.day)
    kinds = [kind for kind in ("stock_value", "fund_value", "product_value", "cash") if _any(shown, kind)]
    series = [
        {"name": names[kind], "values": [_float(getattr(each, kind)) for each in shown], "color": COLORS[kind]}
        for kind in kinds
    ] or [{"name": names["total"], "values": [_float(each.total) for each in shown], "color": COLORS["total"]}]
    return AssetCurve(
        latest.day, latest, {"days": [each.day.isoformat() for each in shown], "series": series, "unit": names["unit"]}
    )


def months_of(client: Client) -> list[MonthlySum]:
    """The newest months, oldest first."""
    months = MonthlySum.objects.filter(client=client).order_by("-month")[:MONTHS]
    return list(reversed(months))


@dataclass(frozen=True)
class Holdings:
    day: date | None
    rows: list[Position]
    total: Decimal

    def share(self, row: Position) -> float:
        return float(row.value / self.total) if self.total else 0.0


def holdings_of(client: Client) -> Holdings:
    """Positions of the newest day on which any were reported."""
    newest = Position.objects.filter(client=client).aggregate(day=Max("day"))["day"]
    rows = (
        list(Position.objects.filter(client=client, day=newest).order_by("-value", "security_code")) if newest else []
    )
    return Holdings(newest, rows, sum((row.value for row in rows), ZERO))


@dataclass(frozen=True)
class Slice:
    """Rows newest first; `after` is the key of the next ones, empty at the end."""

    rows: Sequence[Any]
    after: str


def trades_of(client: Client, *, after: str = "") -> Slice:
    return _newest(Trade.objects.filter(client=client), after)


def flows_of(client: Client, *, after: str = "") -> Slice:
    return _newest(CashFlow.objects.filter(client=client), after)


@dataclass(frozen=True)
class HeldProduct:
    """Bought minus redeemed, at cost: the extract has no present value per product."""

    code: str
    name: str
    kind: str
    risk_level: str
    amount: Decimal
    matures_on: date | None


def product_orders_of(client: Client) -> list[ProductOrder]:
    return list(ProductOrder.objects.filter(client=client).order_by("-day", "-pk")[:MOST_ORDERS])


def held_products(orders: Sequence[ProductOrder], today: date) -> list[HeldProduct]:
    """What is left of the orders, next maturity first; products that have matured are gone."""
    left: dict[str, Decimal] = {}
    newest: dict[str, ProductOrder] = {}
    for order in orders:
        sign = {ProductOrder.Kind.BUY: 1, ProductOrder.Kind.REDEEM: -1}.get(ProductOrder.Kind(order.kind), 0)
        left[order.product_code] = left.get(order.product_code, ZERO) + sign * order.amount
        if order.product_code not in newest or newest[order.product_code].matures_on is None:
            newest[order.product_code] = order
    held = [
        HeldProduct(code, last.product_name, last.product_kind, last.risk_level, left[code], last.matures_on)
        for code, last in newest.items()
        if left[code] > 0 and (last.matures_on is None or last.matures_on >= today)
    ]
    return sorted(held, key=lambda each: (each.matures_on or date.max, -each.amount))


def _newest(facts: QuerySet[Any], after: str) -> Slice:
    """By day and id, so that the next rows are found by key (`<day>_<id>`) and no page is slower than the first."""
    day_text, _, id_text = after.partition("_")
    try:
        day, last_id = date.fromisoformat(day_text), int(id_text)
    except ValueError:
        pass
    else:
        facts = facts.filter(day__lte=day).exclude(day=day, pk__gte=last_id)
    rows = list(facts.order_by("-day", "-pk")[: ROWS + 1])
    more = len(rows) > ROWS
    rows = rows[:ROWS]
    return Slice(rows, f"{rows[-1].day.isoformat()}_{rows[-1].pk}" if more else "")


def _thinned(newest_first: list[AssetSnapshot], latest: date) -> list[AssetSnapshot]:
    kept: list[AssetSnapshot] = []
    for each in newest_first:
        is_recent = each.day > latest - timedelta(days=DAILY)
        is_month_end = not kept or (each.day.year, each.day.month) != (kept[-1].day.year, kept[-1].day.month)
        if is_recent or is_month_end:
            kept.append(each)
    return kept[::-1]


def _any(snapshots: Sequence[AssetSnapshot], kind: str) -> bool:
    return any(getattr(each, kind) for each in snapshots)


def _float(amount: Decimal | None) -> float | None:
    """For a chart, in ten thousands."""
    return None if amount is None else round(float(amount) / 1e4, 4)
