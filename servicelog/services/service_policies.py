"""Which service policy counts, and a branch's first one."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from servicelog.domain.service_rules import DEFAULT_RULES, ServiceRules, read_service_rules
from servicelog.models import ServicePolicy


def current_service_policy(branch: Branch, *, on: date) -> ServicePolicy | None:
    """The branch's own newest published policy valid on that day, else the firm's."""
    found: ServicePolicy | None = ServicePolicy.objects.in_force(branch, on=on)
    return found


def service_rules(branch: Branch, *, on: date) -> ServiceRules:
    """The rules in force; the defaults where no policy was ever published. Reads only."""
    policy = current_service_policy(branch, on=on)
    return read_service_rules(policy.rules if policy else {})


@transaction.atomic
def ensure_service_policy(*, branch: Branch, on: date, actor: Staff | None = None) -> ServicePolicy:
    """The policy in force; on a day before the first one, that; where there is none, version 1 from the default rules."""
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    published = ServicePolicy.objects.filter(branch=branch, state=ServicePolicy.State.PUBLISHED)
    policy = current_service_policy(branch, on=on) or published.order_by("version").first()
    if policy is None:
        policy = ServicePolicy.objects.create(
            branch=branch,
            version=1,
            state=ServicePolicy.State.PUBLISHED,
            rules=DEFAULT_RULES,
            valid_from=on,
            published_by=actor,
        )
        audit.record(action="servicelog.service_policy_published", actor=actor, branch=branch, target=policy)
    return policy
