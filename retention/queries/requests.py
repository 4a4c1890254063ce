"""Leaving requests as the counter works on them: what runs out first stands on top."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, QuerySet

from branch_crm.core.models import Staff
from retention.models import LeavingRequest

FINISHED = (LeavingRequest.State.DONE, LeavingRequest.State.WITHDRAWN)


def open_requests(user: Staff) -> QuerySet[LeavingRequest]:
    """By deadline; those whose clock has not started after them, the oldest first."""
    requests = LeavingRequest.objects.visible_to(user).exclude(state__in=FINISHED)
    return requests.select_related("client", "advisor").order_by(F("due_at").asc(nulls_last=True), "applied_at", "pk")


def finished_requests(user: Staff) -> QuerySet[LeavingRequest]:
    """The newest first, by key."""
    requests = LeavingRequest.objects.visible_to(user).filter(state__in=FINISHED)
    return requests.select_related("client", "advisor", "reason").order_by("-pk")


def late_requests(user: Staff, *, now: datetime) -> int:
    """How many are past their deadline and not done."""
    return LeavingRequest.objects.visible_to(user).exclude(state__in=FINISHED).filter(due_at__lte=now).count()
