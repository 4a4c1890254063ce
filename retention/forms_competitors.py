"""Forms of the page of other firms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from retention.forms_period import DAY, PeriodForm
from retention.models import CompetitorMove
from retention.queries.figures import Period


def rate_field() -> forms.DecimalField:
    """As the trade says it: per ten thousand of traded value."""
    return forms.DecimalField(
        label=_("Rate offered, per 10,000"), min_value=0, max_value=30, decimal_places=2, required=False
    )


def as_share(rate: Decimal | None) -> Decimal | None:
    return None if rate is None else rate / Decimal(10_000)


class CompetitorsForm(PeriodForm):
    choices = ()

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["since"], self.cleaned_data["until"])


class MoveForm(forms.Form):
    broker = forms.CharField(label=_("Firm"), max_length=60)
    what = forms.ChoiceField(label=pgettext_lazy("competitor", "What"), choices=CompetitorMove.What.choices)
    rate = rate_field()
    seen_on = forms.DateField(label=_("Seen on"), widget=DAY)
    source = forms.CharField(
        label=_("Seen where"), max_length=120, help_text=_("An advertisement, a client's word, a shop window.")
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="move_%s", **kwargs)

    def noted(self) -> dict[str, Any]:
        return {**self.cleaned_data, "rate": as_share(self.cleaned_data["rate"])}
