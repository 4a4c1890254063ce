"""Which retention policy counts, and a branch's first one."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Branch
from retention.domain.rules import DEFAULT_RULES, RetentionRules, read_retention_rules
from retention.models import RetentionPolicy
from retention.queries.policy import current_retention_policy


@transaction.atomic
def ensure_retention_policy(*, branch: Branch, on: date) -> RetentionPolicy:
    """The branch's own newest published policy valid on that day, else the firm's; where there is neither, version 1."""
    found = current_retention_policy(branch, on=on)
    if found is not None:
        return found
    # Holds the branch's row, so that two requests at once do not both make version 1.
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    own = RetentionPolicy.objects.filter(branch=branch, state=RetentionPolicy.State.PUBLISHED)
    policy = current_retention_policy(branch, on=on) or own.order_by("version").first()
    if policy is None:
        policy = RetentionPolicy.objects.create(
            branch=branch, version=1, state=RetentionPolicy.State.PUBLISHED, rules=DEFAULT_RULES, valid_from=on
        )
        audit.record(action="retention.policy_published", actor=None, branch=branch, target=policy)
    return policy


def retention_rules(branch: Branch, *, on: date) -> RetentionRules:
    """What the policy in force says, read and checked."""
    return read_retention_rules(ensure_retention_policy(branch=branch, on=on).rules)
