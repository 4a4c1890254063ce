"""Forms of the list of reasons and of its figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.domain.reason_table import BY
from retention.models import Reason
from retention.wording_reasons import BY_LABELS

#: What the page opens with, and the most that is read at once.
SHOWN_DAYS = 365
MOST_DAYS = 5 * 366
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class SavedReasonForm(forms.ModelForm):
    """Code and upper reason are chosen once, when it is added."""

    class Meta:
        model = Reason
        fields = [
            "parent", "code", "name_zh", "name_en", "answer_zh", "answer_en", "never_zh", "never_en", "is_active",
        ]  # fmt: skip
        labels = {"parent": gettext_lazy("Belongs to")}

    def __init__(self, *args: Any, tops: QuerySet[Reason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = tops
        self.fields["parent"].empty_label = _("nothing: a reason of the upper level")
        if self.instance.pk:
            del self.fields["parent"], self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """Without the model's own check of uniqueness, which the service answers for."""
        return self.cleaned_data

    def _post_clean(self) -> None:
        """The service writes, not the form."""


class FiguresForm(forms.Form):
    since = forms.DateField(label=gettext_lazy("From"), widget=DAY)
    until = forms.DateField(label=gettext_lazy("To"), widget=DAY)
    by = forms.ChoiceField(label=gettext_lazy("Against"), choices=[(code, BY_LABELS[code]) for code in BY])

    def __init__(self, data: Any, *, today: date) -> None:
        start = {"since": (today - timedelta(days=SHOWN_DAYS)).isoformat(), "until": today.isoformat(), "by": BY[0]}
        super().__init__({name: data.get(name) or start[name] for name in start})

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and not since <= until <= since + timedelta(days=MOST_DAYS):
            self.add_error("until", _("Choose a period of at most five years."))
        return self.cleaned_data
