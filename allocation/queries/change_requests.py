"""The queue of requests for another advisor, and how many of them wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from allocation.models import Assignment, ChangeRequest
from branch_crm.core.models import Staff
from clients.models import Client
from clients.queries.book import HEAVY

OPEN = ChangeRequest.State.OPEN


def requests_for(user: Staff) -> QuerySet[ChangeRequest]:
    """Every request the person may see, with client, figures, people, and since when the present holder serves (`since`)."""
    since = Assignment.objects.filter(client=OuterRef("client_id"), ends__isnull=True).values("starts")[:1]
    people = (
        "branch",
        "client__figures",
        "client__advisor",
        "present",
        "wished",
        "successor",
        "entered_by",
        "decided_by",
    )
    heavy = [f"client__{name}" for name in HEAVY]
    rows = ChangeRequest.objects.visible_to(user).select_related(*people).defer(*heavy)
    return rows.annotate(since=Subquery(since))


def open_queue(user: Staff) -> QuerySet[ChangeRequest]:
    """First due first."""
    return requests_for(user).filter(state=OPEN).order_by("due_on", "pk")


def decided(user: Staff) -> QuerySet[ChangeRequest]:
    """Changed, kept and withdrawn, the newest decision first."""
    return requests_for(user).exclude(state=OPEN).order_by("-decided_at", "-pk")


@dataclass(frozen=True)
class Waiting:
    """Requests to be decided, and those of them whose last day is over."""

    open: int
    overdue: int


def waiting_requests(user: Staff, *, on: date) -> Waiting:
    counts = ChangeRequest.objects.visible_to(user).filter(state=OPEN)
    return Waiting(**counts.order_by().aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on))))


def open_request(client: Client) -> ChangeRequest | None:
    return ChangeRequest.objects.filter(client=client, state=OPEN).select_related("present", "wished").first()
