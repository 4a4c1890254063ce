"""Which appraisal policy counts for a month, and a branch's first one."""

from __future__ import annotations

from datetime import date

from branch_crm.core.models import Branch
from servicelog.domain.scorecard import DEFAULT_RULES
from servicelog.models import ScorecardPolicy
from servicelog.services.ensure_version import ensure_version


def current_scorecard_policy(branch: Branch, *, on: date) -> ScorecardPolicy | None:
    """The branch's own newest published policy valid on that day, else the firm's.

    A month is appraised by the version in force on its first day: nobody's running month changes its rules.
    """
    found: ScorecardPolicy | None = ScorecardPolicy.objects.in_force(branch, on=on)
    return found


def ensure_scorecard_policy(*, branch: Branch, on: date) -> ScorecardPolicy:
    return ensure_version(
        ScorecardPolicy, branch=branch, on=on, rules=DEFAULT_RULES, published="servicelog.scorecard_policy_published"
    )
