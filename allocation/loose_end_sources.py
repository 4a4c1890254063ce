"""What allocation keeps in the name of a person: the book itself, and whatever is being decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allocation.models import AssignmentLock, Bid, ChangeRequest, Handover, Objection, PlanLine, ServiceReview
from allocation.models.notice import Answer
from allocation.queries.leaver import UNDER_WAY
from clients.models import Client, ClientStatus
from servicelog.loose_end_sources import page_of
from servicelog.loose_ends import Kind, LooseEnd, Person, register

Found = tuple[int, Sequence[LooseEnd]]


def _found(rows: QuerySet[Any], limit: int, tell: Any) -> Found:
    return rows.count(), [tell(row) for row in rows[:limit]] if limit else ()


def clients(person: Person, limit: int) -> Found:
    """The dearest first: they cannot wait."""
    rows = Client.objects.filter(advisor=person.advisor, advisor__isnull=False)
    rows = rows.exclude(status__in=[ClientStatus.CLOSED, ClientStatus.CLOSING]).order_by("-figures__value", "pk")
    return _found(rows, limit, lambda row: LooseEnd(row.name, row.client_no, None, page_of(row.pk)))


def closing(person: Person, limit: int) -> Found:
    rows = Client.objects.filter(advisor=person.advisor, advisor__isnull=False, status=ClientStatus.CLOSING)
    return _found(rows.order_by("pk"), limit, lambda row: LooseEnd(row.name, row.client_no, None, page_of(row.pk)))


def requests(person: Person, limit: int) -> Found:
    """Of the own clients, or for this very person by somebody else's client: both are decided before the last day."""
    rows = ChangeRequest.objects.filter(state=ChangeRequest.State.OPEN).filter(
        Q(client__advisor=person.advisor, client__advisor__isnull=False)
        | Q(wished=person.advisor, wished__isnull=False)
    )
    return _found(
        rows.select_related("client").order_by("due_on"),
        limit,
        lambda row: LooseEnd(
            row.client.name,
            str(row.get_origin_display()),
            row.due_on,
            reverse("allocation:request_detail", args=[row.pk]),
        ),
    )


def put_forward(person: Person, limit: int) -> Found:
    """Objections and self-nominations that wait for an answer."""
    objections = Objection.objects.filter(advisor=person.advisor, advisor__isnull=False, answer=Answer.OPEN)
    bids = Bid.objects.filter(advisor=person.advisor, advisor__isnull=False, answer=Answer.OPEN)
    count, shown = _found(
        objections.select_related("client", "notice").order_by("pk"),
        limit,
        lambda row: LooseEnd(
            row.client.name,
            str(row.get_ground_display()),
            row.notice.ends,
            reverse("allocation:notice", args=[row.notice.plan_id]),
        ),
    )
    more, rest = _found(
        bids.select_related("notice").order_by("pk"),
        max(limit - len(shown), 0),
        lambda row: LooseEnd(
            row.client_no or str(Bid._meta.verbose_name),
            row.text,
            row.notice.ends,
            reverse("allocation:notice", args=[row.notice.plan_id]),
        ),
    )
    return count + more, [*shown, *rest]


def reviews(person: Person, limit: int) -> Found:
    unfinished = (ServiceReview.State.NOTICED, ServiceReview.State.DUE, ServiceReview.State.UPHELD)
    rows = ServiceReview.objects.filter(advisor=person.advisor, advisor__isnull=False, state__in=unfinished)
    return _found(
        rows.select_related("client").order_by("cure_until"),
        limit,
        lambda row: LooseEnd(row.client.name, str(row.get_finding_display()), row.cure_until, page_of(row.client_id)),
    )


def lines(person: Person, limit: int) -> Found:
    """Moves of plans under way that would give this person a client."""
    rows = PlanLine.objects.filter(after=person.advisor, after__isnull=False, plan__state__in=UNDER_WAY)
    rows = rows.exclude(before=person.advisor).select_related("client", "plan").order_by("plan", "pk")
    return _found(
        rows,
        limit,
        lambda row: LooseEnd(
            row.client.name,
            f"#{row.plan.number} {row.plan.title}",
            row.plan.effective_on,
            reverse("allocation:plan_detail", args=[row.plan_id]),
        ),
    )


def locks(person: Person, limit: int) -> Found:
    rows = AssignmentLock.objects.filter(advisor=person.advisor, withdrawn_at__isnull=True)
    return _found(
        rows.select_related("client").order_by("pk"),
        limit,
        lambda row: LooseEnd(row.client.name, row.reason, row.until, page_of(row.client_id)),
    )


def to_sign(person: Person, limit: int) -> Found:
    """Dossiers the person has not read: whoever takes the client over now reads a fresh one."""
    rows = Handover.objects.filter(taker=person.advisor, signed_at__isnull=True, client__advisor=person.advisor)
    return _found(
        rows.select_related("client", "giver").order_by("pk"),
        limit,
        lambda row: LooseEnd(row.client.name, row.giver.name, row.on, page_of(row.client_id)),
    )


def register_all() -> None:
    split = _("The book is split: by the engine over the eligible colleagues, or by hand.")
    answered = _("Answered or taken back before the last day.")
    register(Kind("clients", _("Clients"), split, clients, rank=0))
    pool = _("Left in peace; they pass to the shared pool when the account ends.")
    register(Kind("closing", _("Clients who are closing the account"), pool, closing, holds=False, rank=10))
    register(Kind("locks", _("Locks"), _("Lifted when the client is handed over."), locks, follows=True, holds=False))
    register(Kind("requests", _("Requests for another advisor"), _("Decided by the director."), requests, rank=60))
    register(Kind("put_forward", _("Objections and self-nominations"), answered, put_forward, rank=61))
    register(Kind("lines", _("Moves that would bring clients"), _("Redirected in the plan."), lines, rank=62))
    decided = _("Decided by the director, or they end with the handover.")
    register(Kind("reviews", _("Service reviews"), decided, reviews, rank=63))
    fresh = _("Whoever takes the client over reads a fresh dossier.")
    register(Kind("to_sign", _("Dossiers not yet signed"), fresh, to_sign, follows=True, holds=False, rank=64))
