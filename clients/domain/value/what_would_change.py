"""The smallest change of one figure that would give a client another type, another tier or another side of the core line.

Each lever is moved alone, everything else (the branch's scale, the other clients, the calendar) stays as it is. Amounts are
in 元: net commission spread evenly over the year, product purchases made today, mean net assets.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from clients.domain.value.parts import contributions, part
from clients.domain.value.rules import COMPONENTS, ValueRules
from clients.domain.value.score import Scales
from clients.domain.value.tiers import raw_tier
from clients.domain.value.value_types import TYPES, value_types

Floats = npt.NDArray[np.float64]

#: Bisection stops within a cent of amounts up to a billion.
STEPS = 60


@dataclass(frozen=True)
class Standing:
    """Where a client stands. `money`: decayed net commission, purchasing power, mean net assets (NaN = not known).

    `spread` is what one 元 of commission a year weighs after decay (decay.even_spread). `others_revenue` is the yearly net
    revenue of every other client of the branch, descending.
    """

    money: tuple[float, float, float]
    commission_12m: float
    revenue_12m: float
    tier: int
    is_core: bool
    scales: Scales
    spread: float
    others_revenue: Floats


@dataclass(frozen=True)
class Change:
    """`lever` is a component; `by` 元 (negative = less) makes it reach `to`: a type, a tier number, "core" or "not_core".

    `after_reviews` > 0: it takes so many monthly reviews in a row, not one night.
    """

    lever: str
    effect: str
    by: float
    to: str
    after_reviews: int = 0


def what_would_change(standing: Standing, rules: ValueRules) -> list[Change]:
    """Every single-lever change there is, by effect (type, tier, core), then lever, more before less."""
    found = [*_types(standing, rules), *_tiers(standing, rules), *_core(standing, rules)]
    return [change for change in found if abs(change.by) >= 0.01]


def _types(standing: Standing, rules: ValueRules) -> list[Change]:
    money = np.array(standing.money)

    def type_with(component: int, amount: float) -> str:
        moved = money.copy()
        moved[component] = amount
        parts = np.array(
            [
                [
                    float(part(np.array([value]), scale, rules.scale_depth)[0])
                    for value, scale in zip(moved, standing.scales, strict=True)
                ]
            ]
        )
        return TYPES[int(value_types(contributions(parts, rules.weights), rules.type_cutoff)[0])]

    changes = []
    for component, lever in enumerate(COMPONENTS):
        now, scale = float(money[component]), standing.scales[component]
        per_yuan = standing.spread if lever == "commission" else 1.0
        if math.isnan(now) or scale is None or per_yuan <= 0:
            continue
        present = type_with(component, now)
        # What has been bought stays bought; above the scale more earns nothing.
        ends = (scale,) if lever == "purchasing" else (scale, 0.0)
        for end in ends:
            if (end > now) != (end == scale) or type_with(component, end) == present:
                continue
            turn = _first(lambda amount, c=component, p=present: type_with(c, amount) != p, now, end)  # type: ignore[misc]
            changes.append(Change(lever, "type", _away((turn - now) / per_yuan), type_with(component, turn)))
    return changes


def _tiers(standing: Standing, rules: ValueRules) -> list[Change]:
    assets = standing.money[2]
    figures = {"commission": standing.commission_12m, "assets": 0.0 if math.isnan(assets) else assets}
    thresholds = {"commission": rules.tier_commission, "assets": rules.tier_assets}
    changes = []
    if standing.tier < len(rules.tier_assets):
        changes += [
            Change(lever, "tier", _away(thresholds[lever][standing.tier] - figure), str(standing.tier + 1))
            for lever, figure in figures.items()
            if figure < thresholds[lever][standing.tier]
        ]
    if standing.tier > 1 and not math.isnan(assets):
        keeps = {lever: thresholds[lever][standing.tier - 1] * (1 - rules.downgrade_band) for lever in figures}
        holding = [lever for lever, figure in figures.items() if figure >= keeps[lever]]
        if len(holding) == 1:
            (lever,) = holding
            less = {**figures, lever: keeps[lever] - 0.01}
            to = raw_tier(np.array([less["assets"]]), np.array([less["commission"]]), rules, band=rules.downgrade_band)[
                0
            ]
            by = _away(keeps[lever] - 0.01 - figures[lever])
            changes.append(Change(lever, "tier", by, str(int(to)), after_reviews=rules.downgrade_hold_months))
    return changes


def _core(standing: Standing, rules: ValueRules) -> list[Change]:
    """By commission alone: it is revenue in full. Exact against all other clients; a tie never does it (numbers decide those)."""
    others = standing.others_revenue
    sums = np.concatenate([[0.0], np.cumsum(others)])
    side: Literal["left", "right"] = "left" if standing.is_core else "right"

    def is_core(revenue: float) -> bool:
        ahead = sums[int(np.searchsorted(-others, -revenue, side=side))]
        return bool(revenue > 0 and ahead < rules.core_share * (sums[-1] + revenue) - 0.005)

    now = standing.revenue_12m
    end = float(others[0]) + 0.01 if not standing.is_core and len(others) else 0.0
    if standing.is_core == is_core(end):
        return []
    by = _away(_first(lambda revenue: is_core(revenue) != standing.is_core, now, end) - now)
    if is_core(round(now + by, 2)) == standing.is_core:
        # Whole cents ended exactly on another client's revenue: one more decides it.
        by += math.copysign(0.01, by)
    return [Change("commission", "core", round(by, 2), "not_core" if standing.is_core else "core")]


def _first(turned: Callable[[float], bool], start: float, end: float) -> float:
    """The amount nearest to `start` for which `turned` holds, given that it holds at `end` and keeps holding once it does."""
    inside, outside = start, end
    for _step in range(STEPS):
        middle = (inside + outside) / 2
        if turned(middle):
            outside = middle
        else:
            inside = middle
    return outside


def _away(by: float) -> float:
    """Rounded away from zero to whole cents, so that the stated change is enough."""
    return math.copysign(math.ceil(abs(by) * 100 - 1e-6) / 100, by)
