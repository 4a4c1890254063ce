"""The fields of the match policy: path in the rules, words, bounds, and how each is written in a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allocation.domain.fit.policy import TERMS, TIERS
from allocation.labels import term_label
from branch_crm.core.templatetags.badges import TIERS as TIER_NAMES

Words = str | Promise

NEVER = pgettext_lazy("policy", "never")


@dataclass(frozen=True)
class Number:
    """A number of the rules. `scale` 100: a share shown in per cent. `empty`: may be left empty, which means null."""

    path: str
    label: Words
    low: float
    high: float
    help_text: Words = ""
    scale: int = 1
    whole: bool = False
    empty: bool = False

    def field(self) -> forms.Field:
        kind = forms.IntegerField if self.whole else forms.FloatField
        return kind(
            label=self.label,
            help_text=self.help_text,
            min_value=self._shown(self.low),
            max_value=self._shown(self.high),
            required=not self.empty,
            widget=forms.NumberInput(attrs={"step": "1" if self.whole else "any"}),
        )

    def _shown(self, number: float) -> float:
        shown = round(number * self.scale, 6)
        return int(shown) if self.whole else shown

    def to_form(self, value: Any) -> Any:
        return None if value is None else self._shown(value)

    def to_rules(self, value: Any) -> Any:
        return value if value is None or self.scale == 1 else round(value / self.scale, 8)


@dataclass(frozen=True)
class TierChoice:
    """A tier, or never (stored as `never`)."""

    path: str
    label: Words
    help_text: Words = ""
    never: int | None = None
    always: bool = False

    def field(self) -> forms.Field:
        tiers = [(str(tier), TIER_NAMES[tier]) for tier in TIERS]
        choices = tiers if self.always else [("", NEVER), *tiers]
        return forms.ChoiceField(label=self.label, help_text=self.help_text, choices=choices, required=self.always)

    def to_form(self, value: Any) -> str:
        return "" if value in (None, self.never) else str(value)

    def to_rules(self, value: str) -> int | None:
        return int(value) if value else self.never


@dataclass(frozen=True)
class YesNo:
    path: str
    label: Words
    help_text: Words = ""

    def field(self) -> forms.Field:
        return forms.BooleanField(label=self.label, help_text=self.help_text, required=False)

    def to_form(self, value: Any) -> bool:
        return bool(value)

    def to_rules(self, value: Any) -> bool:
        return bool(value)


Part = Number | TierChoice | YesNo


def _weights() -> tuple[Part, ...]:
    return tuple(Number(f"terms.{term}.weight", term_label(term), 0, 100) for term in TERMS)


def _hours() -> tuple[Part, ...]:
    return tuple(Number(f"hours.{tier}", TIER_NAMES[tier], 0, 500) for tier in TIERS)


def groups() -> list[tuple[Words, Words, tuple[Part, ...]]]:
    """Title, explanation and fields of each group, in the order of the page. Labels follow the reader's language."""
    return [
        (
            _("Weights of the match terms"),
            _("A match is the weighted mean of these terms; 0 leaves a term out."),
            _weights(),
        ),
        (
            _("When a term matters"),
            "",
            (
                Number("terms.care.from_age", _("Patience and warmth: from age"), 0, 150),
                Number("terms.care.full_age", _("Patience and warmth: fully from age"), 0, 150),
                Number(
                    "terms.care.cautious",
                    _("Cautious risk levels count, %"),
                    0,
                    1,
                    _("At least so much for clients up to C2, whatever their age."),
                    scale=100,
                ),
                Number("terms.large_assets.from_assets", _("Large assets: from, yuan"), 1, 1e12),
                Number("terms.large_assets.full_assets", _("Large assets: fully from, yuan"), 1, 1e12),
                Number(
                    "terms.large_assets.licence_share",
                    _("Large assets: share of the adviser's licence, %"),
                    0,
                    1,
                    scale=100,
                ),
                Number("terms.continuity.full_years", _("Years together: full after, years"), 0.1, 50),
                Number(
                    "missing_evidence.score",
                    _("A skill without evidence counts as, %"),
                    0,
                    1,
                    _("50: as average."),
                    scale=100,
                ),
                Number(
                    "missing_evidence.trust",
                    _("… with a weight of, %"),
                    0,
                    1,
                    _("100: as if it had been tested."),
                    scale=100,
                ),
            ),
        ),
        (
            _("Service hours a month per client"),
            _("What a client of each tier costs an advisor; capacity is compared with their sum."),
            _hours(),
        ),
        (
            _("Pool and licences"),
            "",
            (
                TierChoice(
                    "pool.up_to_tier",
                    _("May wait in the shared pool, up to"),
                    _("Clients of higher tiers always get an advisor."),
                    never=0,
                ),
                YesNo("pool.core", _("Core clients may wait in the pool too")),
                TierChoice(
                    "adviser_required.from_tier",
                    _("Registered investment adviser required from"),
                    _("A hard rule: nobody else may hold these clients."),
                ),
            ),
        ),
        (
            _("Fairness"),
            "",
            (
                Number(
                    "fairness",
                    _("Fairness band, ± %"),
                    0.01,
                    1,
                    _("Value per hour of each advisor stays this close to the branch's mean. Empty: no band."),
                    scale=100,
                    empty=True,
                ),
                Number(
                    "value_exponent",
                    _("Weight of a client: V to the power of"),
                    0.1,
                    5,
                    _("Above 1, high values count more; 2 gives back part of the distance in money."),
                ),
            ),
        ),
        (
            _("Changes of advisor"),
            _("Every change costs a relation; these rules keep them few."),
            (
                Number(
                    "switch_penalty",
                    _("Switch penalty"),
                    0,
                    1,
                    _("Taken off the match when a client changes advisors. A higher figure gives fewer moves."),
                ),
                Number(
                    "transfer_guard.max_transfers",
                    _("Transfer guard: changes of advisor at most"),
                    0,
                    100,
                    whole=True,
                ),
                Number(
                    "transfer_guard.days",
                    _("… within so many days"),
                    0,
                    3650,
                    _("0: no limit."),
                    whole=True,
                ),
                Number(
                    "transfer_guard.after_complaint_days",
                    _("Days without a change after a complaint"),
                    0,
                    3650,
                    whole=True,
                ),
                Number(
                    "move_budget.share",
                    _("Move budget of a run, % of the clients in scope"),
                    0,
                    1,
                    _("Empty: no limit. Each run may choose another one."),
                    scale=100,
                    empty=True,
                ),
            ),
        ),
        (
            _("Notice, approval, requests"),
            "",
            (
                Number("notice.trading_days", _("Notice period, trading days"), 1, 60, whole=True),
                Number(
                    "approval.moves",
                    _("Second approval above so many moves"),
                    0,
                    1_000_000,
                    _("Empty: the number of moves asks for nobody."),
                    whole=True,
                    empty=True,
                ),
                Number(
                    "approval.value_share",
                    _("Second approval above so much of the branch's value, %"),
                    0,
                    1,
                    _("Empty: value asks for nobody."),
                    scale=100,
                    empty=True,
                ),
                TierChoice("approval.tier", _("Second approval when clients move from tier")),
                Number(
                    "change_requests.trading_days",
                    _("Requests for another advisor: decided within trading days"),
                    1,
                    60,
                    whole=True,
                ),
            ),
        ),
        (
            _("Points for review at night"),
            "",
            (
                Number("review.poor_fit_gain", _("Somebody matches better by at least"), 0, 1),
                TierChoice("review.poor_fit_from_tier", _("… for clients from tier"), always=True),
            ),
        ),
    ]
