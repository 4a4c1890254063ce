"""Put a value policy in force and score the branch by it."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.jobs import enqueue
from branch_crm.core.models import JobRun, Staff
from clients.domain.value.rules import parse_rules
from clients.models import ValuePolicy
from clients.queries.value import data_as_of


@transaction.atomic
def publish_value_policy(
    *, policy: ValuePolicy, actor: Staff, note: str, valid_from: date | None = None
) -> tuple[ValuePolicy, JobRun | None]:
    """Publishing twice is publishing once. Returns the policy and the job that scores by it at once.

    No job when it becomes valid later (that night scores by it) or when there is nothing to score. Raises ValidationError
    when the note is empty, the day has passed or a higher version is in force already; RulesError for rules that do not hold.
    """
    fresh = ValuePolicy.objects.select_for_update().select_related("branch").get(pk=policy.pk)
    day = data_as_of(fresh.branch)
    today = timezone.localdate()
    if fresh.state == ValuePolicy.State.DRAFT:
        _check(fresh, note, valid_from, today)
        parse_rules(fresh.rules)
        fresh.state = ValuePolicy.State.PUBLISHED
        fresh.note = note.strip()
        fresh.valid_from = valid_from or today
        fresh.published_by, fresh.published_at = actor, timezone.now()
        fresh.save()
        audit.record(
            action="clients.value_policy_published",
            actor=actor,
            branch=fresh.branch,
            target=fresh,
            detail={"version": fresh.version, "valid_from": fresh.valid_from.isoformat(), "note": fresh.note},
        )
    if day is None or fresh.valid_from is None or fresh.valid_from > today:
        return fresh, None
    job = enqueue(
        "clients.rescore",
        key=f"rescore:{fresh.branch_id}:policy:{fresh.version}",
        branch=fresh.branch,
        actor=actor,
        branch_id=fresh.branch_id,
        as_of=day.isoformat(),
    )
    return fresh, job


def _check(policy: ValuePolicy, note: str, valid_from: date | None, today: date) -> None:
    faults: dict[str, str] = {}
    if not note.strip():
        faults["note"] = _("Say in a sentence why the policy changes; everybody who asks why will read it.")
    if valid_from and valid_from < today:
        faults["valid_from"] = _("Choose today or a later day: what was scored before stays as it was.")
    newer = ValuePolicy.objects.filter(
        branch=policy.branch, state=ValuePolicy.State.PUBLISHED, version__gt=policy.version
    )
    if newer.exists():
        faults["note"] = _("A newer version has been published meanwhile. Draft a new one from it.")
    if faults:
        raise ValidationError(faults)
