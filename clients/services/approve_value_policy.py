"""Approve a proposed value policy, which publishes it; the branch is scored by it when its day comes."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.jobs import enqueue
from branch_crm.core.models import JobRun, Staff
from clients.domain.value.rules import parse_rules
from clients.models import ValuePolicy
from clients.queries.value import data_as_of, scoring_key
from clients.services.hold_value_policy import hold_value_policy, refuse_if_changed, save_step
from clients.services.propose_value_policy import refuse_if_overtaken


@transaction.atomic
def approve_value_policy(*, policy: ValuePolicy, actor: Staff, revision: int) -> tuple[ValuePolicy, JobRun | None]:
    """Approving twice is approving once. Returns the version and the job that scores by it at once.

    No job when it comes into force later (that night scores by it) or when there is nothing to score. A day that passed while
    the proposal waited becomes today. Raises ValidationError when it is one's own proposal, no proposal at all, or older than
    a version in force; PolicyConflict when it is no longer the `revision` that was read; RulesError.
    """
    fresh = hold_value_policy(policy)
    today = timezone.localdate()
    if not (fresh.state == ValuePolicy.State.PUBLISHED and fresh.published_by_id == actor.pk):
        refuse_if_changed(fresh, revision)
        _check(fresh, actor)
        fresh.state = ValuePolicy.State.PUBLISHED
        fresh.valid_from = max(fresh.valid_from or today, today)
        fresh.published_by, fresh.published_at = actor, timezone.now()
        save_step(fresh)
        audit.record(
            action="clients.value_policy_published",
            actor=actor,
            branch=fresh.branch,
            target=fresh,
            detail={"version": fresh.version, "valid_from": fresh.valid_from.isoformat(), "note": fresh.note},
        )
    day = data_as_of(fresh.branch)
    if day is None or fresh.valid_from is None or fresh.valid_from > today:
        return fresh, None
    job = enqueue(
        "clients.rescore",
        key=scoring_key(fresh),
        branch=fresh.branch,
        actor=actor,
        branch_id=fresh.branch_id,
        as_of=day.isoformat(),
    )
    return fresh, job


def _check(policy: ValuePolicy, actor: Staff) -> None:
    if policy.state != ValuePolicy.State.PROPOSED:
        raise ValidationError(_("Only a proposal can be approved."))
    if policy.proposed_by_id == actor.pk:
        raise ValidationError(_("You proposed this version yourself; somebody else has to approve it."))
    refuse_if_overtaken(policy)
    parse_rules(policy.rules)
