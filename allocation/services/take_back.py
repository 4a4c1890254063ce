"""An advisor takes back an objection or a self-nomination while nobody has answered it."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from allocation.models import Answer, Bid, Objection
from allocation.services.errors import PlanConflict
from branch_crm.core import audit
from branch_crm.core.models import Staff

Put = TypeVar("Put", Objection, Bid)

ACTIONS = {Objection: "allocation.objection_withdrawn", Bid: "allocation.bid_withdrawn"}


@transaction.atomic
def take_back(*, put: Put, actor: Staff) -> Put:
    """Asking twice changes nothing. Raises PlanConflict when the director has answered."""
    kind = type(put)
    fresh = kind.objects.select_for_update(of=("self",)).select_related("notice__plan__branch").get(pk=put.pk)
    if fresh.answer == Answer.WITHDRAWN:
        return fresh
    if fresh.answer != Answer.OPEN:
        raise PlanConflict(_("The director has answered already."), code="answered")
    fresh.answer = Answer.WITHDRAWN
    fresh.save(update_fields=["answer"])
    audit.record(
        action=ACTIONS[kind],
        actor=actor,
        branch=fresh.notice.plan.branch,
        target=fresh.notice.plan,
        detail={str(kind._meta.model_name): fresh.pk},
    )
    return fresh
