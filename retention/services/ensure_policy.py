"""Which retention policy counts, and a branch's first one."""

from __future__ import annotations

from datetime import date

from branch_crm.core.models import Branch
from retention.domain.rules import DEFAULT_RULES, RetentionRules, read_retention_rules
from retention.models import RetentionPolicy
from servicelog.services.ensure_version import ensure_version


def ensure_retention_policy(*, branch: Branch, on: date) -> RetentionPolicy:
    return ensure_version(
        RetentionPolicy, branch=branch, on=on, rules=DEFAULT_RULES, published="retention.policy_published"
    )


def retention_rules(branch: Branch, *, on: date) -> RetentionRules:
    """What the policy in force says, read and checked."""
    return read_retention_rules(ensure_retention_policy(branch=branch, on=on).rules)
