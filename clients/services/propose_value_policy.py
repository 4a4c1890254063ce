"""Propose a draft of the value policy: from then on it waits for a second person."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.domain.value.rules import parse_rules
from clients.models import ValuePolicy
from clients.services.hold_value_policy import hold_value_policy, refuse_if_changed, save_step


@transaction.atomic
def propose_value_policy(
    *, policy: ValuePolicy, actor: Staff, note: str, valid_from: date | None = None, revision: int
) -> ValuePolicy:
    """Proposing twice is proposing once. `valid_from` None: in force as soon as it is approved.

    Raises ValidationError for an empty note, a day that has passed, a version that is no draft or older than one in force;
    PolicyConflict when the draft is no longer the `revision` that was read; RulesError for rules that do not hold.
    """
    fresh = hold_value_policy(policy)
    if fresh.state == ValuePolicy.State.PROPOSED and fresh.proposed_by_id == actor.pk:
        return fresh
    refuse_if_changed(fresh, revision)
    if fresh.state != ValuePolicy.State.DRAFT:
        raise ValidationError(_("Only a draft can be proposed."))
    _check(note, valid_from, timezone.localdate())
    refuse_if_overtaken(fresh)
    parse_rules(fresh.rules)
    fresh.state = ValuePolicy.State.PROPOSED
    fresh.note, fresh.valid_from = note.strip(), valid_from
    fresh.proposed_by, fresh.proposed_at = actor, timezone.now()
    fresh.returned_by, fresh.returned_note = None, ""
    save_step(fresh)
    audit.record(
        action="clients.value_policy_proposed",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={
            "version": fresh.version,
            "valid_from": valid_from.isoformat() if valid_from else None,
            "note": fresh.note,
        },
    )
    return fresh


def refuse_if_overtaken(policy: ValuePolicy) -> None:
    """A version cannot come into force after a newer one: the reader of the list would not know which counts."""
    newer = ValuePolicy.objects.filter(
        branch=policy.branch_id, state=ValuePolicy.State.PUBLISHED, version__gt=policy.version
    )
    if newer.exists():
        raise ValidationError(_("A newer version has been published meanwhile. Draft a new one from this."))


def _check(note: str, valid_from: date | None, today: date) -> None:
    faults: dict[str, str] = {}
    if not note.strip():
        faults["note"] = _("Say in a sentence why the policy changes; everybody who asks why will read it.")
    if valid_from and valid_from < today:
        faults["valid_from"] = _("Choose today or a later day: what was scored before stays as it was.")
    if faults:
        raise ValidationError(faults)
