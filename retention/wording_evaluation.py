"""An evaluation of the early-warning rule as its page tells it: figures by name, and what a band has meant in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branch_crm.core.templatetags.money import percent
from retention.domain.risk.evaluation import (
    CLOSED,
    DROP,
    GROUPS,
    IDLE,
    RANKINGS,
    RULE,
    SILENCE,
    TAKEN_OUT,
    Day,
    Evaluation,
    Said,
    Top,
    banded,
    calibrated,
    caught_by_tenths,
    top,
)
from retention.domain.risk.rules import read_risk_rules
from retention.domain.risk.score import HIGH, LOW, WATCH
from retention.models import ClientRisk, RiskEvaluation, RiskRun
from retention.services.evaluate_risk import read_outcome
from retention.services.open_cases_of_signs import MOST_A_NIGHT

#: Clients of the top that are counted; the first is as many as a night opens cases for.
TOPS = (MOST_A_NIGHT, 50, 100)
MOST_ASKED = 100_000
RANKING_NAMES = {
    RULE: gettext_lazy("The rule"),
    SILENCE: gettext_lazy("Longest silent first"),
    DROP: gettext_lazy("Largest fall of assets first"),
}
WAY_NAMES = {
    CLOSED: gettext_lazy("closed or moved away"),
    TAKEN_OUT: gettext_lazy("money taken out"),
    IDLE: gettext_lazy("silent and empty"),
}


@dataclass(frozen=True)
class Story:
    """tops: k -> a row a ranking. tenths: share of clients, then caught a ranking."""

    told: Evaluation
    outcome_days: int
    first: Top | None
    tops: Sequence[tuple[int, Sequence[tuple[str, Top]]]]
    groups: Sequence[tuple[str, Said]]
    bands: Sequence[tuple[str, Said]]
    days: Sequence[tuple[Day, bool, Sequence[int]]]
    ways: Sequence[str]
    tenths: Sequence[tuple[int, Sequence[float]]]
    rankings: Sequence[str]
    chart: Mapping[str, Any]


def story_of(evaluation: RiskEvaluation, *, also: int | None = None) -> Story:
    """`also`: one more number of clients of the top."""
    told = read_outcome(evaluation.outcome)
    asked = {also} if also and 0 < also <= MOST_ASKED else set()
    later = told.later
    tenths = {name: caught_by_tenths(later, name) for name in RANKINGS}
    bands = banded(told)
    return Story(
        told=told,
        outcome_days=read_risk_rules(evaluation.outcome["rules"]).outcome_days,
        first=top(later, RULE, MOST_A_NIGHT) if later else None,
        tops=[
            (k, [(str(RANKING_NAMES[name]), top(later, name, k)) for name in RANKINGS]) for k in sorted({*TOPS, *asked})
        ],
        groups=[(_group(at), said) for at, said in enumerate(calibrated(told))],
        bands=[(str(ClientRisk.Band(band).label), bands[band]) for band in (HIGH, WATCH, LOW)],
        days=[
            (day, day in told.later, [day.ways[way] for way in WAY_NAMES])
            for day in reversed([*told.earlier, *told.later])
        ],
        ways=[str(name) for name in WAY_NAMES.values()],
        tenths=[(at * 10, [tenths[name][at - 1] for name in RANKINGS]) for at in range(1, 11)],
        rankings=[str(RANKING_NAMES[name]) for name in RANKINGS],
        chart=_chart(tenths),
    )


def shares_of(run: RiskRun, bands: Iterable[int]) -> list[tuple[str, str]]:
    """What each band has meant on the branch's own past: its name and a sentence; none where too few have left to say it."""
    days = read_risk_rules(run.policy.rules).outcome_days
    said = [(band, run.calibration.get(str(band))) for band in bands]
    return [(str(ClientRisk.Band(band).label), _sentence(known, days)) for band, known in said if known]


def _sentence(known: Mapping[str, Any], days: int) -> str:
    return _("of 100 such clients %(share)s left within %(days)s days (%(low)s–%(high)s)") % {
        "share": _of_hundred(known["left"] / known["n"]),
        "days": days,
        "low": _of_hundred(known["low"]),
        "high": _of_hundred(known["high"]),
    }


def _of_hundred(share: float) -> str:
    """Whole clients where there are some, a tenth where there is hardly one."""
    return f"{share * 100:.0f}" if share >= 0.1 else f"{share * 100:.1f}"


def _group(at: int) -> str:
    if at == 0:
        return _("no points")
    if at == len(GROUPS) - 1:
        return _("%(low)s and more") % {"low": f"{GROUPS[at]:.0f}"}
    low = _("above 0") if at == 1 else f"{GROUPS[at]:.0f}"
    return _("%(low)s to below %(high)s") % {"low": low, "high": f"{GROUPS[at + 1]:.0f}"}


def _chart(tenths: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Share of clients looked at against the share of leavers among them, in per cent."""
    colors = {RULE: "accent-fill", SILENCE: "type-commission", DROP: "type-product"}
    lines = [
        {
            "name": str(RANKING_NAMES[name]),
            "color": colors[name],
            "values": [0, *(round(each * 100, 1) for each in rows)],
        }
        for name, rows in tenths.items()
    ]
    blind = {"name": _("Picked blindly"), "color": "ink-2", "values": [step * 10 for step in range(11)]}
    return {"categories": [percent(step / 10, 0) for step in range(11)], "series": [*lines, blind], "unit": "%"}
