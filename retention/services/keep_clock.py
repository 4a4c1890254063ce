"""Bring a request's deadline and state in line with what is known of it."""

from __future__ import annotations

from django.utils import timezone

from branch_crm.core import trading_calendar
from retention.domain.clock import Deadline, work_out
from retention.domain.rules import read_retention_rules
from retention.models import LeavingRequest

State = LeavingRequest.State


def audit_action(step: str) -> str:
    """Every step of a request is a line of the audit under its own name."""
    return f"retention.request_{step}"


def deadline_of(request: LeavingRequest) -> Deadline | None:
    """By the policy that the request came under; None while the account is not settled."""
    if request.settled_at is None:
        return None
    return work_out(
        applied=timezone.localtime(request.applied_at),
        settled=timezone.localtime(request.settled_at),
        rules=read_retention_rules(request.policy.rules).clock,
        calendar=trading_calendar.load(),
    )


def keep_clock(request: LeavingRequest) -> None:
    """Called inside the transaction that changed the request. Only settlement and lawful grounds are looked at."""
    deadline = deadline_of(request)
    request.due_at = deadline.due if deadline else None
    if request.is_open:
        request.state = _state(request)
    request.save(update_fields=["due_at", "state", "settled_at"])


def _state(request: LeavingRequest) -> str:
    if request.blocks.filter(cleared_at__isnull=True).exists():
        return State.PRECHECK
    if request.settled_at is not None:
        return State.READY
    return State.SETTLING if request.steps.exclude(step="received").exists() else State.RECEIVED
