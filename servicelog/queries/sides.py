"""Clients and products as the suitability rules see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from clients.models import Client, ClientProfile, ClientStatus, InvestorClass, Product
from servicelog.domain.suitability import ClientSide, ProductSide, days_of_term

#: Nothing is offered to these: the account is frozen, or the client is leaving or gone.
NOT_OFFERED = frozenset({ClientStatus.SUSPENDED, ClientStatus.CLOSING, ClientStatus.CLOSED})
#: Columns of a client that make a side, in the order of `side_from`.
SIDE_COLUMNS = (
    "risk_level", "risk_valid_until", "investor_class", "status", "profile__liquidity_need", "profile__wanted_kinds",
    "profile__marketing_opt_out",
)  # fmt: skip


def side_from(
    level: str,
    valid_until: date | None,
    investor_class: str,
    status: str,
    liquidity: str | None,
    kinds: Iterable[str] | None,
    opted_out: bool | None,
) -> ClientSide:
    """The profile's three are None where the client has none."""
    return ClientSide(
        level=level,
        valid_until=valid_until,
        professional=investor_class != InvestorClass.ORDINARY,
        liquidity=liquidity or "",
        kinds=frozenset(kinds or ()),
        active=status not in NOT_OFFERED,
        opted_out=bool(opted_out),
    )


def client_side(client: Client) -> ClientSide:
    profile = ClientProfile.objects.filter(client=client).first()
    wishes = (
        (profile.liquidity_need, profile.wanted_kinds, profile.marketing_opt_out) if profile else (None, None, None)
    )
    return side_from(client.risk_level, client.risk_valid_until, client.investor_class, client.status, *wishes)


def product_side(product: Product, on: date) -> ProductSide:
    return ProductSide(
        level=product.risk_level,
        on_sale=product.on_sale,
        term_days=days_of_term(product.term, product.matures_on, on=on),
        kind=product.kind,
    )
