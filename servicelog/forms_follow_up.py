"""Shapes of what is typed about follow-ups: answers, attempts, verdicts, a seed, and the policy."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.models import Staff
from servicelog.domain.follow_up import (
    CITED,
    COMPULSORY,
    DEFAULT_RULES,
    FollowUpRules,
    Question,
    read_follow_up_rules,
)
from servicelog.follow_up_words import ANSWER_WORDS, CITED_WORDS, EXECUTOR_WORDS, STATUS_WORDS, STRATA_WORDS
from servicelog.forms import CHIPS
from servicelog.forms_policy import NoteForm
from servicelog.models import FollowUp, FollowUpPolicy
from servicelog.services.draw_follow_ups import LARGEST_SEED
from servicelog.services.record_follow_up import LONGEST_NOTE, Talk

#: Questions a branch may add to the compulsory ones.
MORE_QUESTIONS = 5


class AnswerForm(forms.Form):
    """The script: every question of the policy with its answer and what the client says beside it."""

    form = forms.ChoiceField(
        label=_("Asked by way of"),
        choices=FollowUp.Form.choices,
        widget=forms.RadioSelect(attrs=CHIPS),
        initial="phone",
    )
    recording = forms.CharField(label=_("Reference of the recording"), max_length=80, required=False)
    outcome = forms.CharField(
        label=_("Remarks"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    policy = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, policy: FollowUpPolicy, rules: FollowUpRules, **kwargs: Any) -> None:
        super().__init__(*args, initial={"policy": policy.pk}, **kwargs)
        self._questions = rules.questions
        needed = [str(FollowUp.Form(form).label) for form in rules.recording_needed]
        if needed:
            self.fields["recording"].help_text = now("Needed for: %(forms)s.") % {"forms": ", ".join(needed)}
        for question in self._questions:
            self.fields[f"answer.{question.code}"] = forms.ChoiceField(
                label=question.text,
                choices=list(ANSWER_WORDS.items()),
                required=False,
                widget=forms.RadioSelect(attrs=CHIPS),
            )
            self.fields[f"note.{question.code}"] = forms.CharField(
                label=_("In the client's own words"),
                max_length=LONGEST_NOTE,
                required=False,
                widget=forms.TextInput(
                    attrs={"placeholder": _("In the client's own words"), "aria-label": _("What the client says")}
                ),
            )

    @property
    def questions(self) -> list[tuple[Question, forms.BoundField, forms.BoundField]]:
        return [(one, self[f"answer.{one.code}"], self[f"note.{one.code}"]) for one in self._questions]

    def talk(self) -> Talk:
        data = self.cleaned_data
        codes = [question.code for question in self._questions]
        return Talk(
            policy=data["policy"],
            form=data["form"],
            answers={code: data[f"answer.{code}"] for code in codes},
            notes={code: data[f"note.{code}"] for code in codes},
            outcome=data["outcome"],
            recording=data["recording"],
        )


class AttemptForm(forms.Form):
    note = forms.CharField(label=_("When and how you tried"), max_length=200)
    give_up = forms.BooleanField(label=_("Give up: the client cannot be reached"), required=False)


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=[
            ("passed", _("in order")),
            ("problem", _("something to clear up")),
            ("again", pgettext_lazy("follow-up", "ask again")),
        ],
        widget=forms.RadioSelect(attrs=CHIPS),
    )
    note = forms.CharField(
        label=_("Findings"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where an answer is unusual, or where you do not let it pass."),
    )


class HandOverForm(forms.Form):
    executor = forms.ModelChoiceField(label=_("Another person asks"), queryset=Staff.objects.none())

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["executor"].queryset = people


class SeedForm(forms.Form):
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=LARGEST_SEED,
        help_text=_("The same seed over the same clients gives the same sample; it is kept with the sample."),
    )
    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)


class FollowUpPolicyForm(NoteForm):
    """`rules` after validation: the whole policy as it would be stored."""

    ratio = forms.DecimalField(
        label=_("Share of last year-end's clients, %"), min_value=0, max_value=100, decimal_places=2
    )
    finish_by = forms.CharField(
        label=_("The yearly sample is done by"), max_length=5, help_text=_("Month and day, such as 11-30.")
    )
    strata = forms.MultipleChoiceField(
        label=_("Stratified by"),
        choices=list(STRATA_WORDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    left_out = forms.MultipleChoiceField(
        label=_("Client states left out"),
        choices=list(STATUS_WORDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    new_client_days = forms.IntegerField(label=_("New clients, days after opening"), min_value=0, max_value=366)
    permission_days = forms.IntegerField(label=_("New trading permissions, days after"), min_value=0, max_value=366)
    leaver_days = forms.IntegerField(label=_("Clients of leavers, days after the last day"), min_value=0, max_value=366)
    advised_days = forms.IntegerField(label=_("Advised clients, days after advice"), min_value=0, max_value=366)
    unusual_days = forms.IntegerField(label=_("Unusual business, days after"), min_value=0, max_value=366)
    apart_months = forms.IntegerField(
        label=_("Whoever served the client within so many months does not ask"), min_value=1, max_value=60
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles that ask"),
        choices=list(EXECUTOR_WORDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    staff_nos = forms.CharField(
        label=_("And by staff number"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("One a line. Advisors never ask."),
    )
    attempts = forms.IntegerField(label=_("Attempts before a client may be given up"), min_value=1, max_value=20)
    recording_needed = forms.MultipleChoiceField(
        label=_("A recording is needed when asked by way of"),
        choices=FollowUp.Form.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    NUMBERS = (
        "new_client_days", "permission_days", "leaver_days", "advised_days", "unusual_days", "apart_months", "attempts",
    )  # fmt: skip
    LISTS = ("strata", "left_out", "recording_needed")

    def __init__(
        self,
        *args: Any,
        rules: Mapping[str, Any],
        actor: Staff | None = None,
        note: str = "",
        seen: str = "",
        **kwargs: Any,
    ) -> None:
        """`actor`: as with the other policies; whoever may draft this one may set all of it."""
        whole = {**DEFAULT_RULES, **rules}
        initial = {name: whole[name] for name in ("finish_by", *self.NUMBERS, *self.LISTS)}
        initial |= {
            "note": note,
            "seen": seen,
            "ratio": round(whole["ratio"] * 100, 4),
            "roles": whole["executors"]["roles"],
            "staff_nos": "\n".join(whole["executors"]["staff_nos"]),
        }
        asked = {row["code"]: row for row in whole["questions"]}
        own = [code for code in asked if code not in COMPULSORY]
        self._codes = [*COMPULSORY, *_free_codes(own)]
        for code in self._codes:
            row = asked.get(code, {})
            initial |= {f"question.{code}.{part}": row.get(part) for part in ("text", "good", "alarm")}
        initial |= {f"citation.{name}": whole["citations"].get(name, "") for name in CITED}
        super().__init__(*args, initial=initial, **kwargs)
        for code in self._codes:
            self._add_question(code)
        for name in CITED:
            self.fields[f"citation.{name}"] = forms.CharField(
                label=CITED_WORDS[name],
                max_length=200,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "lang": "zh-Hans"}),
            )
        self.rules: dict[str, Any] = {}

    def _add_question(self, code: str) -> None:
        path = f"question.{code}"
        self.fields[f"{path}.text"] = forms.CharField(
            label=_("Question"),
            max_length=300,
            required=code in COMPULSORY,
            widget=forms.Textarea(attrs={"rows": 2, "aria-label": _("Question"), "lang": "zh-Hans"}),
        )
        self.fields[f"{path}.good"] = forms.ChoiceField(
            label=_("In order when"),
            choices=[("yes", ANSWER_WORDS["yes"]), ("no", ANSWER_WORDS["no"])],
            required=code in COMPULSORY,
        )
        self.fields[f"{path}.alarm"] = forms.BooleanField(label=_("alarm at once"), required=False)

    @property
    def questions(self) -> list[tuple[str, bool, forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [
            (code, code in COMPULSORY, *(self[f"question.{code}.{part}"] for part in ("text", "good", "alarm")))
            for code in self._codes
        ]

    def _named(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [
            (_("The yearly sample"), self._named("ratio", "finish_by", "strata", "left_out")),
            (
                _("Events that ask"),
                self._named("new_client_days", "permission_days", "leaver_days", "advised_days", "unusual_days"),
            ),
            (
                _("Who asks, and how"),
                self._named("apart_months", "attempts", "roles", "staff_nos", "recording_needed"),
            ),
            (_("Sources cited"), self._named(*(f"citation.{name}" for name in CITED))),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        rules: dict[str, Any] = {name: data[name] for name in ("finish_by", *self.NUMBERS, *self.LISTS)}
        rules["ratio"] = round(float(data["ratio"]) / 100, 6)
        numbers = [line.strip() for line in data["staff_nos"].splitlines() if line.strip()]
        rules["executors"] = {"roles": data["roles"], "staff_nos": list(dict.fromkeys(numbers))}
        rules["citations"] = {name: data[f"citation.{name}"].strip() for name in CITED}
        rules["questions"] = [
            {"code": code, **{part: data[f"question.{code}.{part}"] for part in ("text", "good", "alarm")}}
            for code in self._codes
            if data[f"question.{code}.text"]
        ]
        try:
            read_follow_up_rules(rules)
        except RuleFault as error:
            field = {"executors.roles": "roles", "executors.staff_nos": "staff_nos"}.get(error.field, error.field)
            self.add_error(field if field in self.fields else None, error.message)
        else:
            self.rules = copy.deepcopy(rules)
        return data


def _free_codes(own: list[str]) -> list[str]:
    """The branch's own questions, and free places up to MORE_QUESTIONS. A code keeps its question across versions."""
    free = [f"q{at}" for at in range(1, 100) if f"q{at}" not in own]
    return own + free[: max(MORE_QUESTIONS - len(own), 1)]
