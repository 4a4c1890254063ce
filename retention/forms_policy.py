"""The retention policy as a form. A field's name is its path in the rules, so that a fault finds its field."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.models import Staff
from retention.domain.rules import DEFAULT_RULES, NEXT_SESSION, SAME_DAY, read_retention_rules
from retention.services.retention_desk import RETENTION
from servicelog.forms_mot import NoteForm
from servicelog.service_fields import put_at, value_at
from servicelog.services.policy_desk import may_edit_section

COUNTINGS = [
    (NEXT_SESSION, _("from the next trading day")),
    (SAME_DAY, _("from the day itself, if its session is not over")),
]
#: The columns of a concession, one a line in the desk's text.
COLUMNS = ("code", "zh", "en", "kind", "figure", "director_below", "least_revenue")


@dataclass(frozen=True)
class Part:
    """One rule of the desk: `to_form` and `to_rules` turn what is stored into what is typed, and back."""

    path: str
    field: Callable[[], forms.Field]
    to_form: Callable[[Any], Any] = lambda value: value
    to_rules: Callable[[Any], Any] = lambda value: value

    @property
    def section(self) -> str:
        return self.path.partition(".")[0]


def _whole(label: str | Promise) -> Callable[[], forms.Field]:
    return lambda: forms.IntegerField(label=label, min_value=0)


def _text(label: str | Promise, *, rows: int = 3, help_text: str | Promise = "") -> Callable[[], forms.Field]:
    return lambda: forms.CharField(
        label=label, required=False, widget=forms.Textarea(attrs={"rows": rows, "translate": "no"}), help_text=help_text
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _warnings_in(text: str) -> list[dict[str, Any]]:
    """`1 12:00` a line. What cannot be read goes on as it is, so that the rules name the fault."""
    rows = [line.split(maxsplit=1) for line in _lines(text)]
    return [
        {"session": int(row[0]) if row[0].isdecimal() else row[0], "at": row[1] if len(row) > 1 else ""} for row in rows
    ]


def _concessions_out(rows: list[dict[str, Any]]) -> str:
    return "\n".join(
        " | ".join(
            str(value if value is not None else "-")
            for value in (
                row["code"], row["zh"], row["en"], row["kind"], row.get("lowest_rate") or row.get("yearly_cost"),
                row.get("director_below"), row["least_revenue"],
            )
        )
        for row in rows
    )  # fmt: skip


def _concessions_in(text: str) -> list[dict[str, Any]]:
    rows = []
    for line in _lines(text):
        cells = [cell.strip() for cell in line.split("|")]
        row: dict[str, Any] = dict(zip(COLUMNS, [*cells, *[""] * len(COLUMNS)], strict=False))
        row["lowest_rate" if row["kind"] == "rate" else "yearly_cost"] = row.pop("figure")
        row["director_below"] = None if row["director_below"] in ("", "-") else row["director_below"]
        rows.append(row)
    return rows


def parts() -> list[tuple[str | Promise, list[Part]]]:
    """Groups of the desk with their rules, in the order of the page."""
    joined: dict[str, Any] = {"to_form": "\n".join, "to_rules": _lines}
    clock = [
        Part("clock.sessions", _whole(_("Trading days until it is done"))),
        Part("clock.counting", lambda: forms.ChoiceField(label=_("Counted"), choices=COUNTINGS)),
        Part("clock.day_ends", lambda: forms.CharField(label=_("End of the day at the counter"), max_length=5)),
        Part(
            "clock.warnings",
            _text(_("Warnings"), help_text=_("One a line: trading day and hour, such as 1 12:00.")),
            lambda rows: "\n".join(f"{row['session']} {row['at']}" for row in rows),
            _warnings_in,
        ),
        Part("clock.source", _text(_("Source of the rule"), rows=2)),
    ]
    said = [
        Part("must_say.zh", _text(_("Must be said, in Chinese"), help_text=_("One sentence a line.")), **joined),
        Part("must_say.en", _text(_("Must be said, in English")), **joined),
        Part("accounts.most", _whole(_("Share accounts a person may hold in a market"))),
    ]
    case = [
        Part("case.answer_minutes.counter", _whole(_("Counter answers within minutes"))),
        Part("case.answer_minutes.advisor", _whole(_("Advisor answers within minutes"))),
        Part("case.answer_minutes.director", _whole(_("Director answers within minutes"))),
        Part("case.director_from_tier", _whole(_("Director is called from tier"))),
        Part("case.rest_days", _whole(_("Days of rest after a case"))),
        Part("duty", _text(_("On duty"), help_text=_("Staff numbers, one a line, in the order of calling.")), **joined),
    ]
    offers = [
        Part(
            "concessions",
            _text(
                _("Approved table"),
                rows=6,
                help_text=_(
                    "One a line: code | Chinese | English | rate or fixed | lowest rate or cost a year | "
                    "director approves below (- for never) | least revenue a year."
                ),
            ),
            _concessions_out,
            _concessions_in,
        ),
        Part(
            "verify.days",
            lambda: forms.CharField(label=_("Checked after days"), max_length=20),
            lambda days: ", ".join(map(str, days)),
            lambda text: [int(day) if day.strip().isdecimal() else day for day in text.split(",")],
        ),
        Part(
            "verify.least_assets_share",
            lambda: forms.CharField(label=_("Least share of the assets still here"), max_length=6),
        ),
        Part("verify.least_activity", _whole(_("Least days with activity"))),
        Part("figures.least", _whole(_("Records a share is shown from"))),
    ]
    return [(_("Clock"), clock), (_("What must be said"), said), (_("Case"), case), (_("Offers and checks"), offers)]


class RetentionPolicyForm(NoteForm):
    """`rules` after validation: the whole policy as it would be stored. Only the actor's sections have fields."""

    def __init__(
        self, *args: Any, rules: Mapping[str, Any], actor: Staff, note: str = "", seen: str = "", **kwargs: Any
    ) -> None:
        self._base = copy.deepcopy({**DEFAULT_RULES, **rules})
        own = [(title, [p for p in group if may_edit_section(RETENTION, actor, p.section)]) for title, group in parts()]
        self._groups = [(title, group) for title, group in own if group]
        initial = {part.path: part.to_form(value_at(self._base, part.path)) for part in self._parts()}
        super().__init__(*args, initial={"note": note, "seen": seen, **initial}, **kwargs)
        for part in self._parts():
            self.fields[part.path] = part.field()
        self.rules: dict[str, Any] = {}

    def _parts(self) -> list[Part]:
        return [part for _title, group in self._groups for part in group]

    @property
    def groups(self) -> list[tuple[str | Promise, list[forms.BoundField]]]:
        return [(title, [self[part.path] for part in group]) for title, group in self._groups]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        rules = copy.deepcopy(self._base)
        for part in self._parts():
            put_at(rules, part.path, part.to_rules(data[part.path]))
        try:
            read_retention_rules(rules)
        except RuleFault as error:
            found = [part.path for part in self._parts() if error.field.startswith(part.path)]
            self.add_error(found[0] if found else None, str(error))
        else:
            self.rules = rules
        return data
