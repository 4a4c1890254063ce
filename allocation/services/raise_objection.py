"""An advisor objects to a move that takes a client from him or brings him one, and may take the objection back."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.models import Answer, Notice, Objection
from allocation.notifications import tell_put_forward
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.notice_period import lock_running
from branch_crm.core import audit
from branch_crm.core.models import Staff


@transaction.atomic
def raise_objection(
    *,
    notice: Notice,
    line_id: int,
    advisor: Advisor,
    actor: Staff,
    ground: str,
    text: str = "",
    today: date | None = None,
) -> Objection:
    """Record the objection with the move as it stands now.

    Raises PlanConflict after the end of the notice and for a second objection to the same move, AllocationError for a move
    that is not the advisor's own, an unknown ground, or ground "other" without words.
    """
    fresh = lock_running(notice, today)
    line = fresh.plan.lines.filter(Q(before=advisor) | Q(after=advisor), pk=line_id).first()
    if line is None or line.before_id == line.after_id:
        raise AllocationError(_("This plan no longer moves that client to you or from you."))
    if ground not in Objection.Ground.values:
        raise AllocationError(_("Choose the ground of your objection."), field="ground")
    if ground == Objection.Ground.OTHER and not text.strip():
        raise AllocationError(_("Say in your own words what the ground is."), field="text")
    standing = Objection.objects.filter(notice=fresh, client_id=line.client_id, advisor=advisor)
    if standing.exclude(answer=Answer.WITHDRAWN).exists():
        raise PlanConflict(_("You have already objected to this move."), code="twice")
    objection = Objection.objects.create(
        notice=fresh,
        advisor=advisor,
        client_id=line.client_id,
        before_id=line.before_id,
        proposed_id=line.after_id,
        ground=ground,
        text=text.strip()[:500],
        made_by=actor,
    )
    audit.record(
        action="allocation.objection_raised",
        actor=actor,
        branch=fresh.plan.branch,
        target=fresh.plan,
        detail={"objection": objection.pk, "client": line.client_id, "ground": ground},
    )
    tell_put_forward(objection, actor)
    return objection
