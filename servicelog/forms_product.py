"""The form that stands between a fitting product and a recorded recommendation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicelog.domain.suitability import BLOCKED, CLIENT_INITIATED, Verdict

BY_US, BY_CLIENT = "us", "client"


class RecommendForm(forms.Form):
    """`ours` and `asked`: the verdicts for a product that we bring up, and for one the client asks for."""

    by_us = forms.TypedChoiceField(
        label=_("Who brought it up"),
        choices=[(BY_US, _("We suggest it")), (BY_CLIENT, _("The client asked for it"))],
        coerce=lambda choice: choice == BY_US,
        empty_value=True,
        initial=BY_US,
        widget=forms.RadioSelect(attrs={"class": "chip-choice"}),
    )
    confirmation = forms.CharField(
        label=_("Number of the client's written confirmation"),
        max_length=40,
        required=False,
        help_text=_("The client has been warned in writing and has confirmed it."),
    )
    said = forms.BooleanField(label=_("I have told the client all of this"), required=False)

    def __init__(self, *args: Any, ours: Verdict, asked: Verdict, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verdicts = {True: ours, False: asked}
        if asked.result != CLIENT_INITIATED:
            del self.fields["confirmation"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data.setdefault("confirmation", "")
        verdict = self.verdicts.get(data.get("by_us", True))
        if verdict is not None and verdict.result != BLOCKED and not data.get("said"):
            self.add_error("said", _("Tell the client first; without it nothing can be recorded."))
        return data
