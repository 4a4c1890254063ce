"""Forms of the list of reasons and of its figures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.domain.reason_table import BY
from retention.forms_period import PeriodForm
from retention.models import Reason
from retention.wording_reasons import BY_LABELS


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


class FiguresForm(PeriodForm):
    choices = [(code, BY_LABELS[code]) for code in BY]
