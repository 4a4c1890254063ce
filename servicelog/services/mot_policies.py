"""Which MOT policy counts, and a branch's first one."""

from __future__ import annotations

from datetime import date

from branch_crm.core.models import Branch
from servicelog.domain.mot.rules import default_rules
from servicelog.models import MotPolicy
from servicelog.services.ensure_version import ensure_version


def ensure_mot_policy(*, branch: Branch, on: date) -> MotPolicy:
    return ensure_version(
        MotPolicy, branch=branch, on=on, rules=default_rules(), published="servicelog.mot_policy_published"
    )
