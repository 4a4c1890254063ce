"""Forms of a retention case: the talk of a part, handing it on, and how the case ended."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Staff
from retention.forms_parts import offer_reasons
from retention.models import Reason, RetentionCase
from servicelog.models import Channel


class TalkForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices, initial=Channel.PHONE)
    reached = forms.BooleanField(label=_("The client was reached"), required=False, initial=True)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=600, required=False)
    summary = forms.CharField(
        label=_("What was said"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4, "autofocus": True})
    )
    quoted = forms.BooleanField(label=_("Flagged wording is the client's own, or a denial"), required=False)


class HandOnForm(forms.Form):
    to = forms.ModelChoiceField(label=_("To whom"), queryset=Staff.objects.none())

    def __init__(self, *args: Any, people: QuerySet[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people.order_by("role", "name")
        self.fields["to"].label_from_instance = lambda person: f"{person.name} · {person.get_role_display()}"


class OfferForm(forms.Form):
    """The rate is entered as the trade says it: per ten thousand of traded value."""

    concession = forms.CharField(label=_("What is offered"), max_length=40, widget=forms.Select)
    rate = forms.DecimalField(
        label=_("New rate, per 10,000"),
        min_value=0,
        max_value=30,
        decimal_places=2,
        required=False,
        help_text=_("Only for a lower commission rate. Empty: the table's lowest."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="offer_%s", **kwargs)
        self.fields["concession"].widget.choices = choices or []

    def offered(self) -> dict[str, Any]:
        rate = self.cleaned_data["rate"]
        return {
            "concession": self.cleaned_data["concession"],
            "rate": None if rate is None else rate / Decimal(10_000),
        }


class OutcomeForm(forms.Form):
    """The reason is optional: a client need not give one."""

    outcome = forms.ChoiceField(
        label=_("How it ended"), choices=RetentionCase.Outcome.choices, widget=forms.RadioSelect
    )
    reason = forms.ModelChoiceField(label=_("Reason"), queryset=Reason.objects.none(), required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, reasons: QuerySet[Reason], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="outcome_%s", **kwargs)
        field = self.fields["reason"]
        offer_reasons(field, reasons)
        field.empty_label = _("not told")
