"""Shapes of what is typed into the service log."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from branch_crm.core.models import Staff
from clients.models import Client, Product
from servicelog.labels import moment_label
from servicelog.models import Channel, Clas, Complaint, Direction, MotTask, Promise, Purpose
from servicelog.services.log_bulk import Message
from servicelog.services.log_contact import ContactDraft, ProductTalk, PromiseDraft

CHIPS = {"class": "chip-choice"}
SCREENED_WHILE_TYPING = {
    "autofocus": True,
    "hx-post": reverse_lazy("servicelog:screen"),
    "hx-trigger": "input changed delay:500ms",
    "hx-target": "#screened",
    "hx-swap": "innerHTML",
    "hx-include": "this",
}
#: What is said to many at once. The rest is said to one.
BULK_PURPOSES = (Purpose.EDUCATION, Purpose.RISK, Purpose.CARE, Purpose.PRODUCT, Purpose.BUSINESS)


class MomentInput(forms.DateTimeInput):
    """The browser's own field for day and time, in the time of the branch."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ContactForm(forms.Form):
    """One contact. Everything but the summary has a usual answer, so that a call is logged in fifteen seconds."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=Channel.choices, widget=forms.RadioSelect(attrs=CHIPS), initial=Channel.PHONE
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=Purpose.choices, widget=forms.RadioSelect(attrs=CHIPS), initial=Purpose.CARE
    )
    summary = forms.CharField(
        label=_("What was said"),
        max_length=2000,
        widget=forms.Textarea(attrs={**SCREENED_WHILE_TYPING, "rows": 4}),
    )
    clas = forms.MultipleChoiceField(
        label=_("I-CLAS"), choices=Clas.choices, required=False, widget=forms.CheckboxSelectMultiple(attrs=CHIPS)
    )
    tasks = forms.ModelMultipleChoiceField(
        label=_("MOT tasks it serves"),
        queryset=MotTask.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kept = forms.ModelMultipleChoiceField(
        label=_("Promises it keeps"),
        queryset=Promise.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reached = forms.BooleanField(label=_("The client was reached"), required=False, initial=True)
    direction = forms.ChoiceField(
        label=_("Direction"), choices=Direction.choices, widget=forms.RadioSelect(attrs=CHIPS), initial=Direction.OUT
    )
    held_at = forms.DateTimeField(label=_("Held at"), widget=MomentInput(), required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, required=False)
    needs = forms.CharField(label=_("Needs found"), max_length=500, required=False)
    promise = forms.CharField(label=_("Promised to the client"), max_length=300, required=False)
    promise_due = forms.DateField(label=_("Until"), required=False, widget=DayInput())
    product = forms.ModelChoiceField(label=_("Product spoken of"), queryset=Product.objects.none(), required=False)
    asked_by_client = forms.BooleanField(label=_("The client asked for it"), required=False)
    confirmation = forms.CharField(
        label=_("Number of the client's written confirmation"), max_length=40, required=False
    )
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_on = forms.DateField(label=_("Next contact on"), required=False, widget=DayInput())
    advice_given = forms.BooleanField(label=_("Investment advice was given"), required=False)
    quoted = forms.BooleanField(
        label=_("The marked wording is quoted from the client or denied"), required=False, widget=forms.HiddenInput
    )

    #: Shown at once; the rest unfolds.
    FIRST = ("channel", "purpose", "summary", "clas", "tasks", "kept")
    MORE = (
        "reached", "direction", "held_at", "minutes", "needs", "promise", "promise_due", "product", "asked_by_client",
        "confirmation", "next_step", "next_on", "advice_given",
    )  # fmt: skip

    def __init__(self, *args: Any, client: Client, actor: Staff, **kwargs: Any) -> None:
        initial = {"token": uuid4(), "held_at": timezone.localtime(), **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        tasks = MotTask.objects.filter(client=client, state=MotTask.State.OPEN).order_by("due_on", "pk")
        self.fields["tasks"].queryset = tasks
        self.fields["tasks"].label_from_instance = _task_label
        self.fields["kept"].queryset = Promise.objects.filter(client=client, state=Promise.State.OPEN)
        self.fields["kept"].label_from_instance = _promise_label
        self.fields["product"].queryset = Product.objects.filter(branch=client.branch_id, on_sale=True).order_by("code")
        for name in ("tasks", "kept"):
            if not self.fields[name].queryset.exists():
                del self.fields[name]
        advisor = Advisor.objects.filter(account=actor).first()
        if advisor is None or not advisor.may_advise(timezone.localdate()):
            # Whoever may not give advice cannot log that it was given, nor speak of products (domain.md §1.4).
            for name in ("advice_given", "product", "asked_by_client", "confirmation"):
                del self.fields[name]
        else:
            fit = {
                "hx-get": reverse("servicelog:suitability", args=[client.pk]),
                "hx-trigger": "change",
                "hx-target": "#suitability",
                "hx-include": "#id_product, #id_asked_by_client",
            }
            for name in ("product", "asked_by_client"):
                self.fields[name].widget.attrs |= fit

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.FIRST if name in self.fields]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE if name in self.fields]

    @property
    def more_is_used(self) -> bool:
        """Unfold at once where something inside needs a look."""
        return any(field.errors for field in self.more_fields)

    def clean_quoted(self) -> bool:
        """Hidden until the server has found something: `on` or empty."""
        return self.data.get("quoted") in ("on", "True", "1")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("promise") and not data.get("promise_due"):
            self.add_error("promise_due", _("Until when was it promised?"))
        if data.get("promise_due") and not data.get("promise"):
            self.add_error("promise", _("What was promised until that day?"))
        return data

    def draft(self) -> ContactDraft:
        data = self.cleaned_data
        held_at = not_quite_ahead(data["held_at"] or timezone.now())
        promises = [PromiseDraft(data["promise"], data["promise_due"])] if data["promise"] else []
        product = data.get("product")
        talks = []
        if product is not None:
            talks = [ProductTalk(product, not data["asked_by_client"], data["confirmation"])]
        return ContactDraft(
            held_at=held_at,
            channel=data["channel"],
            purpose=data["purpose"],
            summary=data["summary"],
            direction=data["direction"],
            reached=data["reached"],
            minutes=data["minutes"],
            clas=data["clas"],
            needs=data["needs"],
            next_step=data["next_step"],
            next_on=data["next_on"],
            advice_given=data.get("advice_given", False),
            tasks=[task.pk for task in data.get("tasks", ())],
            kept=[promise.pk for promise in data.get("kept", ())],
            promises=promises,
            products=talks,
            quoted=data["quoted"],
        )


class BulkForm(forms.Form):
    """One message that went to many."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[(each.value, each.label) for each in (Channel.WECHAT, Channel.MESSAGE, Channel.EMAIL)],
        widget=forms.RadioSelect(attrs=CHIPS),
        initial=Channel.WECHAT,
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=[(each.value, each.label) for each in BULK_PURPOSES],
        widget=forms.RadioSelect(attrs=CHIPS),
        initial=Purpose.EDUCATION,
    )
    text = forms.CharField(
        label=_("Text that was sent"),
        max_length=1000,
        widget=forms.Textarea(attrs={**SCREENED_WHILE_TYPING, "rows": 5}),
    )
    held_at = forms.DateTimeField(label=_("Sent at"), widget=MomentInput())
    quoted = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"token": uuid4(), "held_at": timezone.localtime()}, **kwargs)

    def message(self) -> Message:
        data = self.cleaned_data
        return Message(
            channel=data["channel"],
            purpose=data["purpose"],
            text=data["text"],
            held_at=not_quite_ahead(data["held_at"]),
            quoted=self.data.get("quoted") == "on",
        )


