from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from retention.forms_competitors import as_share, rate_field
from retention.models import Block, LeavingRequest, Reason


class RequestForm(forms.Form):
    """What the client wants, and nothing that the client does not have to say."""

    kind = forms.ChoiceField(label=_("What is wanted"), choices=LeavingRequest.Kind.choices, widget=forms.RadioSelect)
    subject = forms.CharField(
        label=_("Account or permission"), max_length=40, required=False, help_text=_("Empty: everything.")
    )
    origin = forms.ChoiceField(
        label=_("How it came"),
        choices=[choice for choice in LeavingRequest.Origin.choices if choice[0] != LeavingRequest.Origin.ONLINE],
        initial=LeavingRequest.Origin.COUNTER,
        widget=forms.RadioSelect,
    )
    settled = forms.BooleanField(
        label=_("The account is settled: no open trades, orders or transfers"), required=False, initial=True
    )


class ObstacleForm(forms.Form):
    ground = forms.ChoiceField(label=_("Lawful ground"), choices=[("", "—"), *Block.Ground.choices])
    note = forms.CharField(label=_("What the client has to do"), max_length=200, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        # Two forms of one page have a note.
        super().__init__(*args, auto_id="obstacle_%s", **kwargs)


class ReasonForm(forms.Form):
    """Optional, every field: an empty form is an answer."""

    reason = forms.ModelChoiceField(label=_("Reason"), queryset=Reason.objects.none(), required=False)
    note = forms.CharField(label=_("In the client's words"), max_length=300, required=False)
    competitor = forms.CharField(label=_("Which firm the client goes to"), max_length=60, required=False)
    rate = rate_field()

    def __init__(self, *args: object, reasons: QuerySet[Reason], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.queryset = reasons.filter(is_active=True).select_related("parent")
        field.label_from_instance = lambda reason: f"{reason.parent} · {reason}" if reason.parent else str(reason)
        field.empty_label = _("not told")

    def told(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        rate = told.pop("rate")
        return {**told, "competitor_rate": as_share(rate)}
