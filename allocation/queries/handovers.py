"""Handovers as lists: what a person has to sign or to remark on, what is unsigned and since when, a book's sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, DecimalField, F, IntegerField, Min, Q, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from allocation.models import Handover
from branch_crm.core.models import Role, Staff

WAITING = Handover.Acceptance.WAITING


def running(user: Staff) -> QuerySet[Handover]:
    """Those of the clients who are still with the taker. What was rolled back, or moved on, is history and asks nothing."""
    return Handover.objects.visible_to(user).filter(assignment__ends__isnull=True)


def tabs_of(user: Staff) -> Mapping[str, QuerySet[Handover]]:
    """Tab -> its handovers. Advisors see what they take over, and under `given` what they gave."""
    rows = running(user)
    own = user.role == Role.ADVISOR
    taken = rows.filter(taker__account=user) if own else rows
    tabs = {
        "unsigned": taken.filter(signed_at__isnull=True),
        "given": rows.filter(giver__account=user, signed_at__isnull=True),
        "waiting": taken.filter(signed_at__isnull=False, acceptance=WAITING),
        "settled": taken.filter(signed_at__isnull=False).exclude(acceptance=WAITING),
    }
    return tabs if own else {name: found for name, found in tabs.items() if name != "given"}


def tab_counts(user: Staff) -> dict[str, int]:
    """One query for all tabs."""
    rows = running(user).order_by()
    own = user.role == Role.ADVISOR
    taken = Q(taker__account=user) if own else Q()
    signed = Q(signed_at__isnull=False)
    return rows.aggregate(
        unsigned=Count("pk", filter=taken & ~signed),
        waiting=Count("pk", filter=taken & signed & Q(acceptance=WAITING)),
        settled=Count("pk", filter=taken & signed & ~Q(acceptance=WAITING)),
        **({"given": Count("pk", filter=Q(giver__account=user) & ~signed)} if own else {}),
    )


def chosen(rows: QuerySet[Handover], query: Mapping[str, str]) -> QuerySet[Handover]:
    """Narrowed by `taker`, `giver` (advisor ids) and `on` (a day); what cannot be read narrows nothing."""
    for name in ("taker", "giver"):
        text = query.get(name, "")
        if text.isascii() and text.isdecimal() and len(text) < 16:
            rows = rows.filter(**{f"{name}_id": int(text)})
    try:
        return rows.filter(on=date.fromisoformat(query.get("on", "")))
    except ValueError:
        return rows


def listed(rows: QuerySet[Handover]) -> QuerySet[Handover]:
    """As lists show them: unsigned first, then the most valuable clients; without the dossiers themselves."""
    with_people = rows.select_related("client__figures", "giver", "taker", "signed_by", "request").defer("dossier")
    return with_people.order_by(
        F("signed_at").asc(nulls_first=True), F("client__figures__value").desc(nulls_last=True), "pk"
    )


@dataclass(frozen=True)
class Standing:
    """What one taker has not signed, and since when."""

    taker_id: int
    name: str
    staff_no: str
    unsigned: int
    oldest: date


def unsigned_by_taker(user: Staff) -> list[Standing]:
    """Who owes most signatures for longest comes first. One query."""
    rows = running(user).filter(signed_at__isnull=True).order_by()
    found = rows.values("taker_id", "taker__name", "taker__staff_no").annotate(n=Count("pk"), oldest=Min("on"))
    return [
        Standing(row["taker_id"], row["taker__name"], row["taker__staff_no"], row["n"], row["oldest"])
        for row in found.order_by("oldest", "-n", "taker__staff_no")
    ]


@dataclass(frozen=True)
class TierSum:
    """Clients of one tier as their dossiers say, 元; `tier` None = not scored."""

    tier: int | None
    clients: int
    unsigned: int
    assets: Decimal
    revenue: Decimal


def sums_by_tier(rows: QuerySet[Handover]) -> list[TierSum]:
    """The book at the moment it was handed over, the highest tier first. One query, over the dossiers themselves."""
    money = DecimalField(max_digits=18, decimal_places=2)
    found = (
        rows.order_by()
        .annotate(tier=Cast(KT("dossier__value__tier"), IntegerField()))
        .values("tier")
        .annotate(
            clients=Count("pk"),
            unsigned=Count("pk", filter=Q(signed_at__isnull=True)),
            assets=Sum(Cast(KT("dossier__assets__total"), money), default=Decimal(0)),
            revenue=Sum(Cast(KT("dossier__value__revenue_12m"), money), default=Decimal(0)),
        )
    )
    return [TierSum(**row) for row in found.order_by(F("tier").desc(nulls_last=True))]
