"""What a trading day asks for, counted in mandatory MOT tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from branch_crm.core.models import Branch
from servicelog.models import MotTask


@dataclass(frozen=True)
class Due:
    """Of one advisor, or of nobody (`advisor` None: clients of the pool). `due` counts the overdue ones too."""

    advisor: int | None
    account: int | None
    due: int
    overdue: int


def due_by_advisor(branch: Branch, day: date) -> list[Due]:
    """Open mandatory tasks due up to `day`, by the advisor who serves the client now; those without any are left out."""
    open_now = MotTask.objects.filter(branch=branch, state=MotTask.State.OPEN, mandatory=True, due_on__lte=day)
    rows = (
        open_now.order_by()
        .values_list("client__advisor", "client__advisor__account")
        .annotate(due=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=day)))
    )
    return [Due(*row) for row in rows]
