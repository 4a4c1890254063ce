"""Build a small branch's facts by hand: every test says only what it is about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np

from branch_crm.core.models import Branch
from clients.domain.value.rules import DEFAULT_RULES, parse_rules
from clients.domain.value.score import Facts, nothing_before
from clients.domain.value.score import score as score_facts
from clients.domain.value.summary import summarise
from clients.models import AssetSnapshot, Client, IpoQuota, MonthlySum


def client(branch: Branch, number: str, **fields: object) -> Client:
    return Client.objects.create(branch=branch, client_no=number, name=f"客户{number}", **fields)


def month(who: Client, first: date, *, net: float = 0, products: float = 0, fees: float = 0, last: date | None = None):
    return MonthlySum.objects.create(
        branch=who.branch,
        client=who,
        month=first,
        net_commission=Decimal(str(net)),
        products_bought=Decimal(str(products)),
        product_fees=Decimal(str(fees)),
        trades=1 if net else 0,
        last_trade_on=last,
    )


def assets(who: Client, day: date, total: float, *, debt: float = 0, cash: float | None = None, stock: float = 0):
    return AssetSnapshot.objects.create(
        branch=who.branch,
        client=who,
        day=day,
        total=Decimal(str(total)),
        margin_debt=Decimal(str(debt)),
        cash=None if cash is None else Decimal(str(cash)),
        stock_value=Decimal(str(stock)),
    )


def quota(who: Client, day: date, market: str, shares: int):
    return IpoQuota.objects.create(branch=who.branch, client=who, day=day, market=market, quota=shares)


def blank_summary() -> dict[str, object]:
    """The summary of a branch without clients, for tests that write values by hand."""
    none = np.zeros(0)
    facts = Facts(none.astype(np.int64), *[none] * 9, trades_known=True, products_known=True)
    return summarise(facts, score_facts(facts, parse_rules(DEFAULT_RULES), nothing_before(0)), [], 0)
