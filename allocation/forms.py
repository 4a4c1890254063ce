"""Shapes of what people type: a run, a lock, a refusal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from allocation.domain.fit.policy import MatchRules
from allocation.models import Plan
from branch_crm.core.models import Branch
from branch_crm.core.templatetags.badges import PERSONAS, TIERS, VALUE_TYPES

TIER_CHOICES = [(str(tier), label) for tier, label in TIERS.items()]


class DayInput(forms.DateInput):
    """The browser's own date field, which reads and writes ISO days in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RunForm(forms.Form):
    """A run: scope, constraints, hours. `scope()` and `options()` give what start_run takes."""

    KINDS = [
        ("branch", _("Whole branch")),
        ("unassigned", _("Clients without an advisor")),
        ("advisor", _("The book of one advisor")),
        ("filter", _("Clients chosen by a filter")),
    ]
    title = forms.CharField(label=_("Title"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Who may be moved"), choices=KINDS, widget=forms.RadioSelect, initial="branch")
    advisor = forms.ModelChoiceField(label=_("Advisor"), queryset=Advisor.objects.none(), required=False)
    tier_from = forms.TypedChoiceField(
        label=_("Tier from"), choices=TIER_CHOICES, coerce=int, initial=1, required=False
    )
    tier_to = forms.TypedChoiceField(label=_("Tier to"), choices=TIER_CHOICES, coerce=int, initial=5, required=False)
    types = forms.MultipleChoiceField(
        label=_("Value types"), choices=list(VALUE_TYPES.items()), widget=forms.CheckboxSelectMultiple, required=False
    )
    personas = forms.MultipleChoiceField(
        label=_("Personas"), choices=list(PERSONAS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )
    core_only = forms.BooleanField(label=_("Core clients only"), required=False)
    holders = forms.ModelMultipleChoiceField(
        label=_("Present advisors"),
        queryset=Advisor.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    fairness = forms.FloatField(
        label=_("Fairness band, ± %"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("Value per hour of each advisor stays this close to the branch's mean. Empty: no band."),
    )
    switch_penalty = forms.FloatField(
        label=_("Switch penalty"),
        min_value=0,
        max_value=1,
        help_text=_("Taken off the match when a client changes advisors. A higher figure gives fewer moves."),
    )

    def __init__(self, *args: Any, branch: Branch, rules: MatchRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        people = Advisor.objects.filter(branch=branch).order_by("staff_no")
        self.fields["advisor"].queryset = people.filter(clients__isnull=False).distinct()
        self.fields["holders"].queryset = self.fields["advisor"].queryset
        self.fields["fairness"].initial = None if rules.fairness is None else round(rules.fairness * 100, 1)
        self.fields["switch_penalty"].initial = rules.switch_penalty
        self.serving = list(people.serving(today))
        for person in self.serving:
            self.fields[f"hours_{person.pk}"] = forms.FloatField(
                label=str(person), min_value=0, max_value=500, required=False, initial=float(person.monthly_hours)
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == "advisor" and not data.get("advisor"):
            self.add_error("advisor", _("Choose the advisor whose book is to be looked at."))
        if data.get("kind") == "filter" and (data.get("tier_from") or 1) > (data.get("tier_to") or 5):
            self.add_error("tier_to", _("The upper tier lies below the lower one."))
        return data

    @property
    def hours_fields(self) -> list[forms.BoundField]:
        return [self[f"hours_{person.pk}"] for person in self.serving]

    def scope(self) -> dict[str, Any]:
        data = self.cleaned_data
        scope: dict[str, Any] = {"kind": data["kind"]}
        if data["kind"] == "advisor":
            scope["advisor"] = data["advisor"].pk
        if data["kind"] == "filter":
            scope["query"] = {
                "tier_from": data["tier_from"] or 1,
                "tier_to": data["tier_to"] or 5,
                "types": data["types"],
                "personas": data["personas"],
                "core_only": data["core_only"],
                "holders": [person.pk for person in data["holders"]],
            }
        return scope

    def options(self) -> dict[str, Any]:
        data = self.cleaned_data
        hours = {}
        for person in self.serving:
            wanted = data.get(f"hours_{person.pk}")
            if wanted is not None and wanted != float(person.monthly_hours):
                hours[person.pk] = wanted
        fairness = data["fairness"]
        return {
            "fairness": None if fairness is None else fairness / 100,
            "switch_penalty": data["switch_penalty"],
            "hours": hours,
        }

    @staticmethod
    def initial_from(plan: Plan) -> dict[str, Any]:
        """The fields of an earlier run, to change and run again."""
        options, scope = plan.options, plan.scope
        fairness = options.get("fairness")
        return {
            "title": plan.title,
            "kind": scope.get("kind"),
            "advisor": scope.get("advisor"),
            **scope.get("query", {}),
            "fairness": None if fairness is None else round(fairness * 100, 1),
            "switch_penalty": options.get("switch_penalty"),
            **{f"hours_{pk}": hours for pk, hours in options.get("hours", {}).items()},
        }


class LockForm(forms.Form):
    reason = forms.CharField(label=_("Why the client must stay"), max_length=200)
    until = forms.DateField(label=_("Until"), required=False, widget=DayInput())


class RefusalForm(forms.Form):
    advisor = forms.ModelChoiceField(label=_("Advisor"), queryset=Advisor.objects.none())
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, branch: Branch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advisor"].queryset = Advisor.objects.filter(branch=branch).order_by("staff_no")
