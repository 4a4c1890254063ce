"""The retention policy as a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from branch_crm.core.models import Staff
from retention.domain.rules import DEFAULT_RULES, read_retention_rules
from retention.retention_fields import retention_groups
from retention.services.retention_desk import RETENTION
from servicelog.forms_policy import PartsForm, own_groups


class RetentionPolicyForm(PartsForm):
    """Only the actor's sections have fields."""

    defaults = DEFAULT_RULES
    read = staticmethod(read_retention_rules)

    def __init__(self, *args: Any, rules: Mapping[str, Any], actor: Staff, **kwargs: Any) -> None:
        super().__init__(*args, rules=rules, groups=own_groups(RETENTION, actor, retention_groups()), **kwargs)
