"""Forms of the script library. A part's field is named `<language>-<part>`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clients.models.persona import Persona
from clients.models.value import Tier
from retention.domain.scripts import LONGEST_PART, PARTS, read_body
from retention.forms_parts import fields_of, in_both_languages, offer_reasons, side_by_side, texts_of
from retention.models import Reason
from retention.wording_scripts import PART_LABELS

PERSONAS = [choice for choice in Persona.choices if len(choice[0]) == 2]


class ScriptForm(forms.Form):
    """fixed: the situation stays, because compliance has approved a text for it."""

    reason = forms.ModelChoiceField(label=_("Reason"), queryset=Reason.objects.none())
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=80)
    title_en = forms.CharField(label=_("Title in English"), max_length=80)
    tiers = forms.TypedMultipleChoiceField(
        label=_("Tiers"),
        choices=Tier.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all."),
    )
    personas = forms.MultipleChoiceField(
        label=_("Behavioural types"),
        choices=PERSONAS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, *args: Any, reasons: QuerySet[Reason], fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_reasons(self.fields["reason"], reasons)
        for name in ("reason", "title_zh", "title_en", "tiers", "personas"):
            self.fields[name].disabled = fixed
        self.fields |= in_both_languages(PARTS, PART_LABELS, longest=LONGEST_PART)

    @property
    def situation(self) -> list[forms.BoundField]:
        return [self[name] for name in ("reason", "title_zh", "title_en", "tiers", "personas")]

    @property
    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Part by part, its languages side by side."""
        return [(PART_LABELS[part], side_by_side(self, part)) for part in PARTS]

    @property
    def body(self) -> dict[str, dict[str, str]]:
        return read_body(texts_of(self, PARTS))


def body_fields(body: dict[str, Any]) -> dict[str, str]:
    """Initial values of the parts."""
    return fields_of(read_body(body))


class ApprovalForm(forms.Form):
    until = forms.DateField(
        label=_("Approved until"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class ReturnForm(forms.Form):
    note = forms.CharField(label=_("What has to change"), max_length=300)

    def __init__(self, *args: object, **kwargs: object) -> None:
        # Two forms of one page have a note.
        super().__init__(*args, auto_id="return_%s", **kwargs)
