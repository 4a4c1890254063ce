"""The published rule of the early warning: which measures count, from where to where, with how many points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


class RiskPolicyError(ValueError):
    """`field` is the path of the field that is wrong, e.g. `signals.outflow.points`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


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

    Raises RiskPolicyError for the first field that is out of range.
    """
    windows, least, bands, past = (_section(raw, name) for name in ("windows", "least", "bands", "evaluation"))
    recent = int(_number(windows, "recent_days", "windows.", 14, 180))
    look_back = int(_number(windows, "look_back_days", "windows.", recent + 14, 365))
    watch = _number(bands, "watch", "bands.", 1, 200)
    return RiskRules(
        recent_days=recent,
        look_back_days=look_back,
        year_days=int(_number(windows, "year_days", "windows.", look_back, 730)),
        least_assets=_number({**DEFAULT_RULES, **raw}, "least_assets", "", 0, 10_000_000),
        least_trade_days=int(_number(least, "trade_days", "least.", 2, 100)),
        least_traded=_number(least, "traded", "least.", 0, 10_000_000),
        least_silent_days=int(_number(least, "silent_days", "least.", 1, 180)),
        signals=_signals(_section(raw, "signals")),
        watch=watch,
        high=_number(bands, "high", "bands.", watch + 1, 200),
        outcome_days=int(_number(past, "outcome_days", "evaluation.", 30, 180)),
        gone_share=_number(past, "gone_share", "evaluation.", 0, 0.5),
        idle_assets=_number(past, "idle_assets", "evaluation.", 0, 1_000_000),
        least_leavers=int(_number(past, "least_leavers", "evaluation.", 10, 10_000)),
    )


def _signals(part: Mapping[str, Any]) -> dict[str, Signal]:
    unknown = sorted(part.keys() - set(SIGNALS))
    if unknown:
        raise RiskPolicyError(f"signals.{unknown[0]}", "is not a signal that can be read")
    signals = {}
    for code in SIGNALS:
        path = f"signals.{code}"
        row = part[code]
        if not isinstance(row, Mapping):
            raise RiskPolicyError(path, "is not a table")
        starts = _number(row, "from", f"{path}.", -1, 3650)
        full = _number(row, "to", f"{path}.", -1, 3650)
        if full <= starts:
            raise RiskPolicyError(f"{path}.to", "must be above the figure at which points begin")
        signals[code] = Signal(_number(row, "points", f"{path}.", 0, 100), starts, full)
    return signals


def _section(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = raw.get(name, {})
    if not isinstance(part, Mapping):
        raise RiskPolicyError(name, "is not a table")
    return {**DEFAULT_RULES[name], **part}


def _number(part: Mapping[str, Any], name: str, path: str, low: float, high: float) -> float:
    value = part.get(name)
    # Written so that what is not a number, infinity included, fails both comparisons or one of them.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise RiskPolicyError(f"{path}{name}", f"must be a number from {low:g} to {high:g}, got {value!r}")
    return float(value)
