"""Which MOT policy counts, and a branch's first one."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from servicelog.domain.mot.rules import default_rules
from servicelog.models import MotPolicy


def current_mot_policy(branch: Branch, *, on: date) -> MotPolicy | None:
    """The branch's own newest published policy valid on that day, else the firm's."""
    found: MotPolicy | None = MotPolicy.objects.in_force(branch, on=on)
    return found


@transaction.atomic
def ensure_mot_policy(*, branch: Branch, on: date, actor: Staff | None = None) -> MotPolicy:
    """The policy in force; where there is none, version 1 from the default rules. A rerun of an older night takes the oldest."""
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    policy = current_mot_policy(branch, on=on)
    policy = (
        policy or MotPolicy.objects.filter(branch=branch, state=MotPolicy.State.PUBLISHED).order_by("version").first()
    )
    if policy is None:
        policy = MotPolicy.objects.create(
            branch=branch,
            version=1,
            state=MotPolicy.State.PUBLISHED,
            rules=default_rules(),
            valid_from=on,
            published_by=actor,
        )
        audit.record(action="servicelog.mot_policy_published", actor=actor, branch=branch, target=policy)
    return policy
