"""Which follow-up policy counts, and a branch's first one."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from servicelog.domain.follow_up import DEFAULT_RULES
from servicelog.models import FollowUpPolicy


def current_follow_up_policy(branch: Branch, *, on: date) -> FollowUpPolicy | None:
    """The branch's own newest published policy valid on that day, else the firm's."""
    found: FollowUpPolicy | None = FollowUpPolicy.objects.in_force(branch, on=on)
    return found


@transaction.atomic
def ensure_follow_up_policy(*, branch: Branch, on: date, actor: Staff | None = None) -> FollowUpPolicy:
    """The policy in force; where there is none, version 1 from the default rules. A rerun of an older night takes the oldest."""
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    policy = current_follow_up_policy(branch, on=on)
    published = FollowUpPolicy.objects.filter(branch=branch, state=FollowUpPolicy.State.PUBLISHED)
    policy = policy or published.order_by("version").first()
    if policy is None:
        policy = FollowUpPolicy.objects.create(
            branch=branch,
            version=1,
            state=FollowUpPolicy.State.PUBLISHED,
            rules=DEFAULT_RULES,
            valid_from=on,
            published_by=actor,
        )
        audit.record(action="servicelog.follow_up_policy_published", actor=actor, branch=branch, target=policy)
    return policy
