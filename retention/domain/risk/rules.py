"""The published rule of the early warning: which measures count, from where to where, with how many points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from branch_crm.core.domain.rule_table import RuleTable

#: Version 1, a proposal for every branch to edit. A measure gives no point up to `from`, all its points at `to`, and a straight
#: share between; measures are made so that larger speaks more for leaving (see `measures`).
DEFAULT_RULES: dict[str, Any] = {
    # recent_days: what is happening now. look_back_days: peaks and what it is held against. year_days: habits.
    "windows": {"recent_days": 90, "look_back_days": 180, "year_days": 365},
    # Of net assets in the look-back, 元: who never had more has nothing to take away and is not scored.
    "least_assets": 1000,
    # Under these a change says nothing: days with trades a year, traded value in the comparison window (元), days of silence.
    "least": {"trade_days": 5, "traded": 10000, "silent_days": 30},
    "signals": {
        # Net money out in the recent window / peak of net assets.
        "outflow": {"points": 30, "from": 0.2, "to": 0.7},
        # Transfers out more than in the window before; only where they are larger in sum too.
        "transfers": {"points": 10, "from": 0, "to": 4},
        # Fall of traded value against the client's own usual.
        "trading": {"points": 10, "from": 0.5, "to": 0.95},
        # Clumpiness of the trade days, 0 even to 1 all at once, the silence since included.
        "rhythm": {"points": 8, "from": 0.3, "to": 0.7},
        # Days without trade, order or transfer.
        "silence": {"points": 10, "from": 90, "to": 270},
        # Products redeemed less products bought in the recent window / peak.
        "products": {"points": 6, "from": 0.1, "to": 0.6},
        # Growth of the new-share quota less growth of the stock held here: shares are bought at another house.
        "elsewhere": {"points": 14, "from": 0.1, "to": 0.8},
        # Commission rate / median of clients with assets of the same size.
        "rate": {"points": 6, "from": 1.2, "to": 2.5},
        # Freshness of the last complaint: 1 today or unsettled, 0 at the end of the look-back.
        "complaint": {"points": 14, "from": 0, "to": 0.5},
        # Freshness of the last change of advisor.
        "advisor": {"points": 8, "from": 0, "to": 0.5},
        # What the market took in the look-back / peak: low returns make silent investors.
        "loss": {"points": 6, "from": 0.15, "to": 0.5},
    },
    "bands": {"watch": 20, "high": 40},
    # Held against the branch's own past. outcome_days: within which somebody leaves. gone_share: of the peak, at most so much is
    # left. idle_assets: with less, and outcome_days of silence, a client is gone too. least_leavers: below, nothing is concluded.
    "evaluation": {"outcome_days": 90, "gone_share": 0.1, "idle_assets": 1000, "least_leavers": 30},
}  # fmt: skip
SIGNALS: tuple[str, ...] = tuple(DEFAULT_RULES["signals"])


@dataclass(frozen=True)
class Signal:
    """points: at most. starts, full: the measure at which points begin and are all given."""

    points: float
    starts: float
    full: float


@dataclass(frozen=True)
class RiskRules:
    """Days, 元 and points; `signals` in the order of SIGNALS. watch, high: points from which a band begins."""

    recent_days: int
    look_back_days: int
    year_days: int
    least_assets: float
    least_trade_days: int
    least_traded: float
    least_silent_days: int
    signals: Mapping[str, Signal]
    watch: float
    high: float
    outcome_days: int
    gone_share: float
    idle_assets: float
    least_leavers: int


def read_risk_rules(raw: Mapping[str, Any]) -> RiskRules:
    """Check a stored policy and freeze it; sections and signals that are missing count with their defaults.

    Raises RuleFault for the first field that is out of range.
    """
    whole = RuleTable({**DEFAULT_RULES, **raw})
    windows, least, bands, past = (_section(whole, name) for name in ("windows", "least", "bands", "evaluation"))
    recent = windows.whole("recent_days", 14, 180)
    look_back = windows.whole("look_back_days", recent + 14, 365)
    watch = bands.number("watch", 1, 200)
    return RiskRules(
        recent_days=recent,
        look_back_days=look_back,
        year_days=windows.whole("year_days", look_back, 730),
        least_assets=whole.number("least_assets", 0, 10_000_000),
        least_trade_days=least.whole("trade_days", 2, 100),
        least_traded=least.number("traded", 0, 10_000_000),
        least_silent_days=least.whole("silent_days", 1, 180),
        signals=_signals(_section(whole, "signals")),
        watch=watch,
        high=bands.number("high", watch + 1, 200),
        outcome_days=past.whole("outcome_days", 30, 180),
        gone_share=past.number("gone_share", 0, 0.5),
        idle_assets=past.number("idle_assets", 0, 1_000_000),
        least_leavers=past.whole("least_leavers", 5, 10_000),
    )


def _signals(part: RuleTable) -> dict[str, Signal]:
    part.none_but(SIGNALS, "signal")
    signals = {}
    for code in SIGNALS:
        row = part.table(code)
        starts, full = row.number("from", -1, 3650), row.number("to", -1, 3650)
        if full <= starts:
            raise row.fault("to", "must be above the figure at which points begin")
        signals[code] = Signal(row.number("points", 0, 100), starts, full)
    return signals


def _section(whole: RuleTable, name: str) -> RuleTable:
    return RuleTable({**DEFAULT_RULES[name], **whole.table(name).rules}, name)
