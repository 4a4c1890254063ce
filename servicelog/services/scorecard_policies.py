"""Which appraisal policy counts for a month, and a branch's first one."""

from __future__ import annotations

from datetime import date

from branch_crm.core.models import Branch
from servicelog.domain.scorecard import DEFAULT_RULES
from servicelog.models import ScorecardPolicy
from servicelog.services.ensure_version import ensure_version


def ensure_scorecard_policy(*, branch: Branch, on: date) -> ScorecardPolicy:
    """A month is appraised by the version in force on its first day (`on`): nobody's running month changes its rules."""
    return ensure_version(
        ScorecardPolicy, branch=branch, on=on, rules=DEFAULT_RULES, published="servicelog.scorecard_policy_published"
    )
