"""Give a branch its first match policy."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from allocation.domain.fit.policy import DEFAULT_RULES
from allocation.models import MatchPolicy
from allocation.queries.policy import current_policy
from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff


@transaction.atomic
def ensure_match_policy(*, branch: Branch, on: date, actor: Staff | None = None) -> MatchPolicy:
    """The policy in force; where there is none, version 1 from the default rules."""
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    policy = current_policy(branch, on=on)
    if policy is None:
        policy = MatchPolicy.objects.create(
            branch=branch, version=1, rules=DEFAULT_RULES, valid_from=on, published_by=actor
        )
        audit.record(action="allocation.policy_published", actor=actor, branch=branch, target=policy)
    return policy
