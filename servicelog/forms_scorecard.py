"""Disputes of scorecards, the freezing of a month, and the appraisal policy as forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.models import Staff
from servicelog.domain.scorecard import DEFAULT_RULES, read_scorecard_rules
from servicelog.forms_policy import PartsForm
from servicelog.scorecard_fields import scorecard_groups
from servicelog.wording_scorecard import fault_text


class ScorecardPolicyForm(PartsForm):
    defaults = DEFAULT_RULES
    read = staticmethod(read_scorecard_rules)

    def __init__(self, *args: Any, rules: Mapping[str, Any], actor: Staff, **kwargs: Any) -> None:
        """`actor`: as with the other policies; whoever may draft this one may set all of it."""
        super().__init__(*args, rules=rules, groups=scorecard_groups(), **kwargs)

    def fault_text(self, error: RuleFault) -> str:
        return fault_text(error)


class ScorecardDisputeForm(forms.Form):
    text = forms.CharField(
        label=_("What is wrong with it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        help_text=_("Name the record and what it should say; the director answers with reasons."),
    )


class ScorecardAnswerForm(forms.Form):
    verdict = forms.ChoiceField(choices=[("granted", "granted"), ("declined", "declined")])
    answer = forms.CharField(max_length=500, required=False)
    correction = forms.FloatField(required=False)


class FreezeForm(forms.Form):
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
