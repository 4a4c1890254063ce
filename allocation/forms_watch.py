"""Which moves the after-transfer watch looks at, and how it compares them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from advisors.models import Advisor
from allocation.forms_history import DAY, person_label
from allocation.queries.after_transfer import Selection

#: Moves of the last half year, unless another period is asked for.
USUAL_PERIOD = timedelta(days=183)
LARGEST = 2**31 - 1


class WatchForm(forms.Form):
    since = forms.DateField(label=gettext_lazy("Moved from"), required=False, widget=DAY)
    until = forms.DateField(label=gettext_lazy("Moved to"), required=False, widget=DAY)
    plan = forms.IntegerField(label=pgettext_lazy("filter", "Plan no."), required=False, min_value=1, max_value=LARGEST)
    case = forms.IntegerField(required=False, min_value=1, max_value=LARGEST, widget=forms.HiddenInput)
    giver = forms.ModelChoiceField(label=gettext_lazy("Given by"), queryset=Advisor.objects.none(), required=False)
    taker = forms.ModelChoiceField(label=gettext_lazy("Taken by"), queryset=Advisor.objects.none(), required=False)
    k = forms.TypedChoiceField(
        label=gettext_lazy("Comparable clients each"),
        coerce=int,
        choices=[(n, str(n)) for n in (1, 2, 3)],
        required=False,
    )
    seed = forms.IntegerField(label=gettext_lazy("Seed"), required=False, min_value=0, max_value=LARGEST)

    def __init__(self, data: Any, *, advisors: QuerySet[Advisor]) -> None:
        filled = data.copy()
        today = timezone.localdate()
        for name, usual in (("since", today - USUAL_PERIOD), ("until", today), ("k", 2), ("seed", 1)):
            if not filled.get(name):
                filled[name] = str(usual)
        super().__init__(filled)
        for name in ("giver", "taker"):
            people: Any = self.fields[name]
            people.queryset = advisors.order_by("left", "staff_no")
            people.empty_label = _("any")
            people.label_from_instance = person_label

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("The period ends before it begins."))
        return data

    def selection(self) -> Selection:
        data = self.cleaned_data
        giver, taker = data["giver"], data["taker"]
        return Selection(
            first=data["since"],
            last=data["until"],
            plan=data["plan"],
            case=data["case"],
            giver=giver.pk if giver else None,
            taker=taker.pk if taker else None,
        )
