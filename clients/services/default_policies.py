"""Every branch has a value policy in force: version 1 holds the defaults until somebody publishes another."""

from __future__ import annotations

import copy

from django.db import transaction
from django.utils import timezone

from branch_crm.core import audit
from branch_crm.core.models import Branch
from clients.domain.value.rules import DEFAULT_RULES
from clients.models import ValuePolicy
from clients.queries.value import policy_in_force


@transaction.atomic
def ensure_value_policy(branch: Branch) -> ValuePolicy:
    """The policy in force; publishes the defaults as version 1 where the branch has no policy at all."""
    policy = policy_in_force(branch)
    if policy is not None:
        return policy
    policy, created = ValuePolicy.objects.get_or_create(
        branch=branch,
        version=1,
        defaults={
            "state": ValuePolicy.State.PUBLISHED,
            "rules": copy.deepcopy(DEFAULT_RULES),
            "valid_from": timezone.localdate().replace(year=2000, month=1, day=1),
            "published_at": timezone.now(),
        },
    )
    if created:
        audit.record(action="clients.value_policy_defaulted", actor=None, branch=branch, target=policy)
    return policy
