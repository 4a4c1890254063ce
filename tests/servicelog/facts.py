"""Facts of the counter extract as the tests of the moments write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from clients.models import AssetSnapshot, CashFlow, Client, IpoQuota, Position, ProductOrder, Trade

#: A Monday; the session before it is a Friday, the one after it a Tuesday.
DAY = date(2026, 11, 23)
_keys = count(1)


def tier(client: Client, number: int) -> None:
    client.figures.tier = number
    client.figures.save()


def snapshot(client: Client, day: date = DAY, total: int = 500_000, **fields: Any) -> AssetSnapshot:
    return AssetSnapshot.objects.create(branch=client.branch, client=client, day=day, total=Decimal(total), **fields)


def flow(client: Client, amount: int, day: date = DAY, kind: str = "银行转取", external: bool = True) -> CashFlow:
    return CashFlow.objects.create(
        branch=client.branch, client=client, day=day, kind=kind, amount=Decimal(amount), is_external=external,
        row_key=f"flow-{next(_keys)}",
    )  # fmt: skip


def trade(client: Client, day: date = DAY, amount: int = 10_000) -> Trade:
    return Trade.objects.create(
        branch=client.branch, client=client, day=day, row_key=f"trade-{next(_keys)}", security_code="600519", side="B",
        amount=Decimal(amount),
    )  # fmt: skip


def position(client: Client, name: str, value: int, code: str = "600519", day: date = DAY) -> Position:
    return Position.objects.create(
        branch=client.branch, client=client, day=day, security_code=code, security_name=name, value=Decimal(value)
    )


def order(client: Client, amount: int, matures_on: date, kind: str = "buy", day: date = DAY) -> ProductOrder:
    return ProductOrder.objects.create(
        branch=client.branch, client=client, day=day, row_key=f"order-{next(_keys)}", product_code="P1",
        product_name="稳健一号", kind=kind, amount=Decimal(amount), matures_on=matures_on,
    )  # fmt: skip


def quota(client: Client, shares: int, day: date = DAY) -> IpoQuota:
    return IpoQuota.objects.create(branch=client.branch, client=client, day=day, market="SH", quota=Decimal(shares))
