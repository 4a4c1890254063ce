"""Which rule of the early warning counts, and a branch's first one."""

from __future__ import annotations

from datetime import date

from branch_crm.core.models import Branch
from retention.domain.risk.rules import DEFAULT_RULES
from retention.models import RiskPolicy
from servicelog.services.ensure_version import ensure_version


def ensure_risk_policy(*, branch: Branch, on: date) -> RiskPolicy:
    return ensure_version(
        RiskPolicy, branch=branch, on=on, rules=DEFAULT_RULES, published="retention.risk_policy_published"
    )
