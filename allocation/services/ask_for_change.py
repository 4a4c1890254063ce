"""Enter a client's wish for another advisor. No reason is needed; the next run obeys it from this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.domain.fit.policy import read_rules
from allocation.models import ChangeRequest, ClientRefusal
from allocation.notifications import tell_change_asked
from allocation.services.ensure_match_policy import ensure_match_policy
from allocation.services.errors import AllocationError
from allocation.services.refuse_advisor import refuse_advisor
from branch_crm.core import audit, trading_calendar
from branch_crm.core.models import Staff
from clients.models import Client, ClientStatus


@dataclass(frozen=True)
class Asked:
    """`created` is False when the client had an open request already, which is then the one returned."""

    change: ChangeRequest
    created: bool


@transaction.atomic
def ask_for_change(
    *,
    client: Client,
    actor: Staff,
    origin: str,
    wished: Advisor | None = None,
    reason: str = "",
    today: date | None = None,
) -> Asked:
    """Open a request, due within the policy's trading days. A client has one open request: asking again adds to it what
    was left open; the client's own word counts more than an advisor's, and counts against whoever serves by then.

    Raises AllocationError for a closed account and for a wish that cannot be meant (field `wished`).
    """
    day = today or timezone.localdate()
    fresh = (
        Client.objects.select_for_update(no_key=True, of=("self",))
        .select_related("branch", "advisor")
        .get(pk=client.pk)
    )
    if fresh.status == ClientStatus.CLOSED:
        raise AllocationError(_("This account is closed."))
    _check_wish(fresh, wished, day)
    standing = ChangeRequest.objects.select_for_update().filter(client=fresh, state=ChangeRequest.State.OPEN).first()
    if standing is not None:
        return Asked(_add_to(standing, fresh, actor, origin, wished, reason), created=False)
    days = read_rules(ensure_match_policy(branch=fresh.branch, on=day, actor=actor).rules).request_days
    change = ChangeRequest.objects.create(
        branch=fresh.branch,
        client=fresh,
        origin=origin,
        present=fresh.advisor,
        wished=wished,
        reason=_clipped(reason),
        asked_on=day,
        due_on=trading_calendar.load().shift(day, days),
        entered_by=actor,
        refusal=_refusal(fresh, actor, origin),
    )
    audit.record(
        action="allocation.change_asked",
        actor=actor,
        branch=fresh.branch,
        target=change,
        detail={
            "client": fresh.pk,
            "origin": str(origin),
            "present": change.present_id,
            "wished": change.wished_id,
            "due": change.due_on.isoformat(),
        },
    )
    tell_change_asked(change, actor)
    return Asked(change, created=True)


def _check_wish(client: Client, wished: Advisor | None, day: date) -> None:
    if wished is None:
        return
    if wished.branch_id != client.branch_id:
        raise AllocationError(_("This advisor does not belong to the branch."), field="wished")
    if wished.pk == client.advisor_id:
        raise AllocationError(_("This advisor serves the client already."), field="wished")
    if not Advisor.objects.filter(pk=wished.pk).serving(day).exists():
        raise AllocationError(_("%(name)s can take no clients now.") % {"name": wished.name}, field="wished")
    if ClientRefusal.objects.filter(client=client, advisor=wished, withdrawn_at__isnull=True).exists():
        raise AllocationError(
            _("The client has refused %(name)s. Withdraw the refusal first.") % {"name": wished.name}, field="wished"
        )


def _refusal(client: Client, actor: Staff, origin: str) -> ClientRefusal | None:
    """Of the present advisor, unless it was the advisor who asked, or it stands already."""
    if origin == ChangeRequest.Origin.ADVISOR or client.advisor is None:
        return None
    if ClientRefusal.objects.filter(client=client, advisor=client.advisor, withdrawn_at__isnull=True).exists():
        return None
    return refuse_advisor(client=client, advisor=client.advisor, actor=actor)


def _add_to(
    change: ChangeRequest, client: Client, actor: Staff, origin: str, wished: Advisor | None, reason: str
) -> ChangeRequest:
    added = []
    about_another = change.origin == ChangeRequest.Origin.ADVISOR or change.present_id != client.advisor_id
    if origin != ChangeRequest.Origin.ADVISOR and about_another:
        change.origin, change.present, change.refusal = origin, client.advisor, _refusal(client, actor, origin)
        added.append("present")
    if change.wished is None and wished is not None:
        change.wished = wished
        added.append("wished")
    if not change.reason and reason.strip():
        change.reason = _clipped(reason)
        added.append("reason")
    if added:
        change.save(update_fields=["origin", "present", "refusal", "wished", "reason"])
        audit.record(
            action="allocation.change_asked_again",
            actor=actor,
            branch=change.branch,
            target=change,
            detail={"client": client.pk, "added": added},
        )
    return change


def _clipped(reason: str) -> str:
    return reason.strip()[:300]
