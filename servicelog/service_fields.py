"""The fields of the service policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.templatetags.badges import TIERS as TIER_NAMES
from servicelog.domain.service_rules import CLIENT_LEVELS, PRODUCT_LEVELS, TIERS
from servicelog.policy_parts import AsTyped, Group, Hour, Lines, Part, Whole, Words


@dataclass(frozen=True)
class Level(AsTyped):
    path: str
    label: Words

    def field(self) -> forms.Field:
        return forms.ChoiceField(label=self.label, choices=[(level, level) for level in PRODUCT_LEVELS])

    def say(self, value: Any) -> str:
        return now("up to %(level)s") % {"level": value}


@dataclass(frozen=True)
class Levels(AsTyped):
    path: str
    label: Words
    help_text: Words = ""

    def field(self) -> forms.Field:
        return forms.MultipleChoiceField(
            label=self.label,
            help_text=self.help_text,
            required=False,
            choices=[(level, level) for level in CLIENT_LEVELS],
            widget=forms.CheckboxSelectMultiple(),
        )

    def to_rules(self, value: list[str]) -> list[str]:
        return list(value)

    def say(self, value: Any) -> str:
        return " · ".join(value) or now("none")


@dataclass(frozen=True)
class Use(AsTyped):
    """What a finding leads to."""

    path: str
    label: Words

    def field(self) -> forms.Field:
        return forms.ChoiceField(label=self.label, choices=list(FINDING_WORDS.items()))

    def say(self, value: Any) -> str:
        return str(FINDING_WORDS[value])


FINDING_WORDS: Mapping[str, Words] = {
    "notice": _("notice to the advisor, with due process"),
    "hint": _("hint on the pages only"),
    "off": pgettext_lazy("finding", "not looked for"),
}


def _of_tier(tier: int, words: Words) -> str:
    return f"{TIER_NAMES[tier]} · {words}"


def groups() -> list[Group]:
    """Called for each request: the labels of a tier are put together in the reader's language."""
    minutes, days, sessions = pgettext_lazy("unit", "minutes"), _("days"), _("trading days")
    standards: list[Part] = []
    for tier in TIERS:
        path = f"standards.{tier}"
        standards += [
            Whole(f"{path}.contacts", _of_tier(tier, _("counted contacts")), 0, 100, _("times")),
            Whole(f"{path}.days", _of_tier(tier, _("within")), 1, 400, days),
            Whole(f"{path}.meetings", _of_tier(tier, _("meetings")), 0, 100, _("times")),
            Whole(f"{path}.meeting_days", _of_tier(tier, _("meetings within")), 1, 400, days),
        ]
    return [
        Group(_("Service standards"), _("Contacts that count, and meetings face to face, per tier."), standards),
        Group(
            _("What counts as a contact"),
            _("A log beyond these does not count; its author sees why and may dispute it."),
            [
                Whole("counting.least_characters", _("Shortest text"), 1, 500, _("characters")),
                Whole("counting.copy_share", _("Copy from equal text of"), 50, 100, "%", scale=100),
                Whole("counting.copy_days", _("Copies are looked for within"), 1, 400, days),
                Whole("counting.burst_logs", _("Burst: more logs than"), 1, 100, _("logs")),
                Whole("counting.burst_minutes", _("Burst: held within"), 1, 240, minutes),
                Hour("counting.day_from", _("Talks are held from")),
                Hour("counting.day_until", _("Talks are held until")),
                Whole("counting.late_after", _("Logged at the latest after"), 0, 60, sessions),
            ],
        ),
        Group(
            _("Logging and quiet hours"),
            _("In quiet hours only mandatory moments are offered."),
            [
                Whole("editing_minutes", _("A log may be changed for"), 0, 24 * 60, minutes),
                Hour("quiet_hours.from", _("Quiet from")),
                Hour("quiet_hours.until", _("Quiet until")),
                *(
                    Whole(f"clas_days.{tier}", _of_tier(tier, _("every I-CLAS letter within")), 1, 1000, days)
                    for tier in TIERS
                ),
            ],
        ),
        Group(
            _("Forbidden wording"),
            _("Flagged while typing and refused at saving, unless it is negated or confirmed as quoted."),
            [
                Lines("forbidden.words", _("Words"), _("One a line.")),
                Lines("forbidden.patterns", _("Patterns"), _("Regular expressions, one a line.")),
                Lines("forbidden.negations", _("Negations"), _("Before a hit they make it harmless; one a line.")),
            ],
        ),
        Group(
            _("Suitability"),
            _("Which product level a client of each level may be spoken to about."),
            [
                *(Level(f"suitability.highest.{level}", level) for level in CLIENT_LEVELS),
                Levels(
                    "suitability.never_above",
                    _("Never above their level"),
                    _("Not even when the client asks for it."),
                ),
                *(
                    Whole(f"suitability.longest_term.{need}", label, 1, 36500, days, empty=_("any term"))
                    for need, label in (
                        ("high", _("Longest term, high need for liquidity")),
                        ("medium", _("Longest term, medium need for liquidity")),
                        ("low", _("Longest term, low need for liquidity")),
                    )
                ),
            ],
        ),
        Group(
            _("Reviews"),
            _("What the night tells an advisor about the service of a client, and the time to put it right."),
            [
                Use("reviews.under_served", _("Fewer counted contacts than the standard")),
                Use("reviews.perfunctory", _("Logs for form's sake")),
                Use("reviews.no_output", _("Contacts of which nothing comes")),
                Whole("reviews.from_tier", _("Clients from tier"), 1, 5),
                Whole("reviews.look_back_days", _("Looked back on, at least"), 14, 400, days),
                Whole("reviews.formal_logs", _("For form's sake: logs from"), 2, 100, _("logs")),
                Whole(
                    "reviews.formal_share", _("For form's sake: short, copied or in bursts, from"), 10, 100, "%", 100
                ),
                Whole("reviews.idle_talks", _("Nothing comes: counted talks from"), 2, 100, _("times")),
                Whole("reviews.idle_days", _("Nothing comes: within"), 30, 400, days),
                Whole("reviews.cure_sessions", _("Time to cure or reply"), 1, 60, sessions),
                Whole("reviews.grace_days", _("Peace after a new advisor, leave or a closed review"), 0, 180, days),
                Whole("reviews.complaint_days", _("Peace after a complaint"), 0, 180, days),
                Whole("reviews.most_open", _("Open notices at most, each advisor"), 1, 100),
            ],
        ),
    ]
