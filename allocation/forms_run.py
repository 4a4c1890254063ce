"""The form of a run: everything that makes one scenario differ from another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from allocation.domain.fit.policy import MatchRules
from allocation.forms import SegmentForm
from allocation.models import AssignmentLock, Plan
from branch_crm.core.models import Branch


class RunForm(SegmentForm):
    """A scenario: scope, constraints, people, locks. `scope()` and `options()` give what start_run takes."""

    KINDS = [
        ("branch", _("Whole branch")),
        ("unassigned", _("Clients without an advisor")),
        ("advisor", _("The book of one advisor")),
        ("filter", _("Clients chosen by a filter")),
    ]
    UNITS = [("clients", pgettext_lazy("unit", "clients")), ("share", _("% of the clients in scope"))]
    title = forms.CharField(label=_("Title"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Who may be moved"), choices=KINDS, widget=forms.RadioSelect, initial="branch")
    advisor = forms.ModelChoiceField(label=_("Advisor"), queryset=Advisor.objects.none(), required=False)
    holders = forms.ModelMultipleChoiceField(
        label=_("Present advisors"),
        queryset=Advisor.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    fairness = forms.FloatField(
        label=_("Fairness band, ± %"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("Value per hour of each advisor stays this close to the branch's mean. Empty: no band."),
    )
    switch_penalty = forms.FloatField(
        label=_("Switch penalty"),
        min_value=0,
        max_value=1,
        help_text=_("Taken off the match when a client changes advisors. A higher figure gives fewer moves."),
    )
    budget = forms.FloatField(
        label=_("At most this many change hands"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text=_(
            "Empty: as many as serve best. Who has no advisor to stay with does not count: such a client must go somewhere."
        ),
    )
    budget_unit = forms.ChoiceField(label=_("Counted in"), choices=UNITS, initial="clients", required=False)
    transfer_guard = forms.BooleanField(label=_("Transfer guard"), initial=True, required=False)
    leaving = forms.TypedMultipleChoiceField(
        label=_("Leaves"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    locks_off = forms.TypedMultipleChoiceField(
        label=_("Locks that do not count in this run"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, branch: Branch, rules: MatchRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        people = Advisor.objects.filter(branch=branch).order_by("staff_no")
        self.fields["advisor"].queryset = people.filter(clients__isnull=False).distinct()
        self.fields["holders"].queryset = self.fields["advisor"].queryset
        self.fields["fairness"].initial = None if rules.fairness is None else round(rules.fairness * 100, 1)
        self.fields["switch_penalty"].initial = rules.switch_penalty
        self.fields["budget"].initial = None if rules.budget_share is None else round(rules.budget_share * 100, 2)
        if rules.budget_share is not None:
            self.fields["budget_unit"].initial = "share"
        self.fields["transfer_guard"].help_text = _guard_words(rules)
        self.serving = list(people.serving(today))
        self.fields["leaving"].choices = [(person.pk, str(person)) for person in self.serving]
        locks = AssignmentLock.objects.filter(branch=branch, withdrawn_at__isnull=True)
        self.fields["locks_off"].choices = [
            (lock.client_id, _lock_words(lock)) for lock in locks.select_related("client", "advisor").order_by("pk")
        ]
        for person in self.serving:
            self.fields[f"hours_{person.pk}"] = forms.FloatField(
                label=str(person), min_value=0, max_value=500, required=False, initial=float(person.monthly_hours)
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == "advisor" and not data.get("advisor"):
            self.add_error("advisor", _("Choose the advisor whose book is to be looked at."))
        if data.get("kind") == "filter" and (data.get("tier_from") or 1) > (data.get("tier_to") or 5):
            self.add_error("tier_to", _("The upper tier lies below the lower one."))
        amount, unit = data.get("budget"), data.get("budget_unit")
        if amount is not None and unit == "share" and amount > 100:
            self.add_error("budget", _("A share is at most 100 %."))
        if amount is not None and unit != "share" and amount != int(amount):
            self.add_error("budget", _("Clients come in whole numbers."))
        return data

    @property
    def people(self) -> list[tuple[forms.BoundField, BoundWidget]]:
        """Per serving advisor: the field of the hours, and the box that says who leaves."""
        hours = [self[f"hours_{person.pk}"] for person in self.serving]
        return list(zip(hours, self["leaving"].subwidgets, strict=True))

    def scope(self) -> dict[str, Any]:
        data = self.cleaned_data
        scope: dict[str, Any] = {"kind": data["kind"]}
        if data["kind"] == "advisor":
            scope["advisor"] = data["advisor"].pk
        if data["kind"] == "filter":
            scope["query"] = {
                "tier_from": data["tier_from"] or 1,
                "tier_to": data["tier_to"] or 5,
                "types": data["types"],
                "personas": data["personas"],
                "core_only": data["core_only"],
                "holders": [person.pk for person in data["holders"]],
            }
        return scope

    def options(self) -> dict[str, Any]:
        data = self.cleaned_data
        hours = {}
        for person in self.serving:
            wanted = data.get(f"hours_{person.pk}")
            if wanted is not None and wanted != float(person.monthly_hours):
                hours[person.pk] = wanted
        fairness = data["fairness"]
        return {
            "fairness": None if fairness is None else fairness / 100,
            "switch_penalty": data["switch_penalty"],
            "hours": hours,
            "leaving": data["leaving"],
            "move_budget": _budget(data["budget"], data["budget_unit"]),
            "transfer_guard": data["transfer_guard"],
            "locks_off": data["locks_off"],
        }

    @staticmethod
    def initial_from(plan: Plan) -> dict[str, Any]:
        """The fields of an earlier run, to change and run again."""
        options, scope = plan.options, plan.scope
        fairness, budget = options.get("fairness"), options.get("move_budget") or {}
        share = budget.get("share")
        return {
            "based_on": plan.pk,
            "budget": budget.get("moves") if share is None else round(share * 100, 2),
            "budget_unit": "clients" if share is None else "share",
            "transfer_guard": options.get("transfer_guard", True),
            "leaving": options.get("leaving", []),
            "locks_off": options.get("locks_off", []),
            "title": plan.title,
            "kind": scope.get("kind"),
            "advisor": scope.get("advisor"),
            **scope.get("query", {}),
            "fairness": None if fairness is None else round(fairness * 100, 1),
            "switch_penalty": options.get("switch_penalty"),
            **{f"hours_{pk}": hours for pk, hours in options.get("hours", {}).items()},
        }


def _budget(amount: float | None, unit: str) -> dict[str, Any] | None:
    if amount is None:
        return None
    return {"share": round(amount / 100, 6)} if unit == "share" else {"moves": int(amount)}


def _guard_words(rules: MatchRules) -> str:
    """The policy's guard in one sentence."""
    return gettext(
        "Nobody changes hands more than %(transfers)d times in %(days)d days, nor within %(complaint)d days of a complaint."
    ) % {"transfers": rules.guard_transfers, "days": rules.guard_days, "complaint": rules.guard_complaint_days}


def _lock_words(lock: AssignmentLock) -> str:
    until = f" · {lock.until:%Y-%m-%d}" if lock.until else ""
    return f"{lock.client.name} → {lock.advisor.name}{until} · {lock.reason}"
