"""Shapes of the advisor forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.labels import skill_label
from advisors.models import Advisor, EvidenceKind, Leave

DAY = {"type": "date"}


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Advisor
        fields = ["monthly_hours", "interests", "wish"]
        widgets = {"interests": forms.Textarea(attrs={"rows": 3}), "wish": forms.Textarea(attrs={"rows": 3})}


class OwnWishForm(forms.ModelForm):
    """What an advisor may change alone."""

    class Meta:
        model = Advisor
        fields = ["interests", "wish"]
        widgets = ProfileForm.Meta.widgets


class LeaveForm(forms.ModelForm):
    class Meta:
        model = Leave
        fields = ["starts", "ends", "reason"]
        widgets = {"starts": forms.DateInput(format="%Y-%m-%d", attrs=DAY), "ends": forms.DateInput(attrs=DAY)}


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(k, v) for k, v in EvidenceKind.choices if k != EvidenceKind.SELF]
    )
    event = forms.CharField(label=_("Event"), max_length=120)
    held_on = forms.DateField(label=_("Held on"), widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY))
    score = forms.FloatField(label=_("Score, 0 to 100"), required=False, min_value=0, max_value=100)
    place = forms.IntegerField(label=_("or place"), required=False, min_value=1)
    participants = forms.IntegerField(label=_("of participants"), required=False, min_value=1)
    skills = forms.MultipleChoiceField(
        label=_("Skills shown"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: the usual skills of this kind of event."),
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, skills: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skills"].choices = [(code, skill_label(code)) for code in skills]

    def clean_held_on(self) -> Any:
        if self.cleaned_data["held_on"] > timezone.localdate():
            raise forms.ValidationError(_("An event in the future has no result yet."))
        return self.cleaned_data["held_on"]


class SelfNominationForm(forms.Form):
    skills = forms.MultipleChoiceField(label=_("I am good at"), widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you have done that shows it; the director reads this."),
    )

    def __init__(self, *args: Any, skills: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skills"].choices = [(code, skill_label(code)) for code in skills]
