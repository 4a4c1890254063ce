"""What somebody asks the handover history: a day, or a period and what happened in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from advisors.models import Advisor
from allocation.models import Assignment
from allocation.queries.handover_history import Wanted

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
#: How far back the period reaches at first.
USUAL_PERIOD = timedelta(days=90)
WHAT = [
    ("begun", gettext_lazy("began to serve")),
    ("ended", gettext_lazy("ceased to serve")),
    ("served", gettext_lazy("served at some time")),
]


class HistoryForm(forms.Form):
    """Filters of the page; `wanted()` gives what the queries take. Everything is optional."""

    q = forms.CharField(label=gettext_lazy("Client"), required=False, max_length=60)
    client = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    advisor = forms.ModelChoiceField(label=gettext_lazy("Advisor"), queryset=Advisor.objects.none(), required=False)
    reason = forms.ChoiceField(
        label=gettext_lazy("reason"), required=False, choices=[("", gettext_lazy("any")), *Assignment.Reason.choices]
    )
    plan = forms.IntegerField(
        label=pgettext_lazy("filter", "Plan no."), required=False, min_value=1, max_value=2**31 - 1
    )

    def __init__(self, data: Any, *, advisors: QuerySet[Advisor]) -> None:
        super().__init__(data)
        people = self.fields["advisor"]
        people.queryset = advisors.order_by("left", "staff_no")  # type: ignore[attr-defined]
        people.empty_label = _("any")  # type: ignore[attr-defined]
        people.label_from_instance = person_label  # type: ignore[attr-defined]

    def _shared(self) -> dict[str, Any]:
        data = self.cleaned_data
        person = data.get("advisor")
        return {
            "words": (data.get("q") or "").strip(),
            "client": data.get("client"),
            "advisor": person.pk if person else None,
            "reason": data.get("reason") or "",
            "plan": data.get("plan"),
        }


class DayForm(HistoryForm):
    on = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DAY)
    known_on = forms.DateField(
        label=gettext_lazy("As the book stood on"),
        required=False,
        widget=DAY,
        help_text=gettext_lazy("Shows where a later entry for an earlier day changed the answer."),
    )
    field_order = ["on", "known_on", "q", "advisor", "reason", "plan"]

    def __init__(self, data: Any, *, advisors: QuerySet[Advisor]) -> None:
        filled = data.copy()
        if not filled.get("on"):
            filled["on"] = timezone.localdate().isoformat()
        super().__init__(filled, advisors=advisors)

    def wanted(self) -> Wanted:
        return Wanted(**self._shared(), on=self.cleaned_data["on"])


class PeriodForm(HistoryForm):
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DAY)
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=DAY)
    what = forms.ChoiceField(label=gettext_lazy("Kind of change"), choices=WHAT, required=False)
    field_order = ["since", "until", "what", "q", "advisor", "reason", "plan"]

    def __init__(self, data: Any, *, advisors: QuerySet[Advisor]) -> None:
        """A branch is shown over the last months, one client or one plan from the beginning."""
        filled = data.copy()
        if not any(filled.get(name) for name in ("since", "until", "q", "client", "plan")):
            filled["since"] = (timezone.localdate() - USUAL_PERIOD).isoformat()
        super().__init__(filled, advisors=advisors)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("The period ends before it begins."))
        return data

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(
            **self._shared(), first=data.get("since"), last=data.get("until"), what=data.get("what") or "begun"
        )


class DayOfClientForm(forms.Form):
    """Who was responsible for one client on a day; its fields are what `who_served` takes."""

    on = forms.DateField(label=gettext_lazy("Who was responsible on"), widget=DAY)
    known_on = forms.DateField(label=gettext_lazy("As the book stood on"), required=False, widget=DAY)


def person_label(advisor: Advisor) -> str:
    if advisor.left is None:
        return str(advisor)
    return _("%(name)s (left on %(day)s)") % {"name": advisor, "day": advisor.left.isoformat()}
