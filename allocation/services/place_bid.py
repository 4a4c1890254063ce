"""An advisor asks for a client or a segment, with own results as evidence, and may take the bid back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from advisors.models import Advisor, SkillEvidence
from allocation.domain.scope import read_scope
from allocation.models import Answer, Bid, Notice
from allocation.notifications import tell_put_forward
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.notice_period import lock_running
from branch_crm.core import audit
from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.models import Staff

#: What a segment may name; a bid never names colleagues.
SEGMENT = ("tier_from", "tier_to", "types", "personas", "core_only")


@transaction.atomic
def place_bid(
    *,
    notice: Notice,
    advisor: Advisor,
    actor: Staff,
    client_no: str = "",
    segment: dict[str, Any] | None = None,
    evidence_ids: Sequence[int] = (),
    text: str = "",
    today: date | None = None,
) -> Bid:
    """Either `client_no` or `segment`. The number is kept as typed and not looked up: the answer must not tell whether such
    a client exists.

    Raises PlanConflict after the end of the notice and for the same bid twice, AllocationError for a bid without a target,
    without any support, or with results that are not the advisor's own.
    """
    fresh = lock_running(notice, today)
    number, wanted = client_no.strip()[:32], {} if client_no.strip() else _segment(segment or {})
    if not evidence_ids and not text.strip():
        raise AllocationError(_("Tick a result or say in your own words why you are the one."), field="text")
    own = SkillEvidence.objects.filter(advisor=advisor, withdrawn_at__isnull=True, pk__in=evidence_ids)
    if own.count() != len(set(evidence_ids)):
        raise AllocationError(_("Only your own results can be named."), field="evidence")
    standing = Bid.objects.filter(notice=fresh, advisor=advisor, client_no=number, segment=wanted)
    if standing.exclude(answer=Answer.WITHDRAWN).exists():
        raise PlanConflict(_("You have already put yourself forward for this."), code="twice")
    bid = Bid.objects.create(
        notice=fresh, advisor=advisor, client_no=number, segment=wanted, text=text.strip()[:500], made_by=actor
    )
    bid.evidence.set(own)
    audit.record(
        action="allocation.bid_placed",
        actor=actor,
        branch=fresh.plan.branch,
        target=fresh.plan,
        detail={"bid": bid.pk, "for": "client" if number else "segment", "evidence": len(set(evidence_ids))},
    )
    tell_put_forward(bid, actor)
    return bid


def _segment(raw: dict[str, Any]) -> dict[str, Any]:
    given = {name: raw[name] for name in SEGMENT if raw.get(name)}
    everything = {"tier_from": 1, "tier_to": 5}
    narrowing = {name: value for name, value in given.items() if everything.get(name) != value}
    if not narrowing:
        raise AllocationError(_("Name a client number, or what kind of clients you ask for."), field="client_no")
    try:
        read_scope({"kind": "filter", "query": given})
    except RuleFault as error:
        raise AllocationError(error.message, field=error.field) from error
    return narrowing
