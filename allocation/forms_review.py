"""Shapes of what reviewers type: a decision, a filter of the moves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisors.models import Advisor
from allocation.models import PlanLine
from allocation.queries.review import UNKNOWN
from allocation.services.errors import AllocationError
from branch_crm.core.templatetags.badges import PERSONAS, VALUE_TYPES

POOL = "pool"
ANY = [("", gettext_lazy("any"))]


class DecisionForm(forms.Form):
    """One decision as buttons and forms post it. `decision()` gives what decide_lines takes, or raises AllocationError."""

    revision = forms.IntegerField(min_value=0)
    advisor = forms.CharField(required=False)
    reason = forms.CharField(required=False)
    own_reason = forms.CharField(required=False, max_length=200)
    until = forms.DateField(required=False)

    def __init__(self, data: Any, *, advisors: QuerySet[Advisor], bulk: bool = False) -> None:
        super().__init__(data)
        self.advisors = advisors
        self.wanted = str(data.get("action" if bulk else "decision", ""))

    def decision(self) -> dict[str, Any]:
        valid = self.is_valid()
        if self.wanted not in PlanLine.Decision.values or "revision" in self.errors:
            raise AllocationError(_("This is not a decision."))
        if not valid:
            name, problems = next(iter(self.errors.items()))
            raise AllocationError(str(problems[0]), field=name)
        given: dict[str, Any] = {"decision": self.wanted, "seen_revision": self.cleaned_data["revision"]}
        if self.wanted == PlanLine.Decision.REDIRECTED:
            given["advisor"] = self._target()
        if self.wanted == PlanLine.Decision.LOCKED:
            # Own words beat the reason chosen from the list.
            given["reason"] = self.cleaned_data["own_reason"].strip() or self.cleaned_data["reason"]
            given["until"] = self.cleaned_data["until"]
        return given

    def _target(self) -> Advisor | None:
        wanted = self.cleaned_data["advisor"]
        if wanted == POOL:
            return None
        person = self.advisors.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 10 else None
        if person is None:
            raise AllocationError(_("Choose the advisor to redirect to."), field="advisor")
        return person


class FilterForm(forms.Form):
    """What the list of moves can be narrowed by beside its groups. Names are those of queries.review.FILTERS."""

    q = forms.CharField(label=gettext_lazy("Client name or no."), required=False, max_length=60)
    value_from = forms.FloatField(label=gettext_lazy("Value from"), required=False)
    value_to = forms.FloatField(label=gettext_lazy("Value up to"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Value type"), choices=[*ANY, *VALUE_TYPES.items()], required=False)
    persona = forms.ChoiceField(
        label=gettext_lazy("Persona"),
        choices=[*ANY, *((code or UNKNOWN, label) for code, label in PERSONAS.items())],
        required=False,
    )
    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"), choices=[*ANY, *PlanLine.Decision.choices], required=False
    )
