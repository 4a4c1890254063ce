"""The form of one contact: the talk itself, promises and products line by line, and one question after the other about what the
client's profile does not know yet."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from branch_crm.core.models import Staff
from clients.models import Client, ClientProfile, Product
from clients.queries.profile_gaps import ASKED, profile_gaps
from servicelog.forms import CHIPS, SCREENED_WHILE_TYPING, DayInput, MomentInput, not_quite_ahead
from servicelog.labels import moment_label
from servicelog.models import Channel, Clas, Direction, MotTask, Promise, Purpose
from servicelog.services.errors import ServiceLogError
from servicelog.services.log_contact import MOST_LINES, ContactDraft, ProductTalk, PromiseDraft


class PromiseLine(forms.Form):
    text = forms.CharField(label=_("Promised to the client"), max_length=300, required=False)
    due_on = forms.DateField(label=_("Until"), required=False, widget=DayInput())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("text") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Until when was it promised?"))
        if data.get("due_on") and not data.get("text"):
            self.add_error("text", _("What was promised until that day?"))
        return data


class TalkLine(forms.Form):
    """`offered`: the products that may be named, read once for all lines; `fits_url` answers for the one just chosen."""

    product = forms.ModelChoiceField(label=_("Product spoken of"), queryset=Product.objects.none(), required=False)
    asked_by_client = forms.BooleanField(label=_("The client asked for it"), required=False)
    confirmation = forms.CharField(
        label=_("Number of the client's written confirmation"), max_length=40, required=False
    )

    def __init__(
        self, *args: Any, branch_id: int, offered: list[tuple[Any, str]], fits_url: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = Product.objects.filter(branch=branch_id, on_sale=True)
        self.fields["product"].widget.choices = offered
        for name in ("product", "asked_by_client"):
            self.fields[name].widget.attrs |= {
                "hx-get": f"{fits_url}?line={self.prefix}",
                "hx-trigger": "change",
                "hx-target": "next [data-fit]",
                "hx-include": "closest [data-line]",
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("product") and (data.get("asked_by_client") or data.get("confirmation")):
            self.add_error("product", _("Which product was spoken of?"))
        return data


class Lines(BaseFormSet):
    """Lines of which empty ones say nothing. What was typed before there were lines, or was sent without, has none."""

    def __init__(self, data: QueryDict | None, *, prefix: str, **kwargs: Any) -> None:
        if data is not None and f"{prefix}-TOTAL_FORMS" not in data:
            data = {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
        super().__init__(data, prefix=prefix, **kwargs)

    @property
    def used(self) -> list[forms.Form]:
        return [line for line in self.forms if any(line.cleaned_data.values())]


PromiseLines = formset_factory(PromiseLine, formset=Lines, extra=1, max_num=MOST_LINES, validate_max=True)
TalkLines = formset_factory(TalkLine, formset=Lines, extra=1, max_num=MOST_LINES, validate_max=True)


class ProfileQuestions(forms.Form):
    """The empty fields of a client's profile. Every answer is optional."""

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gaps = profile_gaps(ClientProfile.objects.filter(client=client).first())
        of_the_model = forms.fields_for_model(ClientProfile, fields=ASKED)
        for name in gaps:
            self.fields[name] = field = of_the_model[name]
            if isinstance(field, forms.ChoiceField):
                field.widget = forms.RadioSelect(attrs=CHIPS)
                field.choices = [choice for choice in field.choices if choice[0]]
            elif isinstance(field.widget, forms.Textarea):
                field.widget = forms.TextInput()

    @property
    def answers(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


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
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_on = forms.DateField(label=_("Next contact on"), required=False, widget=DayInput())
    advice_given = forms.BooleanField(label=_("Investment advice was given"), required=False)
    quoted = forms.BooleanField(
        label=_("The marked wording is quoted from the client or denied"), required=False, widget=forms.HiddenInput
    )

    #: Shown at once; the rest unfolds, with the lines between `needs` and `next_step`.
    FIRST = ("channel", "purpose", "summary", "clas", "tasks", "kept")
    HOW = ("reached", "direction", "held_at", "minutes", "needs")
    NEXT = ("next_step", "next_on", "advice_given")

    def __init__(self, *args: Any, client: Client, actor: Staff, **kwargs: Any) -> None:
        initial = {"token": uuid4(), "held_at": timezone.localtime(), **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        tasks = MotTask.objects.filter(client=client, state=MotTask.State.OPEN).order_by("due_on", "pk")
        self.fields["tasks"].queryset = tasks
        self.fields["tasks"].label_from_instance = _task_label
        self.fields["kept"].queryset = Promise.objects.filter(client=client, state=Promise.State.OPEN)
        self.fields["kept"].label_from_instance = _promise_label
        for name in ("tasks", "kept"):
            if not self.fields[name].queryset.exists():
                del self.fields[name]
        data = self.data if self.is_bound else None
        self.promises = PromiseLines(data, prefix="promises")
        self.questions = ProfileQuestions(data, prefix="profile", client=client)
        self.talks: Lines | None = None
        advisor = Advisor.objects.filter(account=actor).first()
        if advisor is None or not advisor.may_advise(timezone.localdate()):
            # Whoever may not give advice cannot log that it was given, nor speak of products (domain.md §1.4).
            del self.fields["advice_given"]
        else:
            self.talks = TalkLines(data, prefix="products", form_kwargs=_offer(client))

    def is_valid(self) -> bool:
        """Every part is asked, so that every part shows what is wrong with it."""
        parts = [self.promises, self.questions, *([self.talks] if self.talks is not None else [])]
        return all([super().is_valid(), *(part.is_valid() for part in parts)])

    def shown(self, names: tuple[str, ...]) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return self.shown(self.FIRST)

    @property
    def how_fields(self) -> list[forms.BoundField]:
        return self.shown(self.HOW)

    @property
    def next_fields(self) -> list[forms.BoundField]:
        return self.shown(self.NEXT)

    @property
    def more_is_used(self) -> bool:
        """Unfold at once where something inside needs a look."""
        if not self.is_bound:
            return False
        lines = [self.promises, *([self.talks] if self.talks is not None else [])]
        inside = [*self.how_fields, *self.next_fields]
        return (
            any(field.errors for field in inside)
            or bool(self.questions.errors)
            or any(part.total_error_count() for part in lines)
        )

    def clean_quoted(self) -> bool:
        """Hidden until the server has found something: `on` or empty."""
        return self.data.get("quoted") in ("on", "True", "1")

    def refuse(self, error: ServiceLogError) -> None:
        """What the service refused stands where it was typed: in its line, at its field, or above the form."""
        if error.field == "promises":
            self.promises.used[error.at].add_error("text", error.message)
        elif error.field == "products" and self.talks is not None and self.talks.used:
            self.talks.used[error.at].add_error("product", error.message)
        elif (name := error.field.removeprefix("learnt.")) in self.questions.fields:
            self.questions.add_error(name, error.message)
        else:
            self.add_error(error.field if error.field in self.fields else None, error.message)

    def draft(self) -> ContactDraft:
        data = self.cleaned_data
        promised = [line.cleaned_data for line in self.promises.used]
        spoken = [line.cleaned_data for line in self.talks.used] if self.talks is not None else []
        return ContactDraft(
            held_at=not_quite_ahead(data["held_at"] or timezone.now()),
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
            promises=[PromiseDraft(**line) for line in promised],
            products=[
                ProductTalk(line["product"], not line["asked_by_client"], line["confirmation"]) for line in spoken
            ],
            learnt=self.questions.answers,
            quoted=data["quoted"],
        )


def _offer(client: Client) -> dict[str, Any]:
    products = Product.objects.filter(branch=client.branch_id, on_sale=True).order_by("code")
    return {
        "branch_id": client.branch_id,
        "offered": [("", "---------"), *((product.pk, str(product)) for product in products)],
        "fits_url": reverse("servicelog:suitability", args=[client.pk]),
    }


def _task_label(task: MotTask) -> str:
    return f"{moment_label(task.kind)} · {task.due_on:%m-%d}"


def _promise_label(promise: Promise) -> str:
    return f"{promise.text} · {promise.due_on:%m-%d}"
