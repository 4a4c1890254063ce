"""What may be offered to a client, and how an offer that was made stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from clients.models import Client
from retention.domain.concessions import Priced, price_all
from retention.domain.rules import RetentionRules
from retention.models import Offer, RetentionCase


@dataclass(frozen=True)
class OfferRow:
    """share: of the revenue it is set against, None without revenue. in_extract: whether the rate that the client accepted is
    charged by the counter system's last extract, None where no rate was accepted."""

    offer: Offer
    share: Decimal | None
    in_extract: bool | None


def priced_for(client: Client, rules: RetentionRules) -> list[Priced]:
    """The approved table for a client fetched with figures, what is allowed first."""
    return price_all(
        rules.concessions,
        rate=client.commission_rate,
        commission=client.figures.commission_12m or Decimal(0),
        revenue=client.figures.revenue_12m or Decimal(0),
    )


def offers_of(case: RetentionCase) -> Sequence[OfferRow]:
    """In the order in which they were made; the case has been fetched with its client."""
    rows = case.offers.select_related("made_by", "approved_by")
    return [
        OfferRow(
            offer,
            offer.yearly_cost / offer.yearly_revenue if offer.yearly_revenue > 0 else None,
            _in_extract(offer, case.client.commission_rate),
        )
        for offer in rows
    ]


def _in_extract(offer: Offer, charged: Decimal | None) -> bool | None:
    if offer.state != Offer.State.ACCEPTED or "rate" not in offer.terms:
        return None
    return charged is not None and charged <= Decimal(offer.terms["rate"])
