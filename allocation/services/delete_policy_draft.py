"""Throw a draft of the match policy away. No run has used it, so nothing refers to it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from allocation.models import MatchPolicy
from allocation.services.errors import PlanConflict
from branch_crm.core import audit
from branch_crm.core.models import Staff
from servicelog.services.policy_desk import mark_of


@transaction.atomic
def delete_policy_draft(*, policy: MatchPolicy, actor: Staff, seen: str) -> bool:
    """False where somebody has deleted it before. `seen`: the `mark_of` the draft that the page showed.

    Raises PlanConflict when the draft was published or changed meanwhile: what is deleted must be what was read.
    """
    fresh = MatchPolicy.objects.select_for_update(of=("self",)).select_related("branch").filter(pk=policy.pk).first()
    if fresh is None:
        return False
    if fresh.state != MatchPolicy.State.DRAFT:
        raise PlanConflict(
            _("Version %(version)s is published and cannot be deleted.") % {"version": fresh.version}, code="published"
        )
    if seen != mark_of(fresh):
        raise PlanConflict(
            _("Somebody has changed this draft since you opened it. Nothing was deleted; look again."), code="stale"
        )
    audit.record(
        action="allocation.policy_draft_deleted",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"version": fresh.version, "note": fresh.note},
    )
    fresh.delete()
    return True
