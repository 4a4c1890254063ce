"""Which appraisal policy counts for a month, and a branch's first one."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from servicelog.domain.scorecard import DEFAULT_RULES
from servicelog.models import ScorecardPolicy


def current_scorecard_policy(branch: Branch, *, on: date) -> ScorecardPolicy | None:
    """The branch's own newest published policy valid on that day, else the firm's.

    A month is appraised by the version in force on its first day: nobody's running month changes its rules.
    """
    found: ScorecardPolicy | None = ScorecardPolicy.objects.in_force(branch, on=on)
    return found


@transaction.atomic
def ensure_scorecard_policy(*, branch: Branch, on: date, actor: Staff | None = None) -> ScorecardPolicy:
    """The policy in force; where there is none, version 1 from the default rules. For months before the first, the oldest."""
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    policy = current_scorecard_policy(branch, on=on)
    published = ScorecardPolicy.objects.filter(branch=branch, state=ScorecardPolicy.State.PUBLISHED)
    policy = policy or published.order_by("version").first()
    if policy is None:
        policy = ScorecardPolicy.objects.create(
            branch=branch,
            version=1,
            state=ScorecardPolicy.State.PUBLISHED,
            rules=DEFAULT_RULES,
            valid_from=on,
            published_by=actor,
        )
        audit.record(action="servicelog.scorecard_policy_published", actor=actor, branch=branch, target=policy)
    return policy
