"""Which service policy counts, and a branch's first one."""

from __future__ import annotations

from datetime import date

from branch_crm.core.models import Branch
from servicelog.domain.service_rules import DEFAULT_RULES, ServiceRules, read_service_rules
from servicelog.models import ServicePolicy
from servicelog.services.ensure_version import ensure_version


def current_service_policy(branch: Branch, *, on: date) -> ServicePolicy | None:
    """The branch's own newest published policy valid on that day, else the firm's."""
    found: ServicePolicy | None = ServicePolicy.objects.in_force(branch, on=on)
    return found


def service_rules(branch: Branch, *, on: date) -> ServiceRules:
    """The rules in force; the defaults where no policy was ever published. Reads only."""
    policy = current_service_policy(branch, on=on)
    return read_service_rules(policy.rules if policy else {})


def ensure_service_policy(*, branch: Branch, on: date) -> ServicePolicy:
    return ensure_version(
        ServicePolicy, branch=branch, on=on, rules=DEFAULT_RULES, published="servicelog.service_policy_published"
    )
