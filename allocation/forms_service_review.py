"""Shapes of what is said in a review: the advisor's reply, the director's decision, one reason for several."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allocation.models import ServiceReview

WORDS = forms.Textarea(attrs={"rows": 4})


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=_("Your reply"),
        max_length=1000,
        widget=WORDS,
        help_text=_(
            "What was done, what stood in the way. The director reads it beside the figures; it stays on record."
        ),
    )
    ask_now = forms.BooleanField(label=_("Ask for a decision now, without waiting for the last day"), required=False)


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(label=_("Ruling"), choices=ServiceReview.Decision.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Grounds"), max_length=500, widget=WORDS, help_text=_("The advisor reads them; they stay on record.")
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("For more time: the last trading day. For staying under watch: the end of the watch, if any."),
    )


class DismissForm(forms.Form):
    """`pk`: reviews that wait for a decision."""

    note = forms.CharField(label=_("Grounds for all chosen"), max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs["autocomplete"] = "off"
