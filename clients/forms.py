"""Forms of the client pages: shape only, decisions are in services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Staff
from clients.models import Reveal, SavedView


class SavedViewForm(forms.Form):
    name = forms.CharField(label=_("Name of the view"), max_length=40)
    is_shared = forms.BooleanField(
        label=_("Share with the branch"),
        required=False,
        help_text=_("Colleagues see the filter; each of them sees only the clients they may see."),
    )

    def __init__(self, *args: Any, view: SavedView | None, owner: Staff, **kwargs: Any) -> None:
        initial = {"name": view.name, "is_shared": view.is_shared} if view else {}
        super().__init__(*args, initial=initial, **kwargs)
        self.view = view
        self.owner = owner
        if not owner.has_perm("clients.share_view"):
            del self.fields["is_shared"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        taken = SavedView.objects.filter(owner=self.owner, name=name).exclude(pk=self.view.pk if self.view else None)
        if self.view and taken.exists():
            raise forms.ValidationError(_("Another view of yours has this name."))
        return name


class RevealForm(forms.Form):
    purpose = forms.ChoiceField(label=_("What for"), choices=[("", "—"), *Reveal.Purpose.choices])
    note = forms.CharField(
        label=_("note"),
        max_length=200,
        required=False,
        help_text=_("Needed where the purpose alone does not say enough, such as a compliance check."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("purpose") == Reveal.Purpose.COMPLIANCE and not cleaned.get("note"):
            self.add_error("note", _("Say which check it is."))
        return cleaned


class ExportForm(forms.Form):
    purpose = forms.CharField(
        label=_("What for"),
        min_length=4,
        max_length=200,
        help_text=_("Stands in the first line of the file and in the audit."),
    )
    file_format = forms.ChoiceField(
        label=_("File"), choices=[("xlsx", "Excel (.xlsx)"), ("csv", "CSV")], initial="xlsx", widget=forms.RadioSelect
    )
