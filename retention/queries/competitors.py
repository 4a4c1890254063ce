"""Where clients went, at which rate, and what other firms were seen to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Aggregate, Count, DecimalField, Max, Min, QuerySet

from branch_crm.core.models import Branch, Staff
from retention.models import CompetitorMove, LeavingRequest
from retention.queries.cases import LEAVING
from retention.queries.figures import Period, key_of

#: A rate seen longer ago than this is no fact for a talk.
FRESH_DAYS = 180
SHOWN_RATES = 3


@dataclass(frozen=True)
class WentTo:
    """clients: who named this firm. rates: how many told its rate; lowest and median of them, shares of traded value."""

    competitor: str
    clients: int
    rates: int
    lowest: Decimal | None
    median: Decimal | None
    last_at: date


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    # It works in floating point; rates have six places.
    template = "(%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s))::numeric(8, 6)"
    output_field = DecimalField(max_digits=8, decimal_places=6)


def leaving_done(user: Staff, branch: Branch, period: Period) -> QuerySet[LeavingRequest]:
    """Requests to close or move that were done in the period."""
    requests = LeavingRequest.objects.visible_to(user).filter(branch=branch, kind__in=LEAVING)
    return requests.filter(
        state=LeavingRequest.State.DONE, finished_at__date__range=(period.since, period.until)
    ).order_by()


def went_to(requests: QuerySet[LeavingRequest]) -> Sequence[WentTo]:
    """Of `leaving_done`, those who told where they go; the firm most named first."""
    rows = requests.exclude(competitor="").values("competitor").annotate(
        clients=Count("client", distinct=True),
        rates=Count("competitor_rate"),
        lowest=Min("competitor_rate"),
        median=Median("competitor_rate"),
        last_at=Max("finished_at__date"),
    )  # fmt: skip
    return [WentTo(**row) for row in rows.order_by("-clients", "competitor")]


def by_month(requests: QuerySet[LeavingRequest]) -> Mapping[tuple[str, str], int]:
    """(firm, month) -> clients."""
    told = requests.exclude(competitor="").annotate(month=key_of("month", "finished_at"))
    rows = told.values_list("competitor", "month").annotate(clients=Count("client", distinct=True))
    return {(competitor, month): clients for competitor, month, clients in rows}


def rates_seen(user: Staff, branch: Branch, *, on: date) -> QuerySet[CompetitorMove]:
    """The latest rates that other firms were seen to offer."""
    moves = CompetitorMove.objects.visible_to(user).filter(branch=branch, what=CompetitorMove.What.RATE)
    return moves.filter(seen_on__gt=on - timedelta(days=FRESH_DAYS)).order_by("-seen_on", "-pk")[:SHOWN_RATES]
