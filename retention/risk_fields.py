"""The fields of the early-warning rule, as servicelog.service_fields has those of the service policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from retention.domain.risk.rules import SIGNALS
from retention.wording_risk import NAMES
from servicelog.policy_parts import Group, Number, Part, Whole

Words = str | Promise


@dataclass(frozen=True)
class Measure:
    """What a sign is measured by, in which unit, and the most that may be asked for. `scale` 100: kept as a share."""

    text: Words
    unit: Words
    most: int
    scale: int = 1


MEASURES: Mapping[str, Measure] = {
    "outflow": Measure(_("Net money out in the recent window, of the peak of net assets."), "%", 100, 100),
    "transfers": Measure(
        _("Transfers out more than in the window before, where they are larger in sum too."), _("transfers"), 100
    ),
    "trading": Measure(_("Fall of traded value against the client's own usual."), "%", 100, 100),
    "rhythm": Measure(_("How closely the trade days stand together: 0 evenly spread, 100 all at once."), "%", 100, 100),
    "silence": Measure(_("Days without trade, order or transfer."), _("days"), 730),
    "products": Measure(_("Products redeemed less bought in the recent window, of the peak."), "%", 100, 100),
    "elsewhere": Measure(
        _("Growth of the new-share quota less growth of the stock held here: shares are bought at another house."),
        _("percentage points"), 1000, 100,
    ),
    "rate": Measure(
        _("Commission rate against the median of clients with assets of the same size."), _("times the median"), 20
    ),
    "complaint": Measure(
        _("Freshness of the last complaint: 100 today or unsettled, 0 at the end of the look-back."), "%", 100, 100
    ),
    "advisor": Measure(
        _("Freshness of the last change of advisor: 100 today, 0 at the end of the look-back."), "%", 100, 100
    ),
    "loss": Measure(_("What the market took in the look-back, of the peak."), "%", 100, 100),
}  # fmt: skip


def risk_groups() -> list[Group]:
    """Called for each request: labels are put together in the reader's language."""
    points, days, yuan = pgettext_lazy("unit", "points"), _("days"), pgettext_lazy("unit", "yuan")
    return [
        Group(
            _("Bands"),
            _("From how many points a client is to be watched, and from how many the risk is high."),
            [
                Number("bands.watch", _("To be watched, from"), 1, 200, points),
                Number("bands.high", pgettext_lazy("risk", "High, from"), 2, 200, points),
            ],
        ),
        *(Group(NAMES[code], MEASURES[code].text, _parts(code)) for code in SIGNALS),
        Group(
            _("Windows"),
            _("What is happening now, what it is held against, and the year that shows habits."),
            [
                Whole("windows.recent_days", _("Recent"), 14, 180, days),
                Whole("windows.look_back_days", _("Look-back"), 28, 365, days),
                Whole("windows.year_days", _("Habits"), 28, 730, days),
            ],
        ),
        Group(
            _("Too little to tell"),
            _("Below these a change says nothing."),
            [
                Number("least_assets", _("Peak of net assets, else not scored"), 0, 10_000_000, yuan),
                Whole("least.trade_days", _("Days with trades a year"), 2, 100, days),
                Number("least.traded", _("Traded value of the window before"), 0, 10_000_000, yuan),
                Whole("least.silent_days", _("Silence after bursts"), 1, 180, days),
            ],
        ),
        Group(
            _("Evaluation"),
            _("Who counts as gone when the rule is held against the branch's own past."),
            [
                Whole("evaluation.outcome_days", _("Leaves within"), 30, 180, days),
                Whole("evaluation.gone_share", _("Gone: left of the peak, taken out, at most"), 0, 50, "%", scale=100),
                Number("evaluation.idle_assets", _("Gone: silent with assets below"), 0, 1_000_000, yuan),
                Whole("evaluation.least_leavers", _("Fewest leavers for a conclusion"), 5, 10_000, _("clients")),
            ],
        ),
    ]


def _parts(code: str) -> list[Part]:
    path, measure = f"signals.{code}", MEASURES[code]
    starts, full = now("Points begin above"), now("All points from")
    weight = Number(f"{path}.points", _("Points at most"), 0, 100, pgettext_lazy("unit", "points"))
    if code == "rate":
        return [
            weight,
            Number(f"{path}.from", starts, 0, measure.most, measure.unit),
            Number(f"{path}.to", full, 0, measure.most, measure.unit),
        ]
    return [
        weight,
        Whole(f"{path}.from", starts, 0, measure.most, measure.unit, measure.scale),
        Whole(f"{path}.to", full, 0, measure.most, measure.unit, measure.scale),
    ]
