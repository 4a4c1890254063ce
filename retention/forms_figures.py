"""Forms of the figures of keeping clients: the period on the page, and what a list is narrowed to by a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from retention.domain.figures import BY
from retention.forms_period import PeriodForm
from retention.queries.figures import Period
from retention.wording_figures import BY_LABELS


class RetentionFiguresForm(PeriodForm):
    choices = [(code, BY_LABELS[code]) for code in BY]

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["since"], self.cleaned_data["until"])


class BehindForm(RetentionFiguresForm):
    """Which figure a list stands behind, and of which group; no group: the whole period."""

    choices = [("", ""), *((code, BY_LABELS[code]) for code in BY)]
    also = ("figure", "key")
    key = forms.CharField(required=False, max_length=60)

    def __init__(self, data: Any, *, figures: Iterable[str], today: date) -> None:
        super().__init__(data, today=today)
        self.fields["by"].required = False
        self.fields["figure"] = forms.ChoiceField(choices=[(figure, figure) for figure in figures])

    @property
    def narrowed(self) -> Mapping[str, str]:
        return {name: self.cleaned_data[name] for name in ("figure", "by", "key")}
