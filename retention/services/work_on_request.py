"""The steps of a leaving request: obstacles, settlement, done, withdrawn, no talk wished.

What stands between a request and `done` is settlement and the closed list of lawful grounds, and nothing else: no function
here reads a case, an offer, a script or an advisor's word (证券经纪业务管理办法; tests/retention/test_nothing_holds_back.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from retention.models import Block, LeavingRequest, Reason, RequestStep
from retention.services.errors import Blocked, RetentionError
from retention.services.keep_clock import audit_action, keep_clock

State = LeavingRequest.State


@transaction.atomic
def note_block(*, request: LeavingRequest, ground: str, note: str, actor: Staff) -> Block:
    """The same ground noted twice is one. Raises RetentionError for a ground that is not on the list."""
    fresh = _held_open(request)
    if ground not in Block.Ground.values:
        raise RetentionError(_("Choose one of the lawful grounds; no other may hold a request back."), field="ground")
    standing = fresh.blocks.filter(ground=ground, cleared_at__isnull=True).first()
    if standing is not None:
        return standing
    block = Block.objects.create(request=fresh, ground=ground, note=note.strip()[:200], noted_by=actor)
    _step(fresh, "block_noted", actor, ground)
    return block


@transaction.atomic
def clear_block(*, block: Block, actor: Staff) -> None:
    """The ground has passed; clearing it twice is one."""
    fresh = _held_open(block.request)
    if Block.objects.filter(pk=block.pk, cleared_at__isnull=True).update(cleared_at=timezone.now(), cleared_by=actor):
        _step(fresh, "block_cleared", actor, block.ground)


@transaction.atomic
def mark_settled(*, request: LeavingRequest, actor: Staff, at: datetime | None = None) -> LeavingRequest:
    """The account's settlement is finished: from here the clock runs. Marking it again keeps the first moment."""
    fresh = _held_open(request)
    now = timezone.now()
    if at is not None and at > now:
        raise RetentionError(_("The settlement lies in the future."), field="settled_at")
    if fresh.settled_at is None:
        fresh.settled_at = at or now
        _step(fresh, "settled", actor)
    return fresh


@transaction.atomic
def complete_request(*, request: LeavingRequest, actor: Staff) -> LeavingRequest:
    """Done at the counter. Done twice is once.

    Raises Blocked while a lawful ground stands, RetentionError for one that the client has withdrawn.
    """
    fresh = _held(request)
    if fresh.state == State.DONE:
        return fresh
    if fresh.state == State.WITHDRAWN:
        raise RetentionError(_("The client has withdrawn this request."))
    grounds = tuple(fresh.blocks.filter(cleared_at__isnull=True).values_list("ground", flat=True))
    if grounds:
        names = dict(Block.Ground.choices)
        raise Blocked(
            _("Still in the way: %(grounds)s.") % {"grounds": _(", ").join(str(names[ground]) for ground in grounds)},
            grounds=grounds,
        )
    fresh.settled_at = fresh.settled_at or timezone.now()
    _finish(fresh, State.DONE, actor)
    return fresh


@transaction.atomic
def withdraw_request(*, request: LeavingRequest, actor: Staff) -> LeavingRequest:
    """The client stays after all, by the client's own word. Withdrawn twice is once."""
    fresh = _held(request)
    if fresh.state == State.WITHDRAWN:
        return fresh
    if fresh.state == State.DONE:
        raise RetentionError(_("This request is done already."))
    _finish(fresh, State.WITHDRAWN, actor)
    return fresh


@transaction.atomic
def decline_talk(*, request: LeavingRequest, actor: Staff | None) -> LeavingRequest:
    """The client does not want to talk about it: from this moment nobody may. The first word counts."""
    fresh = _held(request)
    if fresh.declined_talk_at is None:
        fresh.declined_talk_at = timezone.now()
        fresh.save(update_fields=["declined_talk_at"])
        _step(fresh, "declined_talk", actor)
    return fresh


@transaction.atomic
def note_reason(
    *,
    request: LeavingRequest,
    reason: Reason | None,
    note: str,
    competitor: str,
    actor: Staff,
    competitor_rate: Decimal | None = None,
) -> LeavingRequest:
    """What the client tells of the own accord; empty is an answer. May be noted before and after it is done."""
    fresh = _held(request)
    told = (reason, note.strip()[:300], competitor.strip()[:60], competitor_rate)
    if told != (fresh.reason, fresh.reason_note, fresh.competitor, fresh.competitor_rate):
        fresh.reason, fresh.reason_note, fresh.competitor, fresh.competitor_rate = told
        fresh.save(update_fields=["reason", "reason_note", "competitor", "competitor_rate"])
        _step(fresh, "reason_noted", actor)
    return fresh


def _held(request: LeavingRequest) -> LeavingRequest:
    held = LeavingRequest.objects.select_for_update(of=("self",), no_key=True)
    fresh: LeavingRequest = held.select_related("branch", "policy", "reason").get(pk=request.pk)
    return fresh


def _held_open(request: LeavingRequest) -> LeavingRequest:
    fresh = _held(request)
    if not fresh.is_open:
        raise RetentionError(_("This request is finished; nothing was changed."))
    return fresh


def _finish(request: LeavingRequest, state: str, actor: Staff) -> None:
    request.state, request.finished_at, request.finished_by = state, timezone.now(), actor
    request.save(update_fields=["state", "finished_at", "finished_by"])
    _step(request, state, actor)


def _step(request: LeavingRequest, step: str, actor: Staff | None, note: str = "") -> None:
    """Written with the audit line, and the clock brought in line."""
    RequestStep.objects.create(request=request, step=step, by=actor, note=note)
    keep_clock(request)
    audit.record(
        action=audit_action(step),
        actor=actor,
        branch=request.branch,
        target=request,
        detail={"client": request.client_id, **({"ground": note} if note else {})},
    )


def open_grounds(request: LeavingRequest) -> Sequence[Block]:
    """The lawful grounds that stand, the oldest first."""
    return list(request.blocks.filter(cleared_at__isnull=True).order_by("pk"))
