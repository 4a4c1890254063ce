"""The fields of the appraisal policy, as servicelog.service_fields has those of the service policy."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.templatetags.badges import TIERS as TIER_NAMES
from servicelog.domain.scorecard import CAPS, COMPLAINTS, FLOW, SCORED
from servicelog.domain.service_rules import TIERS
from servicelog.policy_parts import Group, Number, Part, Whole
from servicelog.wording_scorecard import NAMES, RULES

Words = str | Promise


def scorecard_groups() -> list[Group]:
    """Called for each request: labels are put together in the reader's language."""
    points, days = pgettext_lazy("unit", "points"), _("days")
    return [
        *(Group(NAMES[code], RULES[code], _parts(code)) for code in SCORED),
        Group(
            _("Weight of the tiers"),
            _("How heavily a contact that the standard asks for weighs."),
            [Number(f"tier_weights.{tier}", TIER_NAMES[tier], 0, 100) for tier in TIERS],
        ),
        Group(
            _("Bonus for aims"),
            _("Optional moments never cost a point; those of platinum and diamond that were done bring some."),
            [
                Number("bonus.each", _("For each"), 0, 10, points),
                Number("bonus.most", pgettext_lazy("bonus", "At most"), 0, 20, points),
            ],
        ),
        Group(
            _("Caps"),
            _("Unsuitable products hold the points of the month down, whatever else was done."),
            [
                part
                for code in CAPS
                for part in (
                    Whole(f"caps.{code}.from", now("%(name)s, from") % {"name": NAMES[code]}, 1, 20, _("times")),
                    Number(f"caps.{code}.points", now("%(name)s, at most") % {"name": NAMES[code]}, 0, 90, points),
                )
            ],
        ),
        Group(
            _("Reading the figures"),
            _("What is marked, followed and disputed for how long."),
            [
                Whole("least_records", _("Few records below"), 1, 1000),
                Whole("order_days", _("An order follows a recommendation within"), 1, 365, days),
                Whole("dispute_days", _("Frozen figures may be disputed for"), 1, 365, days),
            ],
        ),
    ]


def _parts(code: str) -> list[Part]:
    """Shares in per cent, complaints as they are counted."""
    path = f"indicators.{code}"
    none_at, full_at = _("No points at"), _("Full points from")
    weight = Number(f"{path}.weight", _("Weight"), 0, 100, pgettext_lazy("weight", "of 100"))
    if code == COMPLAINTS:
        return [
            weight,
            Whole(f"{path}.none_at", none_at, 1, 100, _("complaints")),
            Whole(f"{path}.full_at", full_at, 0, 99, _("complaints")),
        ]
    low = -100 if code == FLOW else 0
    return [
        weight,
        Whole(f"{path}.none_at", none_at, low, 100, "%", scale=100),
        Whole(f"{path}.full_at", full_at, low, 100, "%", scale=100),
    ]
