"""An advisor's own book at the first glance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from branch_crm.core.models import Staff
from clients.models import Client, ClientFigures, ClientStatus
from clients.queries.data_notes import SOON

#: The first of each list; the whole list is one click away.
ROWS = 8
QUIET = timedelta(days=60)


def own_book(user: Staff) -> dict[str, Any]:
    """Sums over the clients a person serves; one query."""
    figures = ClientFigures.objects.visible_to(user)
    tiers = {f"tier_{tier}": Count("pk", filter=Q(tier=tier)) for tier in range(1, 6)}
    return figures.aggregate(
        clients=Count("pk"),
        core=Count("pk", filter=Q(is_core=True)),
        assets=Sum("total_assets"),
        commission=Sum("commission_12m"),
        **tiers,
    )


def risk_levels_ending(user: Staff, today: date) -> QuerySet[Client]:
    """Whose risk level has ended or soon will: until it is assessed again nothing may be recommended."""
    clients = Client.objects.visible_to(user).filter(risk_valid_until__lte=today + SOON)
    open_clients = clients.exclude(status=ClientStatus.CLOSED).select_related("figures")
    return open_clients.order_by(F("figures__value").desc(nulls_last=True), "pk")[:ROWS]


def core_gone_quiet(user: Staff, today: date) -> QuerySet[Client]:
    """Core clients without a trade for sixty days, most valuable first."""
    clients = Client.objects.visible_to(user).filter(figures__is_core=True)
    quiet = clients.filter(Q(figures__last_trade_on__lt=today - QUIET) | Q(figures__last_trade_on=None))
    return quiet.select_related("figures").order_by("-figures__value", "pk")[:ROWS]


def need_a_talk(user: Staff) -> QuerySet[Client]:
    """Clients whose questionnaire and behaviour disagree."""
    clients = Client.objects.visible_to(user).filter(figures__needs_talk=True).select_related("figures")
    return clients.order_by(F("figures__value").desc(nulls_last=True), "pk")[:ROWS]
