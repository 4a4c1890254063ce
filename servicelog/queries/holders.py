"""Who holds a product, by the orders of the extract: bought less redeemed, at cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, F, Sum, Value, When

from branch_crm.core.models import Staff
from clients.models import Product, ProductOrder

ZERO = Decimal(0)
#: What is left of a client's orders of one product.
LEFT = Sum(Case(When(kind="buy", then=F("amount")), When(kind="redeem", then=-F("amount")), default=Value(ZERO)))


@dataclass(frozen=True)
class Holders:
    clients: int
    amount: Decimal


def holders_of(user: Staff, product: Product, *, on: date) -> Holders:
    """Among the clients this person sees; nobody holds what has matured."""
    if product.matures_on is not None and product.matures_on < on:
        return Holders(0, ZERO)
    orders = ProductOrder.objects.visible_to(user).filter(
        branch=product.branch_id, product_code=product.code, day__lte=on
    )
    amounts = orders.values("client_id").annotate(left=LEFT).filter(left__gt=0).values_list("left", flat=True)
    held = list(amounts)
    return Holders(len(held), sum(held, ZERO))
