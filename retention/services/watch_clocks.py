"""Look at every running clock: warnings as their hour comes, a broken deadline to compliance and the branch manager."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from branch_crm.core import audit
from branch_crm.core.models import Role
from branch_crm.core.notifications import notify, people_of
from retention.domain.clock import steps_due
from retention.domain.rules import read_retention_rules
from retention.models import LeavingRequest, RequestStep
from retention.services.keep_clock import audit_action, deadline_of

OPEN = [state for state in LeavingRequest.State.values if state not in ("done", "withdrawn")]


def watch_clocks(*, now: datetime | None = None) -> int:
    """Called every few minutes; returns how many requests were warned of. Each warning is given once."""
    at = timezone.localtime(now)
    running = LeavingRequest.objects.filter(state__in=OPEN, due_at__isnull=False).values_list("pk", flat=True)
    return sum(_watch(pk, at) for pk in running.order_by("due_at"))


@transaction.atomic
def _watch(pk: int, now: datetime) -> bool:
    request = (
        LeavingRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("branch", "policy")
        .get(pk=pk)
    )
    deadline, rules = deadline_of(request), read_retention_rules(request.policy.rules).clock
    if deadline is None or not request.is_open:
        return False
    due = steps_due(deadline, now=now, rules=rules)
    if due <= request.warned:
        return False
    broken = due > len(rules.warnings)
    request.warned = due
    request.save(update_fields=["warned"])
    step = "deadline_broken" if broken else "warned"
    RequestStep.objects.create(request=request, step=step)
    audit.record(
        action=audit_action(step),
        actor=None,
        branch=request.branch,
        target=request,
        detail={"due_at": deadline.due.isoformat()},
    )
    told = (Role.COUNTER, Role.DIRECTOR, Role.ASSISTANT)
    notify(
        recipients=people_of(request.branch, *told, *((Role.MANAGER, Role.COMPLIANCE) if broken else ())),
        kind=f"retention.{step}",
        key=f"request:{request.pk}:{due}",
        branch=request.branch,
        url=reverse("retention:request_detail", args=[request.pk]),
        kind_of=request.kind,
        due=deadline.due.date().isoformat(),
        at=deadline.due.strftime("%H:%M"),
    )
    return True