class AmendForm(forms.Form):
    """What may be corrected; `why` is asked for after the window."""

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    clas = forms.MultipleChoiceField(
        label=_("I-CLAS"), choices=Clas.choices, required=False, widget=forms.CheckboxSelectMultiple(attrs=CHIPS)
    )
    summary = forms.CharField(label=_("What was said"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, required=False)
    needs = forms.CharField(label=_("Needs found"), max_length=500, required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_on = forms.DateField(label=_("Next contact on"), required=False, widget=DayInput())
    why = forms.CharField(label=_("Why it is corrected"), max_length=200, required=False)

    def __init__(self, *args: Any, in_window: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if in_window:
            del self.fields["why"]
        else:
            self.fields["why"].required = True


class ComplaintForm(forms.Form):
    channel = forms.ChoiceField(
        label=_("Channel"), choices=Channel.choices, widget=forms.RadioSelect(attrs=CHIPS), initial=Channel.PHONE
    )
    about = forms.ChoiceField(label=_("About"), choices=Complaint.About.choices, widget=forms.RadioSelect(attrs=CHIPS))
    text = forms.CharField(
        label=_("In the client's words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4, "autofocus": True})
    )
    received_on = forms.DateField(
        label=_("Received on"), required=False, widget=DayInput(), help_text=_("Empty: today.")
    )


class DisputeForm(forms.Form):
    text = forms.CharField(
        label=_("Why it should count"), max_length=300, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )


class DisputeAnswerForm(forms.Form):
    answer = forms.CharField(label=_("Answer"), max_length=300, required=False)


def not_quite_ahead(moment: datetime) -> datetime:
    """The field knows minutes only: a clock a little ahead is no contact in the future."""
    now = timezone.now()
    return now if timedelta() <= moment - now < timedelta(minutes=2) else moment


def _task_label(task: MotTask) -> str:
    return f"{moment_label(task.kind)} · {task.due_on:%m-%d}"


def _promise_label(promise: Promise) -> str:
    return f"{promise.text} · {promise.due_on:%m-%d}"
