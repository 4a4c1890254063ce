"""The service policy as a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.models import Staff
from servicelog.domain.service_rules import DEFAULT_RULES, read_service_rules
from servicelog.forms_policy import PartsForm, own_groups
from servicelog.service_fields import groups
from servicelog.services.policy_desk import SERVICE


class ServicePolicyForm(PartsForm):
    """Only the actor's sections have fields."""

    defaults = DEFAULT_RULES
    read = staticmethod(read_service_rules)

    def __init__(self, *args: Any, rules: Mapping[str, Any], actor: Staff, **kwargs: Any) -> None:
        super().__init__(*args, rules=rules, groups=own_groups(SERVICE, actor, groups()), **kwargs)

    def fault_text(self, error: RuleFault) -> str:
        """What fields cannot check by themselves are patterns; the path ends with the number of the line."""
        head, _dot, at = error.field.rpartition(".")
        if head == "forbidden.patterns":
            return _("Line %(line)s is not a regular expression; check its brackets.") % {"line": int(at) + 1}
        return error.message
