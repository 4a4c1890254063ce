"""Small shapes of what people type: a day, a segment, a lock, a refusal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from branch_crm.core.models import Branch
from branch_crm.core.templatetags.badges import PERSONAS, TIERS, VALUE_TYPES

TIER_CHOICES = [(str(tier), label) for tier, label in TIERS.items()]


class DayInput(forms.DateInput):
    """The browser's own date field, which reads and writes ISO days in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SegmentForm(forms.Form):
    """The part of a form that names a kind of clients, as allocation.domain.scope reads it."""

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


class LockForm(forms.Form):
    reason = forms.CharField(label=_("Why the client must stay"), max_length=200)
    until = forms.DateField(label=_("Until"), required=False, widget=DayInput())


class RefusalForm(forms.Form):
    advisor = forms.ModelChoiceField(label=_("Advisor"), queryset=Advisor.objects.none())
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, branch: Branch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advisor"].queryset = Advisor.objects.filter(branch=branch).order_by("staff_no")
