"""The early-warning rule as a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.models import Staff
from retention.domain.risk.rules import DEFAULT_RULES, read_risk_rules
from retention.risk_fields import risk_groups
from servicelog.forms_policy import PartsForm


class RiskPolicyForm(PartsForm):
    defaults = DEFAULT_RULES

    def __init__(self, *args: Any, rules: Mapping[str, Any], actor: Staff, **kwargs: Any) -> None:
        """`actor`: as with the other policies; whoever may draft this one may set all of it."""
        super().__init__(*args, rules=rules, groups=risk_groups(), **kwargs)

    def fault_in(self, rules: Mapping[str, Any]) -> tuple[str, str] | None:
        try:
            read_risk_rules(rules)
        except RuleFault as error:
            return error.field, _fault_text(error)
        return None


def _fault_text(error: RuleFault) -> str:
    """Each field knows its own bounds; what is left is how two of them stand to each other."""
    told = {
        "bands.high": _("At least one point above the band to be watched."),
        "windows.look_back_days": _("At least 14 days longer than the recent window."),
        "windows.year_days": _("Not shorter than the look-back."),
    }
    if error.field.startswith("signals.") and error.field.endswith(".to"):
        return _("Must be above the figure at which points begin.")
    return told.get(error.field, error.message)
