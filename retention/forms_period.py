"""A period and what it is broken down by: the form on top of every page of figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: What a page opens with, and the most that is read at once.
SHOWN_DAYS = 365
MOST_DAYS = 5 * 366
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PeriodForm(forms.Form):
    """Always bound: what the address does not say counts with its start. Without choices there is a period alone."""

    since = forms.DateField(label=gettext_lazy("From"), widget=DAY)
    until = forms.DateField(label=gettext_lazy("To"), widget=DAY)
    by = forms.ChoiceField(label=gettext_lazy("Against"))

    choices: ClassVar[Iterable[tuple[str, str | Promise]]]
    #: Further fields, which count empty where the address does not say them.
    also: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: Any, *, today: date) -> None:
        choices = list(self.choices) or [("", "")]
        start = {
            "since": (today - timedelta(days=SHOWN_DAYS)).isoformat(),
            "until": today.isoformat(),
            "by": choices[0][0],
        }
        super().__init__({name: data.get(name) or start.get(name, "") for name in (*start, *self.also)})
        self.fields["by"].choices = choices
        if not self.choices:
            del self.fields["by"]

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and not since <= until <= since + timedelta(days=MOST_DAYS):
            self.add_error("until", _("Choose a period of at most five years."))
        return self.cleaned_data
