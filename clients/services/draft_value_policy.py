"""Write a draft of the value policy, change one, or put one aside. Nothing is scored with it before it is published."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from clients.domain.value.rules import parse_rules
from clients.models import ValuePolicy
from clients.services.default_policies import ensure_value_policy
from clients.services.hold_value_policy import hold_value_policy, refuse_if_changed, save_step


@transaction.atomic
def draft_value_policy(*, branch: Branch, rules: dict[str, Any], note: str = "", actor: Staff) -> ValuePolicy:
    """A new version, not yet in force. Raises RulesError naming the fields."""
    parse_rules(rules)
    ensure_value_policy(branch)
    # Two drafts at once must not ask for the same version number.
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    last = ValuePolicy.objects.filter(branch=branch).aggregate(last=Max("version"))["last"]
    policy = ValuePolicy.objects.create(branch=branch, version=last + 1, rules=rules, note=note, created_by=actor)
    audit.record(
        action="clients.value_policy_drafted",
        actor=actor,
        branch=branch,
        target=policy,
        detail={"version": policy.version},
    )
    return policy


@transaction.atomic
def change_value_policy(
    *, policy: ValuePolicy, rules: dict[str, Any], note: str, actor: Staff, revision: int
) -> ValuePolicy:
    """Change a draft; the same text twice writes nothing.

    Raises RulesError naming the fields, PolicyConflict when the draft is no longer the `revision` that was read, and
    ValidationError for a version that is not a draft: a proposal must be sent back first, a published version never changes.
    """
    parse_rules(rules)
    fresh = hold_value_policy(policy)
    if (fresh.rules, fresh.note) == (rules, note):
        return fresh
    _refuse_unless_draft(fresh)
    refuse_if_changed(fresh, revision)
    changed = sorted(name for name in rules if rules[name] != fresh.rules.get(name))
    fresh.rules, fresh.note = rules, note
    save_step(fresh)
    audit.record(
        action="clients.value_policy_changed",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"version": fresh.version, "fields": changed},
    )
    return fresh


@transaction.atomic
def discard_value_policy(*, policy: ValuePolicy, actor: Staff, revision: int) -> ValuePolicy:
    """Put a draft aside: it keeps its number and stays readable. Putting it aside twice is putting it aside once."""
    fresh = hold_value_policy(policy)
    if fresh.state == ValuePolicy.State.DISCARDED:
        return fresh
    _refuse_unless_draft(fresh)
    refuse_if_changed(fresh, revision)
    fresh.state = ValuePolicy.State.DISCARDED
    save_step(fresh)
    audit.record(
        action="clients.value_policy_discarded",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"version": fresh.version},
    )
    return fresh


def _refuse_unless_draft(policy: ValuePolicy) -> None:
    words = {
        ValuePolicy.State.PROPOSED: _("Version %(version)s waits for approval. Take the proposal back to change it."),
        ValuePolicy.State.PUBLISHED: _("Version %(version)s is published and cannot change. Draft a new one from it."),
        ValuePolicy.State.DISCARDED: _("Version %(version)s was put aside. Draft a new one from it."),
    }
    if policy.state in words:
        raise ValidationError(words[ValuePolicy.State(policy.state)] % {"version": policy.version})
