"""What became of an offer: approved or not by the director, taken or turned down by the client."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from branch_crm.core.notifications import notify
from retention.models import Offer
from retention.services.errors import RetentionError
from retention.services.hold_case import hold_case

State = Offer.State


@transaction.atomic
def decide_offer(*, offer: Offer, approved: bool, actor: Staff) -> Offer:
    """The director's word; said twice is once. Raises RetentionError for one that does not wait for it."""
    fresh = _held(offer)
    state = State.MADE if approved else State.REFUSED
    if fresh.state == state and fresh.approved_by_id == actor.pk:
        return fresh
    if fresh.state != State.WAITING:
        raise RetentionError(_("This offer does not wait for approval."))
    fresh.state, fresh.approved_by, fresh.approved_at = state, actor, timezone.now()
    fresh.save(update_fields=["state", "approved_by", "approved_at"])
    _record("retention.offer_approved" if approved else "retention.offer_refused", fresh, actor)
    _tell("decided", fresh, actor, approved=int(approved))
    return fresh


@transaction.atomic
def answer_offer(*, offer: Offer, accepted: bool, actor: Staff) -> Offer:
    """The client's word; noted twice is once. Raises RetentionError for one that was not made to the client."""
    fresh = _held(offer)
    state = State.ACCEPTED if accepted else State.TURNED_DOWN
    if fresh.state == state:
        return fresh
    if fresh.state != State.MADE:
        raise RetentionError(_("This offer cannot be answered: it waits, was refused, or is answered already."))
    fresh.state, fresh.answered_at = state, timezone.now()
    fresh.save(update_fields=["state", "answered_at"])
    _record("retention.offer_accepted" if accepted else "retention.offer_turned_down", fresh, actor)
    _tell("answered", fresh, actor, accepted=int(accepted))
    return fresh


def _held(offer: Offer) -> Offer:
    case = hold_case(offer.case_id)
    offers = Offer.objects.select_for_update(of=("self",)).select_related("made_by", "approved_by")
    fresh: Offer = offers.get(pk=offer.pk)
    fresh.case = case
    return fresh


def _tell(what: str, offer: Offer, actor: Staff, **said: int) -> None:
    """Who made it, and of the client's answer also who approved it."""
    notify(
        recipients=[offer.made_by, offer.approved_by if what == "answered" else None],
        kind=f"retention.offer_{what}",
        key=f"offer:{offer.pk}:{what}",
        branch=offer.case.branch,
        url=reverse("retention:case_detail", args=[offer.case_id]),
        actor=actor,
        cost=int(offer.yearly_cost),
        **said,
    )


def _record(action: str, offer: Offer, actor: Staff) -> None:
    audit.record(
        action=action,
        actor=actor,
        branch=offer.case.branch,
        target=offer,
        detail={"case": offer.case_id, "concession": offer.concession, "cost": str(offer.yearly_cost)},
    )
