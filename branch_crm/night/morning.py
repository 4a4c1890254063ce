"""The beginning of a trading day: every advisor is told what it asks for, the branch's group hears the sums."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allocation.models import ChangeRequest
from branch_crm.core import trading_calendar
from branch_crm.core.jobs import Progress, enqueue
from branch_crm.core.models import Branch, JobRun
from branch_crm.wecom.outbox import put
from retention.models import LeavingRequest
from servicelog.queries.morning import due_by_advisor
from servicelog.services.tell_morning import tell_morning

KIND = "night.morning"
#: Trading days within which the limit of a request is near.
NEAR = 1


def start_due_mornings(now: datetime) -> list[JobRun]:
    """Once a branch and trading day after MORNING_AT; called often, as the nights are."""
    local = timezone.localtime(now)
    if not time.fromisoformat(settings.MORNING_AT) <= local.time() < time(12):
        return []
    day = local.date()
    if not trading_calendar.load().is_session(day):
        return []
    return [
        enqueue(
            KIND,
            key=f"morning:{branch.code}:{day.isoformat()}",
            branch=branch,
            branch_id=branch.pk,
            day=day.isoformat(),
        )
        for branch in Branch.objects.filter(is_active=True)
    ]


@transaction.atomic
def greet(progress: Progress, *, branch_id: int, day: str) -> dict[str, Any]:
    """Safe to run again: people and group hear one morning once."""
    branch, today = Branch.objects.get(pk=branch_id), date.fromisoformat(day)
    told = tell_morning(branch=branch, day=today)
    return {"advisors": told, "group": tell_group(branch, today)}


def tell_group(branch: Branch, day: date) -> bool:
    """The sums of the branch to its WeCom group; False while the robot is off."""
    due = due_by_advisor(branch, day)
    limit = trading_calendar.load().shift(day, NEAR)
    changes = ChangeRequest.objects.filter(branch=branch, state=ChangeRequest.State.OPEN, due_on__lte=limit)
    over = (LeavingRequest.State.DONE, LeavingRequest.State.WITHDRAWN)
    end = timezone.make_aware(datetime.combine(limit, time.max))
    leaving = LeavingRequest.objects.filter(branch=branch, due_at__lte=end).exclude(state__in=over)
    counts = (
        (_("Mandatory tasks due"), sum(row.due for row in due)),
        (_("Of these overdue"), sum(row.overdue for row in due)),
        (_("Requests for another advisor near their limit"), changes.count()),
        (_("Requests to leave near their limit"), leaving.count()),
    )
    message = put(
        branch=branch,
        key=f"morning:{branch.code}:{day.isoformat()}",
        title=_("This morning"),
        counts=counts,
        path=reverse("servicelog:today"),
    )
    return message is not None
