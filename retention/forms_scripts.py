"""Forms of the script library. A part's field is named `<language>-<part>`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clients.models.persona import Persona
from clients.models.value import Tier
from retention.domain.scripts import LANGUAGES, LONGEST_PART, PARTS, read_body
from retention.models import Reason
from retention.wording_scripts import PART_LABELS

LANGUAGE_LABELS = {"zh": _("Chinese"), "en": _("English")}
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
        field = self.fields["reason"]
        field.queryset = reasons.filter(is_active=True).select_related("parent")
        field.label_from_instance = lambda reason: f"{reason.parent} · {reason}" if reason.parent else str(reason)
        for name in ("reason", "title_zh", "title_en", "tiers", "personas"):
            self.fields[name].disabled = fixed
        for language in LANGUAGES:
            for part in PARTS:
                self.fields[f"{language}-{part}"] = forms.CharField(
                    label=f"{PART_LABELS[part]} · {LANGUAGE_LABELS[language]}",
                    max_length=LONGEST_PART,
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
                )

    @property
    def situation(self) -> list[forms.BoundField]:
        return [self[name] for name in ("reason", "title_zh", "title_en", "tiers", "personas")]

    @property
    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Part by part, its languages side by side."""
        return [(PART_LABELS[part], [self[f"{language}-{part}"] for language in LANGUAGES]) for part in PARTS]

    @property
    def body(self) -> dict[str, dict[str, str]]:
        return read_body(
            {language: {part: self.cleaned_data[f"{language}-{part}"] for part in PARTS} for language in LANGUAGES}
        )


def body_fields(body: dict[str, Any]) -> dict[str, str]:
    """Initial values of the parts."""
    return {f"{language}-{part}": text for language, parts in read_body(body).items() for part, text in parts.items()}


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
