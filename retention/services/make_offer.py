"""Offer a client something out of the approved table, priced against what the client brings; nothing else can be offered."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Role, Staff
from branch_crm.core.notifications import notify, people_of
from clients.models import Client
from retention.domain.concessions import Priced, price
from retention.domain.rules import RetentionRules
from retention.models import Offer, RetentionCase
from retention.services.ensure_policy import retention_rules
from retention.services.errors import RetentionError
from retention.services.hold_case import hold_case
from retention.wording import why_not_in_words

State = Offer.State
#: Offers that stand: the same one is not made twice.
STANDING = (State.MADE, State.WAITING, State.ACCEPTED)


@transaction.atomic
def make_offer(*, case: RetentionCase, concession: str, actor: Staff, rate: Decimal | None = None) -> Offer:
    """`rate`: share of traded value, for a lower rate; left out, the table's lowest. Made twice is once.

    Below the desk's own authority it waits for the director. Raises RetentionError outside the table, or where the client
    brings too little.
    """
    fresh = hold_case(case.pk)
    rules = retention_rules(fresh.branch, on=timezone.localdate())
    priced = price_for(fresh.client, rules, concession, rate)
    if not priced.allowed:
        raise RetentionError(why_not_in_words(priced), field="rate" if rate is not None else "concession")
    standing: Offer | None = fresh.offers.filter(concession=concession, state__in=STANDING).first()
    terms = {"rate": str(priced.rate.normalize())} if priced.rate is not None else {}
    if standing is not None:
        if standing.terms == terms:
            return standing
        raise RetentionError(_("This stands offered already, on other terms. Note first what the client said."))
    waits = priced.to_director and actor.role != Role.DIRECTOR
    approved = actor if priced.to_director and not waits else None
    offer = Offer.objects.create(
        case=fresh,
        concession=concession,
        terms=terms,
        yearly_cost=priced.cost,
        yearly_revenue=fresh.client.figures.revenue_12m or Decimal(0),
        state=State.WAITING if waits else State.MADE,
        made_by=actor,
        approved_by=approved,
        approved_at=timezone.now() if approved else None,
    )
    audit.record(
        action="retention.offer_made",
        actor=actor,
        branch=fresh.branch,
        target=offer,
        detail={"case": fresh.pk, "concession": concession, **terms, "cost": str(priced.cost), "waits": waits},
    )
    if waits:
        notify(
            recipients=people_of(fresh.branch, Role.DIRECTOR),
            kind="retention.offer_waits",
            key=f"offer:{offer.pk}",
            branch=fresh.branch,
            url=reverse("retention:case_detail", args=[fresh.pk]),
            actor=actor,
            cost=int(priced.cost),
        )
    return offer


def price_for(client: Client, rules: RetentionRules, code: str, rate: Decimal | None) -> Priced:
    """Raises RetentionError for a concession that is not in the table."""
    found = next((row for row in rules.concessions if row.code == code), None)
    if found is None:
        raise RetentionError(_("Only what stands in the approved table may be offered."), field="concession")
    return price(
        found,
        rate=client.commission_rate,
        commission=client.figures.commission_12m or Decimal(0),
        revenue=client.figures.revenue_12m or Decimal(0),
        new_rate=rate if found.lowest_rate is not None else None,
    )
