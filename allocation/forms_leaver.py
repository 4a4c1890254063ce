"""Shapes of a leaver case: opening it, the day of return, locking the account at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allocation.forms import DayInput
from allocation.models import LeaverCase


class LeaverForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What happens"),
        choices=LeaverCase.Kind.choices,
        widget=forms.RadioSelect,
        initial=LeaverCase.Kind.RESIGNATION,
    )
    last_day = forms.DateField(label=_("Last day at work"), widget=DayInput())
    returns_on = forms.DateField(
        label=_("First day back"),
        required=False,
        widget=DayInput(),
        help_text=_("Long leave only. The clients come back on this day by themselves; it can be changed later."),
    )
    announced_on = forms.DateField(label=_("Announced on"), widget=DayInput())
    narrowed_on = forms.DateField(
        label=_("Account narrowed from"),
        required=False,
        widget=DayInput(),
        help_text=_(
            "From then on no personal data is shown and nothing exported; service goes on. Empty: at once, or with the leave."
        ),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["announced_on"].initial = timezone.localdate()


class ReturnForm(forms.Form):
    returns_on = forms.DateField(label=_("First day back"), widget=DayInput())


class LockForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
