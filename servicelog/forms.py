"""Shapes of what is typed into the service log."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicelog.models import Channel, Clas, Complaint, Purpose
from servicelog.services.log_bulk import Message

CHIPS = {"class": "chip-choice"}
SCREENED_WHILE_TYPING = {
    "autofocus": True,
    "hx-post": reverse_lazy("servicelog:screen"),
    "hx-trigger": "input changed delay:500ms",
    "hx-target": "#screened",
    "hx-swap": "innerHTML",
    "hx-include": "this",
}
#: What is said to many at once. The rest is said to one.
BULK_PURPOSES = (Purpose.EDUCATION, Purpose.RISK, Purpose.CARE, Purpose.PRODUCT, Purpose.BUSINESS)


class MomentInput(forms.DateTimeInput):
    """The browser's own field for day and time, in the time of the branch."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class BulkForm(forms.Form):
    """One message that went to many."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[(each.value, each.label) for each in (Channel.WECHAT, Channel.MESSAGE, Channel.EMAIL)],
        widget=forms.RadioSelect(attrs=CHIPS),
        initial=Channel.WECHAT,
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=[(each.value, each.label) for each in BULK_PURPOSES],
        widget=forms.RadioSelect(attrs=CHIPS),
        initial=Purpose.EDUCATION,
    )
    text = forms.CharField(
        label=_("Text that was sent"),
        max_length=1000,
        widget=forms.Textarea(attrs={**SCREENED_WHILE_TYPING, "rows": 5}),
    )
    held_at = forms.DateTimeField(label=_("Sent at"), widget=MomentInput())
    quoted = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"token": uuid4(), "held_at": timezone.localtime()}, **kwargs)

    def message(self) -> Message:
        data = self.cleaned_data
        return Message(
            channel=data["channel"],
            purpose=data["purpose"],
            text=data["text"],
            held_at=not_quite_ahead(data["held_at"]),
            quoted=self.data.get("quoted") == "on",
        )


class AmendForm(forms.Form):
    """What may be corrected; `why` is asked for after the window."""

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    clas = forms.MultipleChoiceField(
        label=_("I-CLAS"), choices=Clas.choices, required=False, widget=forms.CheckboxSelectMultiple(attrs=CHIPS)
    )
    summary = forms.CharField(label=_("What was said"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, required=False)
    needs = forms.CharField(label=_("Needs found"), max_length=500, required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_on = forms.DateField(label=_("Next contact on"), required=False, widget=DayInput())
    why = forms.CharField(label=_("Why it is corrected"), max_length=200, required=False)

    def __init__(self, *args: Any, in_window: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if in_window:
            del self.fields["why"]
        else:
            self.fields["why"].required = True


class ComplaintForm(forms.Form):
    channel = forms.ChoiceField(
        label=_("Channel"), choices=Channel.choices, widget=forms.RadioSelect(attrs=CHIPS), initial=Channel.PHONE
    )
    about = forms.ChoiceField(label=_("About"), choices=Complaint.About.choices, widget=forms.RadioSelect(attrs=CHIPS))
    text = forms.CharField(
        label=_("In the client's words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4, "autofocus": True})
    )
    received_on = forms.DateField(
        label=_("Received on"), required=False, widget=DayInput(), help_text=_("Empty: today.")
    )


class DisputeForm(forms.Form):
    text = forms.CharField(
        label=_("Why it should count"), max_length=300, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )


class DisputeAnswerForm(forms.Form):
    answer = forms.CharField(label=_("Answer"), max_length=300, required=False)


def not_quite_ahead(moment: datetime) -> datetime:
    """The field knows minutes only: a clock a little ahead is no contact in the future."""
    now = timezone.now()
    return now if timedelta() <= moment - now < timedelta(minutes=2) else moment
