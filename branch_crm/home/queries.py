"""Reads of the home pages: what a person wants to know about the branch, or the own book, at the first glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise

from advisors.models import Advisor
from allocation.models import Plan, ReviewFlag
from branch_crm.core.models import Branch, Staff
from clients.models import Client, ClientFigures, ClientStatus, ImportRun, ScoringRun
from clients.queries.data_notes import SOON
from clients.queries.value import current_run

#: Lists on the home page are a beginning; the whole list is one click away.
ROWS = 8
QUIET = timedelta(days=60)


@dataclass(frozen=True)
class BranchBook:
    """Head figures of a branch: those of the current scoring run, and what is open now."""

    run: ScoringRun
    clients: int
    net_assets: Decimal
    revenue: Decimal
    unserved: int

    @property
    def core(self) -> dict[str, Any]:
        return dict(self.run.summary["core"])

    @property
    def core_moves(self) -> dict[str, Any]:
        return dict(self.run.summary["core_moves"])


def branch_book(branch: Branch) -> BranchBook | None:
    """None before the first run with a summary. Two queries, whatever the size of the branch."""
    run = current_run(branch)
    if run is None or not run.summary:
        return None
    tiers = run.summary["tiers"].values()
    unserved = Client.objects.filter(branch=branch, advisor=None).exclude(status=ClientStatus.CLOSED).count()
    return BranchBook(
        run=run,
        clients=sum(tier["clients"] for tier in tiers),
        net_assets=Decimal(str(round(sum(tier["assets"] for tier in tiers), 2))),
        revenue=Decimal(str(run.summary["core"]["revenue"])),
        unserved=unserved,
    )


@dataclass(frozen=True)
class BookOfAdvisor:
    """What one advisor holds. `per_hour` is value per service hour a month, None without hours; `distance` from the mean."""

    advisor: Advisor
    clients: int
    core: int
    value: float
    assets: Decimal
    per_hour: float | None
    distance: float | None


def books_by_advisor(branch: Branch) -> list[BookOfAdvisor]:
    """Advisors who hold clients, farthest from the branch's mean value per hour first. One query."""
    advisors = (
        Advisor.objects.filter(branch=branch, clients__isnull=False)
        .annotate(
            held=Count("clients"),
            core=Count("clients", filter=Q(clients__figures__is_core=True)),
            value=Coalesce(Sum("clients__figures__value"), 0.0),
            assets=Coalesce(Sum("clients__figures__total_assets"), Decimal(0)),
        )
        .order_by("staff_no")
    )
    rows = list(advisors)
    hours = sum(float(row.monthly_hours) for row in rows)
    mean = sum(row.value for row in rows) / hours if hours else 0.0
    books = [_book(row, mean) for row in rows]
    return sorted(books, key=lambda book: (-abs(round(book.distance or 0.0, 6)), book.advisor.staff_no))


def _book(row: Any, mean: float) -> BookOfAdvisor:
    per_hour = row.value / float(row.monthly_hours) if row.monthly_hours else None
    distance = per_hour / mean - 1 if per_hour is not None and mean else None
    return BookOfAdvisor(row, row.held, row.core, row.value, row.assets, per_hour, distance)


def unserved(user: Staff) -> Sequence[Client]:
    """Clients without an advisor, most valuable first."""
    clients = Client.objects.visible_to(user).filter(advisor=None).exclude(status=ClientStatus.CLOSED)
    return list(clients.select_related("figures").order_by(F("figures__value").desc(nulls_last=True), "pk")[:ROWS])


@dataclass(frozen=True)
class OpenFlags:
    kind: str
    label: str | Promise
    count: int
    since: date


def open_flags(user: Staff) -> list[OpenFlags]:
    """What the night noticed and nobody has settled, by kind."""
    flags = ReviewFlag.objects.visible_to(user).filter(closed_on=None).values("kind")
    counted = flags.annotate(count=Count("pk"), since=Max("first_seen")).order_by("-count")
    return [OpenFlags(row["kind"], ReviewFlag.Kind(row["kind"]).label, row["count"], row["since"]) for row in counted]


def latest_imports(user: Staff) -> QuerySet[ImportRun]:
    runs = ImportRun.objects.visible_to(user).select_related("branch")
    return runs.annotate(
        read=Coalesce(Sum("datasets__read"), 0), rejected=Coalesce(Sum("datasets__rejected"), 0)
    ).order_by("-pk")[:4]


def latest_plans(user: Staff) -> QuerySet[Plan]:
    return Plan.objects.visible_to(user).annotate(moves=Count("lines")).select_related("created_by").order_by("-pk")[:4]


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


@dataclass(frozen=True)
class BranchState:
    branch: Branch
    staff: int
    imported: date | None
    scored: date | None


def branch_states() -> list[BranchState]:
    """Every branch with its active accounts and how fresh its data is; for the firm administrator. Three queries."""
    branches = Branch.objects.annotate(active=Count("staff", filter=Q(staff__is_active=True))).order_by("code")
    imported = dict(
        ImportRun.objects.exclude(state=ImportRun.State.FAILED)
        .values_list("branch_id")
        .annotate(Max("data_as_of"))
        .order_by()
    )
    scored = dict(ScoringRun.objects.filter(is_current=True).values_list("branch_id", "as_of"))
    return [BranchState(branch, branch.active, imported.get(branch.pk), scored.get(branch.pk)) for branch in branches]
