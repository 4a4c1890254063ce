"""Put a match policy in force. Plans already made keep the version they were made with."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.domain.fit.policy import read_rules
from allocation.models import MatchPolicy
from allocation.services.errors import AllocationError, PlanConflict
from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff


@transaction.atomic
def publish_match_policy(
    *, policy: MatchPolicy, actor: Staff, note: str, valid_from: date | None = None, today: date | None = None
) -> MatchPolicy:
    """Runs started from `valid_from` (today) on use it. Publishing twice is publishing once.

    Raises AllocationError for a missing note or a past day, RuleFault for rules that do not hold, PlanConflict when a
    higher version has been published meanwhile.
    """
    day = today or timezone.localdate()
    fresh = MatchPolicy.objects.select_for_update(of=("self",)).select_related("branch").get(pk=policy.pk)
    if fresh.state == MatchPolicy.State.PUBLISHED:
        return fresh
    Branch.objects.select_for_update(no_key=True).get(pk=fresh.branch_id)
    if not note.strip():
        raise AllocationError(
            _("Say in a sentence why the rules change; everybody who asks for them will read it."), field="note"
        )
    if valid_from is not None and valid_from < day:
        raise AllocationError(
            _("Choose today or a later day: plans already made keep their rules."), field="valid_from"
        )
    newer = MatchPolicy.objects.filter(
        branch=fresh.branch_id, state=MatchPolicy.State.PUBLISHED, version__gt=fresh.version
    )
    if newer.exists():
        raise PlanConflict(
            _("A newer version has been published meanwhile. Draft a new one from it."), code="newer_version"
        )
    read_rules(fresh.rules)
    fresh.state, fresh.note, fresh.valid_from = MatchPolicy.State.PUBLISHED, note.strip(), valid_from or day
    fresh.published_by, fresh.published_at = actor, timezone.now()
    fresh.save()
    audit.record(
        action="allocation.policy_published",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"version": fresh.version, "valid_from": fresh.valid_from.isoformat(), "note": fresh.note},
    )
    return fresh
