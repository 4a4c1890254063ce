"""Forms of the drills: planning one, joining it, scoring it; a card's story and its talk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.models import Staff
from branch_crm.core.templatetags.badges import PERSONAS, TIERS
from retention.domain.drill_rubric import ITEMS
from retention.domain.drill_steps import LONGEST_LINE, LONGEST_PART, MOST_CHOICES, PARTS, Step
from retention.forms_parts import fields_of, in_both_languages, offer_reasons, side_by_side, texts_of
from retention.models import DrillCard, DrillPart, Reason
from retention.wording_drills import FAILS, MARKS, QUALITIES, in_words
from retention.wording_drills import ITEMS as ITEM_WORDS
from retention.wording_drills import PARTS as PART_WORDS
from servicelog.forms import CHIPS, MomentInput

#: Fields of the answers of a step.
ANSWERS = tuple(f"answer{number}" for number in range(1, MOST_CHOICES + 1))
#: What an answer is: its quality, or the outright fail that it is.
VERDICTS = [*((str(code), QUALITIES[code]) for code in (2, 1, 0)), *FAILS.items()]


class DrillForm(forms.Form):
    card = forms.ModelChoiceField(label=_("Card"), queryset=DrillCard.objects.none())
    planned_for = forms.DateTimeField(label=_("When"), widget=MomentInput())
    staff = forms.ModelChoiceField(label=_("Who practises"), queryset=Staff.objects.none(), required=False)
    client = forms.ModelChoiceField(label=_("Who plays the client"), queryset=Staff.objects.none(), required=False)
    observers = forms.ModelMultipleChoiceField(
        label=_("Who watches"),
        queryset=Staff.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    on_one_screen = forms.BooleanField(
        label=_("All on one shared screen"),
        required=False,
        help_text=_("Not ticked: everybody joins on their own phone with four digits."),
    )

    def __init__(self, *args: Any, cards: QuerySet[DrillCard], people: QuerySet[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["card"].queryset = cards
        self.fields["card"].label_from_instance = lambda card: f"{card.reason} · {card.title}"
        for name in ("staff", "client", "observers"):
            self.fields[name].queryset = people
            self.fields[name].label_from_instance = lambda person: f"{person.name} · {person.get_role_display()}"
        for name in ("staff", "client"):
            self.fields[name].empty_label = _("whoever joins")

    def plan(self) -> dict[str, Any]:
        """As schedule_drill takes it."""
        given = self.cleaned_data
        return {
            "card": given["card"],
            "planned_for": given["planned_for"],
            "people": {"staff": given["staff"], "client": given["client"]},
            "observers": list(given["observers"]),
            "on_one_screen": given["on_one_screen"],
        }


class JoinForm(forms.Form):
    code = forms.CharField(
        label=_("Four digits"),
        max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "pattern": "[0-9]{4}"}),
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("drill", "My part"),
        choices=[
            (role.value, role.label) for role in (DrillPart.Role.STAFF, DrillPart.Role.CLIENT, DrillPart.Role.OBSERVER)
        ],
    )


class ScoreForm(forms.Form):
    """A field for every item of the rubric, named as it is."""

    fails = forms.MultipleChoiceField(
        label=_("Fails outright"),
        choices=list(FAILS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("What to do better"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="score_%s", **kwargs)
        for item in ITEMS:
            self.fields[item] = forms.TypedChoiceField(
                label=ITEM_WORDS[item],
                choices=[(mark, f"{mark} · {words}") for mark, words in MARKS.items()],
                coerce=int,
                widget=forms.RadioSelect(attrs=CHIPS),
            )
        self.order_fields([*ITEMS, "fails", "note"])

    def marks(self) -> dict[str, int]:
        return {item: self.cleaned_data[item] for item in ITEMS}


class CardForm(forms.Form):
    """A part's field is named `<language>-<part>`."""

    reason = forms.ModelChoiceField(label=_("Reason"), queryset=Reason.objects.none())
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=80)
    title_en = forms.CharField(label=_("Title in English"), max_length=80)
    tier = forms.TypedChoiceField(
        label=_("Tier"), choices=[("", "–"), *TIERS.items()], coerce=int, empty_value=None, required=False
    )
    persona = forms.ChoiceField(label=_("Behavioural type"), choices=[("", "–"), *PERSONAS.items()], required=False)

    SITUATION = ("reason", "title_zh", "title_en", "tier", "persona")

    def __init__(self, *args: Any, reasons: QuerySet[Reason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_reasons(self.fields["reason"], reasons)
        self.fields |= in_both_languages(PARTS, PART_WORDS, longest=LONGEST_PART)

    @property
    def situation(self) -> list[forms.BoundField]:
        return [self[name] for name in self.SITUATION]

    @property
    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(PART_WORDS[part], side_by_side(self, part)) for part in PARTS]

    def card(self) -> dict[str, Any]:
        """As write_card takes it."""
        return {name: self.cleaned_data[name] for name in self.SITUATION} | {"text": texts_of(self, PARTS)}


def card_fields(card: DrillCard) -> dict[str, Any]:
    """Initial values of the form."""
    return {name: getattr(card, name) for name in CardForm.SITUATION} | fields_of(card.text)


class StepForm(forms.Form):
    """What the client says, and up to four answers; answers without words are left out."""

    def __init__(self, *args: Any, steps: Mapping[str, Step], step: Step | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_step_fields(step), **kwargs)
        nexts = [("", "–"), *((each.key, f"{each.key} · {in_words(each.says)[:24]}") for each in steps.values())]
        labels = {
            "says": pgettext_lazy("drill card", "What the client says"),
            **dict.fromkeys(ANSWERS, pgettext_lazy("drill card", "Answer")),
        }
        self.fields |= in_both_languages(["says"], labels, longest=LONGEST_LINE, rows=2, required=True)
        self.fields |= in_both_languages(ANSWERS, labels, longest=LONGEST_LINE, rows=2)
        for name in ANSWERS:
            self.fields[f"next-{name}"] = forms.ChoiceField(
                label=pgettext_lazy("drill card", "Leads to step"), choices=nexts, required=False
            )
            self.fields[f"verdict-{name}"] = forms.ChoiceField(
                label=pgettext_lazy("drill card", "This answer is"), choices=VERDICTS, required=False
            )

    @property
    def says(self) -> list[forms.BoundField]:
        return side_by_side(self, "says")

    @property
    def answers(self) -> list[list[forms.BoundField]]:
        return [[*side_by_side(self, name), self[f"next-{name}"], self[f"verdict-{name}"]] for name in ANSWERS]

    def step(self) -> dict[str, Any]:
        """As write_step takes it."""
        texts = texts_of(self, ["says", *ANSWERS])
        choices = []
        for name in ANSWERS:
            words = {language: parts[name] for language, parts in texts.items()}
            verdict = self.cleaned_data[f"verdict-{name}"]
            if any(words.values()):
                is_fail = verdict in FAILS
                choices.append(
                    {
                        "words": words,
                        "next": self.cleaned_data[f"next-{name}"],
                        "quality": 0 if is_fail else int(verdict or 0),
                        "fail": verdict if is_fail else "",
                    }
                )
        return {"says": {language: parts["says"] for language, parts in texts.items()}, "choices": choices}


def _step_fields(step: Step | None) -> dict[str, Any]:
    if step is None:
        return {}
    fields: dict[str, Any] = fields_of({language: {"says": words} for language, words in step.says.items()})
    for name, choice in zip(ANSWERS, step.choices, strict=False):
        fields |= fields_of({language: {name: words} for language, words in choice.words.items()})
        fields |= {f"next-{name}": choice.next, f"verdict-{name}": choice.fail or str(choice.quality)}
    return fields
