"""Shapes of what people type around a notice period: opening, closing, objection, self-nomination, answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor, SkillEvidence
from allocation.forms import SegmentForm
from allocation.models import Objection
from allocation.services.open_notice import LONGEST

WORDS = forms.Textarea(attrs={"rows": 3})


class OpenNoticeForm(forms.Form):
    trading_days = forms.IntegerField(
        label=_("Trading days"),
        min_value=1,
        max_value=LONGEST,
        help_text=_("Today counts where it is a trading day. The last day counts to its end."),
    )
    note = forms.CharField(
        label=_("Note to the advisors"),
        max_length=300,
        required=False,
        widget=WORDS,
        help_text=_("All of them read it."),
    )


class CloseNoticeForm(forms.Form):
    why = forms.CharField(label=_("Why before the last day"), max_length=200, required=False)


class ObjectionForm(forms.Form):
    ground = forms.ChoiceField(label=_("Ground"), choices=Objection.Ground.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("In your own words"),
        max_length=500,
        required=False,
        widget=WORDS,
        help_text=_("The director reads it; it stays on record."),
    )


class BidForm(SegmentForm):
    """`segment()` gives what place_bid takes. Which of number and segment is meant is told by what is filled in."""

    client_no = forms.CharField(
        label=_("Client number"),
        max_length=32,
        required=False,
        help_text=_("Of a client you know. Whether it exists is looked up by the director, not here."),
    )
    evidence = forms.ModelMultipleChoiceField(
        label=_("Own results"),
        queryset=SkillEvidence.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    text = forms.CharField(
        label=_("Why you are the one"),
        max_length=500,
        required=False,
        widget=WORDS,
        help_text=_("The director reads it; it stays on record."),
    )

    def __init__(self, *args: Any, advisor: Advisor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = SkillEvidence.objects.filter(advisor=advisor, withdrawn_at__isnull=True)
        self.fields["evidence"].queryset = own
        self.fields["evidence"].label_from_instance = lambda row: (
            f"{row.held_on:%Y-%m-%d} {row.get_kind_display()} {row.event} · {row.score:.0f}"
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        low, high = data.get("tier_from") or 1, data.get("tier_to") or 5
        if low > high:
            self.add_error("tier_to", _("The upper tier lies below the lower one."))
        if data.get("client_no", "").strip() and self._names_a_segment(data):
            self.add_error("client_no", _("A client number or a kind of clients, not both."))
        return data

    @staticmethod
    def _names_a_segment(data: dict[str, Any]) -> bool:
        wide = (data.get("tier_from") or 1, data.get("tier_to") or 5) == (1, 5)
        return not wide or any(data.get(name) for name in ("types", "personas", "core_only"))

    def segment(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "tier_from": data["tier_from"] or 1,
            "tier_to": data["tier_to"] or 5,
            "types": data["types"],
            "personas": data["personas"],
            "core_only": data["core_only"],
        }


class AnswerForm(forms.Form):
    """Grant or decline; `redirect_to` only for clients who would arrive at the one who objects."""

    answer = forms.ChoiceField(
        choices=[("granted", _("Grant")), ("declined", _("Decline"))],
        error_messages={"required": _("Grant or decline.")},
    )
    text = forms.CharField(
        label=_("Answer in words"),
        max_length=500,
        required=False,
        widget=WORDS,
        help_text=_("The advisor reads it at once. Needed to decline."),
    )
    redirect_to = forms.ModelChoiceField(
        label=_("If granted, the client"),
        queryset=Advisor.objects.none(),
        required=False,
        empty_label=_("stays as he is"),
    )

    def __init__(self, *args: Any, others: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others is None:
            del self.fields["redirect_to"]
        else:
            self.fields["redirect_to"].queryset = others
            self.fields["redirect_to"].label_from_instance = lambda person: _("goes to %(name)s") % {"name": person}
