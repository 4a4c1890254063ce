"""What may be offered to a client, and what it costs against what the client brings. All money in 元 a year, exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from retention.domain.rules import Concession

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Priced:
    """allowed: the client brings enough, and the rate is not under the table's lowest. why_not: code, empty when allowed.

    cost: a year. share: of the yearly revenue, None without revenue. to_director: whether the director must approve.
    """

    concession: Concession
    rate: Decimal | None
    cost: Decimal
    share: Decimal | None
    allowed: bool
    why_not: str
    to_director: bool


def price(
    concession: Concession,
    *,
    rate: Decimal | None,
    commission: Decimal,
    revenue: Decimal,
    new_rate: Decimal | None = None,
) -> Priced:
    """`rate`: the client's present one, None = not known. `commission`: net, of the last 12 months, at that rate.

    A lower rate costs its part of the commission: commission x (1 - new / present). Without a new rate the lowest is priced.
    """
    cost, asked, why_not = concession.yearly_cost, None, ""
    lowest = concession.lowest_rate
    if lowest is not None:
        asked = lowest if new_rate is None else new_rate
        if not rate:
            why_not = "rate_unknown"
        elif asked < lowest:
            why_not = "under_the_table"
        elif asked >= rate:
            why_not = "not_lower"
        cost = max(Decimal(0), commission * (1 - asked / rate)) if rate else Decimal(0)
    if not why_not and revenue < concession.least_revenue:
        why_not = "brings_too_little"
    cost = cost.quantize(CENT, ROUND_HALF_UP)
    below = concession.director_below
    return Priced(
        concession=concession,
        rate=asked,
        cost=cost,
        share=(cost / revenue).quantize(Decimal("0.0001"), ROUND_HALF_UP) if revenue > 0 else None,
        allowed=not why_not,
        why_not=why_not,
        to_director=below is not None and asked is not None and asked < below,
    )


def price_all(
    table: Sequence[Concession], *, rate: Decimal | None, commission: Decimal, revenue: Decimal
) -> list[Priced]:
    """The whole table for one client: what is allowed first, in the table's order."""
    priced = [price(concession, rate=rate, commission=commission, revenue=revenue) for concession in table]
    return sorted(priced, key=lambda row: not row.allowed)
