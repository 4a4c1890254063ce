"""What is open or under way: flags of the night, imports, plans, the branches of the firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise

from allocation.models import Plan, ReviewFlag
from branch_crm.core.models import Branch, Staff
from clients.models import ImportRun, ScoringRun

#: Ledgers on the home page are a beginning; the whole list is one click away.
ROWS = 8


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
