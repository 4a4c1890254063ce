"""Shapes of the core forms; what they do is in services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Staff, TradingDay


class StaffForm(forms.ModelForm):
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Ten characters or more. Leave empty to keep the present one."),
    )

    class Meta:
        model = Staff
        fields = ["username", "name", "role", "branch", "staff_no", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["password"].required = True
            self.fields["password"].help_text = _(
                "Ten characters or more; the person should change it after the first login."
            )


class TradingDayForm(forms.ModelForm):
    class Meta:
        model = TradingDay
        fields = ["day", "is_session", "note"]
        widgets = {"day": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}

    def validate_unique(self) -> None:
        """A day that already has a row is corrected, not refused."""
