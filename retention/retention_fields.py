"""The fields of the retention policy, as servicelog.service_fields has those of the service policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from retention.domain.rules import NEXT_SESSION, SAME_DAY
from servicelog.policy_parts import AsTyped, Group, Hour, Lines, Whole, Words

COUNTINGS: Mapping[str, Words] = {
    NEXT_SESSION: _("from the next trading day"),
    SAME_DAY: _("from the day itself, if its session is not over"),
}
#: The columns of a concession, one a line in the desk's text.
COLUMNS = ("code", "zh", "en", "kind", "figure", "director_below", "least_revenue")


@dataclass(frozen=True)
class Counted(AsTyped):
    path: str
    label: Words

    def field(self) -> forms.Field:
        return forms.ChoiceField(label=self.label, choices=list(COUNTINGS.items()))

    def say(self, value: Any) -> str:
        return str(COUNTINGS[value])


@dataclass(frozen=True)
class Text(AsTyped):
    """`rows`: 0 = one short line."""

    path: str
    label: Words
    most: int = 8000
    rows: int = 0
    help_text: Words = ""

    def field(self) -> forms.Field:
        widget = forms.Textarea(attrs={"rows": self.rows, "translate": "no"}) if self.rows else forms.TextInput()
        return forms.CharField(
            label=self.label, required=not self.rows, max_length=self.most, widget=widget, help_text=self.help_text
        )

    def to_form(self, value: Any) -> str:
        return str(value)

    def to_rules(self, value: str) -> Any:
        return value

    def say(self, value: Any) -> str:
        return self.to_form(value)


class Sentences(Lines):
    def say(self, value: Any) -> str:
        return self.to_form(value) or "–"


class Warnings(Text):
    """`1 12:00` a line. What cannot be read goes on as it is, so that the rules name the fault."""

    def to_form(self, value: Any) -> str:
        return "\n".join(f"{row['session']} {row['at']}" for row in value)

    def to_rules(self, value: str) -> list[dict[str, Any]]:
        rows = [line.split(maxsplit=1) for line in _lines(value)]
        return [
            {"session": int(row[0]) if row[0].isdecimal() else row[0], "at": row[1] if len(row) > 1 else ""}
            for row in rows
        ]


class Days(Text):
    def to_form(self, value: Any) -> str:
        return ", ".join(map(str, value))

    def to_rules(self, value: str) -> list[Any]:
        return [int(day) if day.strip().isdecimal() else day for day in value.split(",")]


class Concessions(Text):
    """One a line, its columns between bars."""

    def to_form(self, value: Any) -> str:
        return "\n".join(" | ".join("-" if cell is None else str(cell) for cell in _cells(row)) for row in value)

    def to_rules(self, value: str) -> list[dict[str, Any]]:
        rows = []
        for line in _lines(value):
            cells = [cell.strip() for cell in line.split("|")]
            row: dict[str, Any] = dict(zip(COLUMNS, [*cells, *[""] * len(COLUMNS)], strict=False))
            row["lowest_rate" if row["kind"] == "rate" else "yearly_cost"] = row.pop("figure")
            row["director_below"] = None if row["director_below"] in ("", "-") else row["director_below"]
            rows.append(row)
        return rows


def _cells(row: Mapping[str, Any]) -> list[Any]:
    figure = row.get("lowest_rate") or row.get("yearly_cost")
    return [figure if name == "figure" else row.get(name) for name in COLUMNS]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def retention_groups() -> list[Group]:
    """In the order of the page."""
    return [
        Group(
            _("Clock"),
            "",
            [
                Whole("clock.sessions", _("Trading days until it is done"), 1, 30),
                Counted("clock.counting", _("Counted")),
                Hour("clock.day_ends", _("End of the day at the counter")),
                Warnings(
                    "clock.warnings",
                    _("Warnings"),
                    rows=3,
                    help_text=_("One a line: trading day and hour, such as 1 12:00."),
                ),
                Text("clock.source", _("Source of the rule"), rows=2),
            ],
        ),
        Group(
            _("What must be said"),
            "",
            [
                Sentences("must_say.zh", _("Must be said, in Chinese"), _("One sentence a line.")),
                Sentences("must_say.en", _("Must be said, in English")),
                Whole("accounts.most", _("Share accounts a person may hold in a market"), 1, 20),
                Text("consent.zh", _("Asked before later contact, in Chinese"), most=500, rows=2),
                Text("consent.en", _("Asked before later contact, in English"), most=500, rows=2),
            ],
        ),
        Group(
            _("Case"),
            "",
            [
                Whole("case.answer_minutes.counter", _("Counter answers within minutes"), 1, 480),
                Whole("case.answer_minutes.advisor", _("Advisor answers within minutes"), 1, 480),
                Whole("case.answer_minutes.director", _("Director answers within minutes"), 1, 480),
                Whole("case.director_from_tier", _("Director is called from tier"), 1, 6),
                Whole("case.rest_days", _("Days of rest after a case"), 0, 365),
                Sentences("duty", _("On duty"), _("Staff numbers, one a line, in the order of calling.")),
            ],
        ),
        Group(
            _("Offers and checks"),
            "",
            [
                Concessions(
                    "concessions",
                    _("Approved table"),
                    rows=6,
                    help_text=_(
                        "One a line: code | Chinese | English | rate or fixed | lowest rate or cost a year | "
                        "director approves below (- for never) | least revenue a year."
                    ),
                ),
                Days("verify.days", _("Checked after days"), most=20),
                Text("verify.least_assets_share", _("Least share of the assets still here"), most=6),
                Whole("verify.least_activity", _("Least days with activity"), 0, 100),
                Whole("win_back.rest_days", _("Days of rest before win-back"), 0, 3650),
                Whole("figures.least", _("Records a share is shown from"), 1, 1000),
            ],
        ),
    ]
