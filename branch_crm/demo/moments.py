"""What the invented extract does not bring, on its last day: shares won, a margin spell, new permissions, somebody leaving."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from branch_crm.core.jobs import Progress
from branch_crm.core.models import Role, Staff
from branch_crm.demo.book import Book
from clients.models import AssetSnapshot, CashFlow, Client, ClientStatus

WINS = (Decimal("8460.00"), Decimal("23700.00"))
#: Below the warning line of 150 %, above where positions are closed by force.
STRAINED = Decimal("1.42")


@transaction.atomic
def let_things_happen(book: Book, progress: Progress) -> None:
    """In the book of the advisor who signs in, so that Today shows each of these moments once."""
    author = Staff.objects.filter(branch__code=book.code, role=Role.ADVISOR, advisor__isnull=False).first()
    if author is None:
        return
    own = Client.objects.filter(advisor__account=author, status=ClientStatus.NORMAL).order_by("-figures__value", "pk")
    CashFlow.objects.bulk_create(
        (
            CashFlow(
                branch=book.branch, client=client, row_key=f"demo-win-{at}", day=book.as_of, kind="新股中签", amount=-amount
            )
            for at, (client, amount) in enumerate(zip(own[3:], WINS, strict=False))
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    _strain(book, own.order_by("-has_margin", "-figures__value", "pk")[:1])
    changed = [client.pk for client in _open_permission(own) + _leave(own)]
    _date_back(book, changed)


def _strain(book: Book, clients: QuerySet[Client]) -> None:
    for client in clients:
        snapshot = AssetSnapshot.objects.filter(client=client, day__lte=book.as_of).order_by("-day").first()
        if snapshot is not None and snapshot.total > 0:
            snapshot.margin_debt = (snapshot.total / STRAINED).quantize(Decimal("0.01"))
            snapshot.margin_ratio = STRAINED * 100
            snapshot.save(update_fields=["margin_debt", "margin_ratio"])


def _open_permission(own: QuerySet[Client]) -> list[Client]:
    """The best client who trades neither on the growth board nor on the STAR market yet."""
    found = list(own.filter(has_star=False, has_chinext=False)[:1])
    for client in found:
        client.has_star = client.has_chinext = True
        client.save(update_fields=["has_star", "has_chinext"])
    return found


def _leave(own: QuerySet[Client]) -> list[Client]:
    found = list(own[5:6])
    for client in found:
        client.status = ClientStatus.CLOSING
        client.save(update_fields=["status"])
    return found


def _date_back(book: Book, clients: list[int]) -> None:
    """History is kept as of now; the demo's clients changed in the afternoon of its last day."""
    history = apps.get_model("clients", "ClientEvent")
    newest = [
        history.objects.filter(pgh_obj_id=pk).order_by("-pgh_id").values_list("pgh_id", flat=True)[0] for pk in clients
    ]
    afternoon = timezone.make_aware(datetime.combine(book.as_of, time(15, 30)))
    history.objects.filter(pgh_id__in=newest).update(pgh_created_at=afternoon)
