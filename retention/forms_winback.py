"""The consent to later contact. One choice, and none is made beforehand."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from servicelog.models import Channel


class ConsentForm(forms.Form):
    channel = forms.ChoiceField(label=_("May be contacted by"), choices=[("", "—"), *Channel.choices])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, auto_id="consent_%s", **kwargs)
