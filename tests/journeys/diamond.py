"""The client everybody would like to keep: of the highest tier, found by pinyin, with a rate that can be lowered."""

from __future__ import annotations

from decimal import Decimal

from clients.domain.names import search_tokens
from clients.models import Client
from tests.cast import Cast


def diamond_client(cast: Cast) -> Client:
    name, number, accounts = "李建军", "80000001", ["6101000001"]
    client = Client.objects.create(
        branch=cast.home,
        client_no=number,
        name=name,
        advisor=cast.advisor_profile,
        commission_rate=Decimal("0.000250"),
        fund_accounts=accounts,
        search_tokens=search_tokens(name=name, client_no=number, fund_accounts=accounts),
    )
    figures = client.figures
    figures.tier, figures.commission_12m, figures.revenue_12m = 5, Decimal(5000), Decimal(6000)
    figures.save(update_fields=["tier", "commission_12m", "revenue_12m"])
    return client
