"""The versions of the early-warning rule, from a draft to the night it is read by."""

from __future__ import annotations

from retention.domain.risk.rules import read_risk_rules
from retention.models import RiskPolicy
from retention.services.risk_policies import ensure_risk_policy
from servicelog.services.policy_desk import Desk

RISK = Desk(
    "retention.risk_policy_drafted",
    "retention.risk_policy_changed",
    "retention.risk_policy_published",
    RiskPolicy,
    read_risk_rules,
    ensure_risk_policy,
)
