"""Shapes of the two approvals and of sending a plan back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allocation.forms import DayInput


class ApprovalForm(forms.Form):
    effective_on = forms.DateField(
        label=_("Effective on"),
        widget=DayInput(),
        help_text=_("Today: the books change at once. A later trading day: the night of that day changes them."),
    )
    note = forms.CharField(
        label=_("Note for the record"),
        max_length=200,
        required=False,
        help_text=_("Stays with the plan; the second approver reads it."),
    )
    include_pending = forms.BooleanField(required=False)
    drop_conflicts = forms.BooleanField(required=False)


class SecondApprovalForm(forms.Form):
    """The day is asked for only where the first approver's has passed."""

    effective_on = forms.DateField(label=_("New effective date"), widget=DayInput())
    note = forms.CharField(label=_("Note for the record"), max_length=200, required=False)
    drop_conflicts = forms.BooleanField(required=False)

    def __init__(self, *args: Any, day_passed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not day_passed:
            del self.fields["effective_on"]


class SendBackForm(forms.Form):
    note = forms.CharField(
        label=_("Why it is sent back"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The director reads it on the plan. Every decision on the moves is kept."),
    )
