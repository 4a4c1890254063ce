"""The parameters of the value rule, as they are kept in ValuePolicy.rules, read once and checked field by field."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: The three terms of V, in the order A, B, C. All arrays of parts and contributions have one column each, in this order.
COMPONENTS = ("commission", "purchasing", "assets")

TIERS = (1, 2, 3, 4, 5)

DEFAULT_RULES: dict[str, Any] = {
    "weights": {"commission": 0.4, "purchasing": 0.3, "assets": 0.3},
    "half_life_sessions": 90,
    "window_months": 12,
    "scale_percentile": 99,
    "scale_depth": 500,
    "idle_cash_share": 0.3,
    "off_system_share": 0.1,
    "asset_sessions": 20,
    "asset_stale_sessions": 60,
    "quota_stale_sessions": 20,
    "type_cutoff": 0.45,
    "core_share": 0.8,
    "downgrade_band": 0.1,
    "downgrade_hold_months": 3,
    "tiers": [
        {"tier": 1, "assets": 0, "commission": 0},
        {"tier": 2, "assets": 100_000, "commission": 1_000},
        {"tier": 3, "assets": 500_000, "commission": 5_000},
        {"tier": 4, "assets": 1_000_000, "commission": 10_000},
        {"tier": 5, "assets": 5_000_000, "commission": 50_000},
    ],
}

#: Lowest and highest value that makes sense; whole numbers where both are int.
LIMITS: dict[str, tuple[int, int] | tuple[float, float]] = {
    "half_life_sessions": (5, 1000),
    "window_months": (3, 36),
    "scale_percentile": (90.0, 100.0),
    "scale_depth": (10, 1_000_000),
    "idle_cash_share": (0.0, 1.0),
    "off_system_share": (0.0, 1.0),
    "asset_sessions": (1, 60),
    "asset_stale_sessions": (1, 250),
    "quota_stale_sessions": (1, 60),
    "type_cutoff": (0.34, 0.9),
    "core_share": (0.05, 0.99),
    "downgrade_band": (0.0, 0.5),
    "downgrade_hold_months": (1, 12),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field. `code`: missing, unknown, number, whole, range, sum, order."""

    field: str
    code: str
    low: float | None = None
    high: float | None = None


class RulesError(ValueError):
    """The rules cannot be used; `faults` names every field at once."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.field}: {fault.code}" for fault in faults))


@dataclass(frozen=True)
class ValueRules:
    """`weights` follow COMPONENTS and sum to 1; `tier_assets` and `tier_commission` are thresholds (元) of tiers 1 to 5."""

    weights: tuple[float, float, float]
    half_life_sessions: int
    window_months: int
    scale_percentile: float
    scale_depth: int
    idle_cash_share: float
    off_system_share: float
    asset_sessions: int
    asset_stale_sessions: int
    quota_stale_sessions: int
    type_cutoff: float
    core_share: float
    downgrade_band: float
    downgrade_hold_months: int
    tier_assets: tuple[float, ...]
    tier_commission: tuple[float, ...]


def parse_rules(raw: Mapping[str, Any]) -> ValueRules:
    """Check and freeze. Raises RulesError with all faults, none hidden behind another."""
    faults: list[Fault] = [Fault(name, "unknown") for name in raw if name not in DEFAULT_RULES]
    weights = _weights(raw.get("weights"), faults)
    plain = {name: _number(name, raw.get(name), LIMITS[name], faults) for name in LIMITS}
    assets, commission = _tiers(raw.get("tiers"), faults)
    if faults:
        raise RulesError(faults)
    return ValueRules(weights=weights, tier_assets=assets, tier_commission=commission, **plain)  # type: ignore[arg-type]


def _weights(raw: Any, faults: list[Fault]) -> tuple[float, float, float]:
    if not isinstance(raw, Mapping):
        faults.append(Fault("weights", "missing"))
        return (0.0, 0.0, 0.0)
    faults += [Fault(f"weights.{name}", "unknown") for name in raw if name not in COMPONENTS]
    before = len(faults)
    a, b, c = (_number(f"weights.{name}", raw.get(name), (0.0, 1.0), faults) for name in COMPONENTS)
    if len(faults) == before and not math.isclose(a + b + c, 1.0, abs_tol=1e-6):
        faults.append(Fault("weights", "sum"))
    return (a, b, c)


def _number(field: str, raw: Any, limits: tuple[float, float], faults: list[Fault]) -> float:
    low, high = limits
    if raw is None:
        faults.append(Fault(field, "missing", low, high))
    elif isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        faults.append(Fault(field, "number", low, high))
    elif isinstance(low, int) and isinstance(high, int) and raw != int(raw):
        faults.append(Fault(field, "whole", low, high))
    elif not low <= raw <= high:
        faults.append(Fault(field, "range", low, high))
    else:
        return int(raw) if isinstance(low, int) and isinstance(high, int) else float(raw)
    return 0


def _tiers(raw: Any, faults: list[Fault]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Five rows, tier 1 open to everybody, thresholds strictly rising."""
    if not isinstance(raw, list) or [row.get("tier") if isinstance(row, Mapping) else None for row in raw] != [*TIERS]:
        faults.append(Fault("tiers", "missing"))
        return (), ()
    columns: list[tuple[float, ...]] = []
    for name in ("assets", "commission"):
        before = len(faults)
        values = [_number(f"tiers.{row['tier']}.{name}", row.get(name), (0.0, 1e12), faults) for row in raw]
        if len(faults) == before:
            if values[0] != 0:
                faults.append(Fault(f"tiers.1.{name}", "range", 0, 0))
            faults += [
                Fault(f"tiers.{tier}.{name}", "order", low)
                for tier, low, high in zip(TIERS[1:], values, values[1:], strict=False)
                if high <= low
            ]
        columns.append(tuple(values))
    return columns[0], columns[1]
