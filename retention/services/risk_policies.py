"""Which rule of the early warning counts, and a branch's first one."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Branch
from retention.domain.risk.rules import DEFAULT_RULES
from retention.models import RiskPolicy


@transaction.atomic
def ensure_risk_policy(*, branch: Branch, on: date) -> RiskPolicy:
    """The branch's own newest published rule valid on that day, else the firm's; where there is neither, version 1."""
    found: RiskPolicy | None = RiskPolicy.objects.in_force(branch, on=on)
    if found is not None:
        return found
    # Holds the branch's row, so that two nights at once do not both make version 1.
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    own = RiskPolicy.objects.filter(branch=branch, state=RiskPolicy.State.PUBLISHED)
    policy = RiskPolicy.objects.in_force(branch, on=on) or own.order_by("version").first()
    if policy is None:
        policy = RiskPolicy.objects.create(
            branch=branch, version=1, state=RiskPolicy.State.PUBLISHED, rules=DEFAULT_RULES, valid_from=on
        )
        audit.record(action="retention.risk_policy_published", actor=None, branch=branch, target=policy)
    return policy
