"""Shapes of what people write on a handover: the giver's remarks, the client's answer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from allocation.models import Handover

Acceptance = Handover.Acceptance


class RemarksForm(forms.Form):
    remarks = forms.CharField(
        label=_("What the successor should know"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "What no record says: manner, family, what to avoid, what is under way. No account or document numbers."
        ),
    )


class AnswerForm(forms.Form):
    acceptance = forms.ChoiceField(
        label=_("The client's answer"),
        widget=forms.RadioSelect,
        choices=[(code, code.label) for code in (Acceptance.ACCEPTED, Acceptance.REFUSED)],
    )
    on = forms.DateField(label=_("Answered on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(
        label=_("Reason, if the client refused and gave one"),
        max_length=300,
        required=False,
        help_text=_("A refusal becomes a request for another advisor; the director decides it in time."),
    )
