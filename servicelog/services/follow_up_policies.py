"""Which follow-up policy counts, and a branch's first one."""

from __future__ import annotations

from datetime import date

from branch_crm.core.models import Branch
from servicelog.domain.follow_up import DEFAULT_RULES
from servicelog.models import FollowUpPolicy
from servicelog.services.ensure_version import ensure_version


def current_follow_up_policy(branch: Branch, *, on: date) -> FollowUpPolicy | None:
    """The branch's own newest published policy valid on that day, else the firm's."""
    found: FollowUpPolicy | None = FollowUpPolicy.objects.in_force(branch, on=on)
    return found


def ensure_follow_up_policy(*, branch: Branch, on: date) -> FollowUpPolicy:
    return ensure_version(
        FollowUpPolicy, branch=branch, on=on, rules=DEFAULT_RULES, published="servicelog.follow_up_policy_published"
    )
