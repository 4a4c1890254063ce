"""Shapes of the contest forms: the head, and one field for each person."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisors.labels import RESULT_PROBLEMS, skill_label
from advisors.models import Advisor, Contest
from advisors.services.save_contest import ContestHead
from branch_crm.core.models import Branch
from branch_crm.core.tabular.cells import decimal_of

MOST_UPLOAD_BYTES = 5 << 20
ACCEPTED = (".csv", ".txt", ".tsv", ".xlsx", ".xls", ".dbf")


class ContestForm(forms.ModelForm):
    skills = forms.MultipleChoiceField(
        label=_("Skills shown"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: the usual skills of this kind of event."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Contest
        fields = ["name", "kind", "level", "held_on", "scoring", "full_marks", "field_size", "skills", "note"]
        widgets = {
            "held_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "note": forms.Textarea(attrs={"rows": 2}),
            "scoring": forms.RadioSelect,
        }

    def __init__(self, *args: Any, branch: Branch, skills: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Before validation, so that "entered already" is found and stands at the top of the form.
        self.instance.branch = branch
        self.fields["skills"].choices = [(code, skill_label(code)) for code in skills]
        self.fields["revision"].initial = self.instance.revision
        self.fields["full_marks"].required = False

    def _get_validation_exclusions(self) -> set[str]:
        """The branch is no field, but part of what makes a contest the same."""
        return super()._get_validation_exclusions() - {"branch"}

    def clean_full_marks(self) -> float:
        marks = self.cleaned_data["full_marks"]
        return 100.0 if marks is None else float(marks)

    @property
    def head(self) -> ContestHead:
        return ContestHead(**{name: self.cleaned_data[name] for name in ContestHead.__dataclass_fields__})


@dataclass(frozen=True)
class ResultRow:
    advisor: Advisor
    field: forms.BoundField


class ResultsForm(forms.Form):
    """One text field for each advisor, read as generously as a cell of a file: 88, 88.5, 12.3%, empty = no result."""

    def __init__(self, *args: Any, advisors: Iterable[Advisor], stored: Mapping[int, float], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.advisors = list(advisors)
        for advisor in self.advisors:
            figure = stored.get(advisor.pk)
            self.fields[f"figure_{advisor.pk}"] = forms.CharField(
                label=advisor.name,
                required=False,
                max_length=20,
                initial="" if figure is None else f"{figure:.10g}",
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "data-figure": ""}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.entered: dict[int, float | None] = {}
        for advisor in self.advisors:
            name = f"figure_{advisor.pk}"
            try:
                figure = decimal_of(cleaned.get(name, "").removesuffix("%").removesuffix("％"))
            except ArithmeticError:
                self.add_error(name, str(RESULT_PROBLEMS["not_finite"]))
                continue
            number = None if figure is None else float(figure)
            if number is not None and not math.isfinite(number):
                self.add_error(name, str(RESULT_PROBLEMS["not_finite"]))
                continue
            self.entered[advisor.pk] = number
        return cleaned

    def refuse(self, problems: Mapping[int, str]) -> None:
        for advisor_id, code in problems.items():
            self.add_error(f"figure_{advisor_id}", str(RESULT_PROBLEMS[code]))

    def rows(self) -> Iterator[ResultRow]:
        for advisor in self.advisors:
            yield ResultRow(advisor, self[f"figure_{advisor.pk}"])


class ResultFileForm(forms.Form):
    file = forms.FileField(
        label=_("File of results"),
        help_text=_("CSV or Excel, one row for each person and contest. Several contests may stand in one file."),
        widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED)}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_UPLOAD_BYTES:
            raise forms.ValidationError(
                _(
                    "The file is larger than %(size)s MB. Results alone are not that large: remove what lies beside them."
                )
                % {"size": MOST_UPLOAD_BYTES >> 20}
            )
        if not str(file.name).casefold().endswith(ACCEPTED):
            raise forms.ValidationError(_("Save the file as CSV or Excel (.xlsx)."))
        return file
