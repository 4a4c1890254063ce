"""Write a draft of the value policy, or change one. Nothing is scored with it before it is published."""

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
def change_value_policy(*, policy: ValuePolicy, rules: dict[str, Any], note: str, actor: Staff) -> ValuePolicy:
    """Change a draft. A published version never changes: write a new one. Raises RulesError or ValidationError."""
    parse_rules(rules)
    fresh = ValuePolicy.objects.select_for_update().get(pk=policy.pk)
    if fresh.state != ValuePolicy.State.DRAFT:
        raise ValidationError(
            _("Version %(version)s is published and cannot change. Draft a new one from it.") % vars(fresh)
        )
    if (fresh.rules, fresh.note) != (rules, note):
        changed = sorted(name for name in rules if rules[name] != fresh.rules.get(name))
        fresh.rules, fresh.note = rules, note
        fresh.save(update_fields=["rules", "note"])
        audit.record(
            action="clients.value_policy_changed",
            actor=actor,
            branch=fresh.branch,
            target=fresh,
            detail={"version": fresh.version, "fields": changed},
        )
    return fresh
