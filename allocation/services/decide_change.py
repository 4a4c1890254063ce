"""Decide a request for another advisor: change at once, or stay with the client's consent. Books and record together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.labels import rule_label
from allocation.models import Assignment, AssignmentLock, ChangeRequest, ClientRefusal
from allocation.notifications import tell_change_decided
from allocation.queries.suggest_successor import suggest
from allocation.services.books import Holding, Move, holdings, lock_books, move_clients
from allocation.services.change_state import locked_request, refuse_if_decided
from allocation.services.errors import AllocationError, ClientConflict, PlanConflict
from allocation.services.lock_client import unlock_client
from allocation.services.refuse_advisor import refuse_advisor, withdraw_refusal
from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import ClientStatus


@dataclass(frozen=True)
class Decided:
    """`changed` is False when the same person's click came twice."""

    change: ChangeRequest
    changed: bool


@transaction.atomic
def change_advisor(
    *,
    change: ChangeRequest,
    actor: Staff,
    successor: Advisor | None,
    seen_holder: int | None,
    note: str = "",
    today: date | None = None,
) -> Decided:
    """The client goes to `successor` (None = the shared pool) today, and the former advisor is refused from now on.

    A lock to the former advisor is lifted: the client's wish is the newer word. Raises PlanConflict when somebody decided
    already or the client has another holder than `seen_holder`, AllocationError when a hard rule forbids the successor.
    """
    day = today or timezone.localdate()
    lock_books(change.branch)
    fresh = locked_request(change)
    after = successor.pk if successor else None
    if (fresh.state, fresh.decided_by_id, fresh.successor_id) == (ChangeRequest.State.CHANGED, actor.pk, after):
        return Decided(fresh, changed=False)
    refuse_if_decided(fresh)
    held = holdings([fresh.client_id])[fresh.client_id]
    _check_holding(held, seen_holder, day)
    _check_successor(fresh, successor, day)
    _make_room(fresh, successor, actor)
    if after != held.advisor:
        move_clients(
            branch=fresh.branch,
            moves=[Move(fresh.client_id, held.advisor, after)],
            on=day,
            reason=Assignment.Reason.REQUEST,
            plan=None,
            actor=actor,
            request=fresh,
        )
    return _close(fresh, ChangeRequest.State.CHANGED, actor, note, successor=successor)


@transaction.atomic
def keep_advisor(*, change: ChangeRequest, actor: Staff, seen_holder: int | None, note: str) -> Decided:
    """The client consents to stay: a note says how that came about, and the refusal of the present advisor is withdrawn."""
    if not note.strip():
        raise AllocationError(_("Say how the client consented."), field="note")
    fresh = locked_request(change)
    if fresh.state == ChangeRequest.State.KEPT and fresh.decided_by_id == actor.pk:
        return Decided(fresh, changed=False)
    refuse_if_decided(fresh)
    held = holdings([fresh.client_id])[fresh.client_id]
    _check_holding(held, seen_holder, None)
    if held.advisor is None:
        raise AllocationError(_("The client has no advisor to stay with."))
    refused = ClientRefusal.objects.filter(client=fresh.client, advisor=held.advisor, withdrawn_at__isnull=True)
    for refusal in refused.select_related("branch", "client"):
        withdraw_refusal(refusal=refusal, actor=actor)
    return _close(fresh, ChangeRequest.State.KEPT, actor, note)


def _check_holding(held: Holding, seen_holder: int | None, day: date | None) -> None:
    if held.status == ClientStatus.CLOSED:
        raise AllocationError(_("This account is closed."))
    later = day is not None and held.starts is not None and held.starts > day
    if held.advisor != seen_holder or later:
        raise PlanConflict(
            _("%(client)s has changed hands since you looked: now with %(holder)s. Nothing was changed.")
            % {"client": held.name, "holder": held.advisor_name or _("nobody")},
            code="moved",
            conflicts=[ClientConflict(held.client, held.name, "moved", held.advisor_name, held.plan_number)],
        )


def _check_successor(change: ChangeRequest, successor: Advisor | None, day: date) -> None:
    """The hard rules of the engine, for a hand's decision as for a run's."""
    found = suggest(change, on=day)
    if successor is None:
        if not found.succession.may_wait:
            raise AllocationError(_("By the match policy this client may not wait in the pool."), field="successor")
        return
    if successor.branch_id != change.branch_id:
        raise AllocationError(_("This advisor does not belong to the branch."), field="successor")
    rule = found.rule_of(successor.pk)
    if rule:
        raise AllocationError(
            _("%(name)s cannot take this client: %(rule)s.") % {"name": successor.name, "rule": rule_label(rule)},
            field="successor",
        )


def _make_room(change: ChangeRequest, successor: Advisor | None, actor: Staff) -> None:
    """Lift a lock that points elsewhere, and see that no run gives the client back."""
    locks = AssignmentLock.objects.filter(client=change.client, withdrawn_at__isnull=True)
    if locks.exclude(advisor=successor).exists():
        unlock_client(client=change.client, actor=actor)
    if change.present is not None:
        refusal = refuse_advisor(client=change.client, advisor=change.present, actor=actor)
        change.refusal = change.refusal or refusal


def _close(change: ChangeRequest, state: str, actor: Staff, note: str, *, successor: Advisor | None = None) -> Decided:
    change.state, change.successor, change.decision_note = state, successor, note.strip()[:300]
    change.decided_by, change.decided_at = actor, timezone.now()
    change.save(update_fields=["state", "successor", "decision_note", "decided_by", "decided_at", "refusal"])
    audit.record(
        action="allocation.change_decided",
        actor=actor,
        branch=change.branch,
        target=change,
        detail={
            "client": change.client_id,
            "decision": str(state),
            "before": change.present_id,
            "after": change.successor_id,
            "due": change.due_on.isoformat(),
        },
    )
    tell_change_decided(change, actor)
    return Decided(change, changed=True)
