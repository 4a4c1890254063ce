"""Shapes of a request for another advisor and of its decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from allocation.models import ChangeRequest
from branch_crm.core.models import Role, Staff
from clients.models import Client

Origin = ChangeRequest.Origin

#: Who may speak for whom; the first is assumed where nothing is said.
ORIGINS: dict[str, tuple[Origin, ...]] = {
    Role.COUNTER: (Origin.COUNTER, Origin.CLIENT),
    Role.DIRECTOR: (Origin.CLIENT, Origin.COUNTER, Origin.ADVISOR),
    Role.ASSISTANT: (Origin.CLIENT, Origin.COUNTER, Origin.ADVISOR),
    Role.ADVISOR: (Origin.ADVISOR,),
}
POOL = "pool"


class ChangeRequestForm(forms.Form):
    """Nothing in it is required. Who asks is a question only to those who hear it from both sides; advisors name nobody."""

    origin = forms.ChoiceField(label=_("Who asks"), widget=forms.RadioSelect)
    wished = forms.ModelChoiceField(
        label=_("Advisor the client wishes"),
        queryset=Advisor.objects.none(),
        required=False,
        empty_label=_("no particular one"),
        help_text=_("Optional. Only advisors who can take clients now."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Optional: nobody has to give a reason. The present advisor does not see it."),
    )

    def __init__(self, *args: Any, client: Client, user: Staff, serving: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        origins = ORIGINS[user.role]
        if user.role in (Role.DIRECTOR, Role.ASSISTANT):
            self.fields["origin"].choices = [(code, code.label) for code in (Origin.CLIENT, Origin.ADVISOR)]
            self.fields["origin"].initial = Origin.CLIENT
        else:
            del self.fields["origin"]
        if user.role == Role.ADVISOR:
            del self.fields["wished"]
            self.fields["reason"].help_text = _("Optional. The director and the counter see it.")
        else:
            self.fields["wished"].queryset = serving.exclude(pk=client.advisor_id).order_by("staff_no")
        self.default_origin = origins[0]

    def asked(self) -> dict[str, Any]:
        """What ask_for_change takes."""
        return {"origin": self.default_origin, **self.cleaned_data}


class ChangeForm(forms.Form):
    """The successor: one of those the hard rules allow, or the pool where the policy does."""

    successor = forms.ChoiceField(label=_("New advisor"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].choices = choices


class ConsentForm(forms.Form):
    note = forms.CharField(
        label=_("How the client consented"), max_length=300, help_text=_("For example: by phone on the day, with whom.")
    )
