"""Forms of persona and profile: shape only."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisors.labels import SKILL_LABELS
from clients.domain.persona.default_rules import TYPES
from clients.labels_persona import ITEMS, choices_of
from clients.models import ClientProfile, PersonaOverride, Product
from clients.models.persona import Persona
from clients.services.override_persona import LONGEST
from clients.services.save_client_profile import PARTS

PART_LABELS = {
    "stocks": _("Stocks, %"),
    "funds": _("Funds and products, %"),
    "deposits": _("Deposits, %"),
    "property": _("Property, %"),
    "insurance": _("Insurance, %"),
    "other": _("Other, %"),
}


class QuestionnaireForm(forms.Form):
    """Thirteen items; every one must be answered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, (item, words) in enumerate(ITEMS.items(), 1):
            self.fields[item] = forms.TypedChoiceField(
                label=f"{number}. {words}",
                choices=choices_of(item),
                coerce=int,
                widget=forms.RadioSelect(attrs={"class": "scale"}),
                error_messages={"required": _("This item has not been answered.")},
            )


class OverrideForm(forms.ModelForm):
    class Meta:
        model = PersonaOverride
        fields = ["persona", "reason", "until"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["persona"].choices = [(p.value, p.label) for p in Persona if p in (*TYPES, Persona.MIXED)]
        self.fields["until"].widget = forms.DateInput(
            format="%Y-%m-%d",
            attrs={"type": "date", "min": today.isoformat(), "max": (today + LONGEST).isoformat()},
        )


class ProfileForm(forms.ModelForm):
    """`distribution` is entered part by part; `seen` carries the version that the form was opened with."""

    seen = forms.CharField(widget=forms.HiddenInput)
    wished_skills = forms.MultipleChoiceField(
        label=_("Wishes about the advisor"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the client has asked for; it counts in every allocation."),
    )
    wanted_kinds = forms.MultipleChoiceField(
        label=_("Kinds of products wanted"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: any kind. Others are not suggested to the client."),
    )

    class Meta:
        model = ClientProfile
        fields = [
            "experience_years", "experience_note", "wealth_source", "main_investments", "wishes", "goal_return_note",
            "liquidity_need", "liquidity_note", "wanted_kinds", "wished_skills", "preferred_channel", "marketing_opt_out",
        ]  # fmt: skip
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("experience_note", "main_investments", "wishes", "liquidity_note")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wished_skills"].choices = list(SKILL_LABELS.items())
        self._offer_kinds()
        stored = self.instance.distribution or {}
        for part in PARTS:
            self.fields[f"part_{part}"] = forms.IntegerField(
                label=PART_LABELS[part], required=False, min_value=0, max_value=100, initial=stored.get(part)
            )

    def _offer_kinds(self) -> None:
        """Those of the branch's catalogue, and what the client named before."""
        products = Product.objects.filter(branch=self.instance.branch_id).exclude(kind="")
        kinds = {*products.values_list("kind", flat=True), *(self.instance.wanted_kinds or ())}
        self.fields["wanted_kinds"].choices = [(kind, kind) for kind in sorted(kinds)]

    def values(self) -> dict[str, Any]:
        """What the service is to save."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        parts = {part: self.cleaned_data.get(f"part_{part}") for part in PARTS}
        return values | {"distribution": {part: share for part, share in parts.items() if share}}
