"""What changed since last week, in one line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from allocation.models import Plan, PlanLine
from branch_crm.core.models import Branch, Staff
from clients.models import CashFlow, ImportRun
from clients.queries.core_changes import WEEK, CoreChanges, core_changes

DAYS = 7
#: An import makes a new key; a day is for what no import tells.
KEPT = timedelta(days=1)
CARRIED_OUT = (PlanLine.Decision.ACCEPTED, PlanLine.Decision.REDIRECTED)


@dataclass(frozen=True)
class Week:
    """`core` None = no run to compare with. `net_flow` 元 into (positive) or out of the branch over `flow_from`..`flow_to`,
    None without data. `plans`, `moves`: published in the last seven days. `rejected`: rows of the imports."""

    core: CoreChanges | None
    plans: int
    plan: int | None
    moves: int
    net_flow: Decimal | None
    flow_from: date | None
    flow_to: date | None
    imports: int
    failed: int
    rejected: int


def week(user: Staff, branch: Branch) -> Week:
    """Constant number of queries; the flows are summed once an import."""
    since = timezone.now() - timedelta(days=DAYS)
    published = Plan.objects.visible_to(user).filter(branch=branch, state=Plan.State.PUBLISHED, published_at__gte=since)
    plans = published.aggregate(
        plans=Count("pk", distinct=True),
        newest=Max("pk"),
        moves=Count("lines", filter=Q(lines__decision__in=CARRIED_OUT) & ~Q(lines__after=F("lines__before"))),
    )
    imports = ImportRun.objects.visible_to(user).filter(branch=branch, created_at__gte=since)
    arrived = imports.exclude(state=ImportRun.State.UPLOADED).aggregate(
        imports=Count("pk", distinct=True),
        failed=Count("pk", distinct=True, filter=Q(state=ImportRun.State.FAILED)),
        rejected=Coalesce(Sum("datasets__rejected"), 0),
    )
    net_flow, first, last = _net_flow(branch)
    return Week(
        core=core_changes(branch, WEEK),
        plans=plans["plans"],
        plan=plans["newest"] if plans["plans"] == 1 else None,
        moves=plans["moves"],
        net_flow=net_flow,
        flow_from=first,
        flow_to=last,
        imports=arrived["imports"],
        failed=arrived["failed"],
        rejected=arrived["rejected"],
    )


def _net_flow(branch: Branch) -> tuple[Decimal | None, date | None, date | None]:
    """Transfers across the branch's border over the last seven days of its data."""
    newest = (
        ImportRun.objects.filter(branch=branch, data_as_of__isnull=False)
        .exclude(state=ImportRun.State.FAILED)
        .order_by("-data_as_of", "-pk")
        .values_list("pk", "data_as_of", "created_at")
        .first()
    )
    number, last, at = newest or (None, None, None)
    if last is None or at is None:
        return None, None, None
    first = last - timedelta(days=DAYS - 1)
    key = f"week-flow:{branch.pk}:{number}:{at.timestamp()}"
    total = cache.get(key)
    if total is None:
        flows = CashFlow.objects.filter(branch=branch, is_external=True, day__range=(first, last))
        total = flows.aggregate(total=Coalesce(Sum("amount"), Decimal(0)))["total"]
        cache.set(key, total, KEPT.total_seconds())
    return total, first, last
