"""Who moves from one rule to another, and why: the lists behind the counts of a comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clients.domain.value.comparison import Side
from clients.domain.value.rules import COMPONENTS, TIERS
from clients.domain.value.value_types import TYPES

Bools = npt.NDArray[np.bool_]

#: Lists there are besides the cells of the two matrices: all, by direction of the rank, by core, by tier.
LISTS = ("most", "up", "down", "entered", "left", "tier_up", "tier_down")


@dataclass(frozen=True)
class Reason:
    """Why a client moves, as numbers.

    `core_line`: the line of the core went from `before` to `after` 元, the client brings `amount` a year.
    `revenue`: the client's own counted net revenue went from `before` to `after`.
    `tier_assets`, `tier_commission`: the threshold of tier `level` went from `before` to `after`, the client has `amount`.
    `points`: term `component` brought `before` points of V and brings `after`; all clients on average gained `amount`.
    """

    code: str
    before: float
    after: float
    amount: float = 0.0
    level: int = 0
    component: str = ""


@dataclass(frozen=True)
class Move:
    """One client (by id) under both rules; tiers by figures alone. `change`: places gained."""

    client: int
    rank_before: int
    rank_after: int
    value_before: float
    value_after: float
    type_before: str
    type_after: str
    tier_before: int
    tier_after: int
    core_before: bool
    core_after: bool
    reasons: tuple[Reason, ...]

    @property
    def change(self) -> int:
        return self.rank_before - self.rank_after


def is_list(name: str) -> bool:
    """Whether `moves` knows the list: one of LISTS, or a cell such as `tier-3-2` or `type-asset-balanced`."""
    return name in LISTS or _cell(name) is not None


def moves(before: Side, after: Side, which: str, limit: int) -> tuple[int, list[Move]]:
    """How many clients the list has, and the first `limit` of them: the largest relative change of rank first.

    A jump from 10 to 20 outweighs one from 9,000 to 9,500. `which` must satisfy `is_list`.
    """
    first, second = before.scores, after.scores
    chosen = np.flatnonzero(_mask(before, after, which))
    jump = np.abs(np.log(first.rank[chosen]) - np.log(second.rank[chosen]))
    if which == "most":
        other_tier = first.tiers.raw[chosen] != second.tiers.raw[chosen]
        jump += other_tier | (first.core.is_core[chosen] != second.core.is_core[chosen])
    # Of equal jumps the more valuable client first.
    order = np.lexsort((second.rank[chosen], -jump))[:limit]
    drift = (second.points - first.points).mean(axis=0)
    return len(chosen), [_move(before, after, int(row), drift) for row in chosen[order]]


def counts(before: Side, after: Side) -> dict[str, int]:
    """How many clients each of LISTS has."""
    return {name: int(mask.sum()) for name, mask in _masks(before, after).items()}


def _masks(before: Side, after: Side) -> dict[str, Bools]:
    first, second = before.scores, after.scores
    masks: dict[str, Bools] = {
        "up": second.rank < first.rank,
        "down": second.rank > first.rank,
        "entered": second.core.is_core & ~first.core.is_core,
        "left": first.core.is_core & ~second.core.is_core,
        "tier_up": second.tiers.raw > first.tiers.raw,
        "tier_down": second.tiers.raw < first.tiers.raw,
    }
    return {"most": np.logical_or.reduce(tuple(masks.values()))} | masks


def _mask(before: Side, after: Side, which: str) -> Bools:
    cell = _cell(which)
    if cell is None:
        return _masks(before, after)[which]
    kind, old, new = cell
    first, second = before.scores, after.scores
    was, becomes = (first.tiers.raw, second.tiers.raw) if kind == "tier" else (first.value_type, second.value_type)
    mask: Bools = (was == old) & (becomes == new)
    return mask


def _cell(name: str) -> tuple[str, int, int] | None:
    kind, _, pair = name.partition("-")
    codes = {"tier": {str(tier): tier for tier in TIERS}, "type": {code: i for i, code in enumerate(TYPES)}}.get(
        kind, {}
    )
    old, _, new = pair.partition("-")
    return (kind, codes[old], codes[new]) if old in codes and new in codes else None


def _move(before: Side, after: Side, row: int, drift: npt.NDArray[np.float64]) -> Move:
    first, second = before.scores, after.scores
    return Move(
        client=int(after.facts.client[row]),
        rank_before=int(first.rank[row]),
        rank_after=int(second.rank[row]),
        value_before=float(first.value[row]),
        value_after=float(second.value[row]),
        type_before=TYPES[first.value_type[row]],
        type_after=TYPES[second.value_type[row]],
        tier_before=int(first.tiers.raw[row]),
        tier_after=int(second.tiers.raw[row]),
        core_before=bool(first.core.is_core[row]),
        core_after=bool(second.core.is_core[row]),
        reasons=tuple(
            reason
            for reason in (_core(before, after, row), _tier(before, after, row), _points(before, after, row, drift))
            if reason
        ),
    )


def _core(before: Side, after: Side, row: int) -> Reason | None:
    first, second = before.scores, after.scores
    if first.core.is_core[row] == second.core.is_core[row]:
        return None
    was, now = float(first.revenue_12m[row]), float(second.revenue_12m[row])
    if abs(now - was) >= 0.01:
        return Reason("revenue", was, now)
    return Reason("core_line", first.core.cutoff, second.core.cutoff, amount=now)


def _tier(before: Side, after: Side, row: int) -> Reason | None:
    """The threshold that decides: of the higher of both tiers, by the figure that reaches it under the rule that gives it."""
    old, new = int(before.scores.tiers.raw[row]), int(after.scores.tiers.raw[row])
    if old == new:
        return None
    level, giving = max(old, new), after if new > old else before
    by_assets = bool(giving.facts.net_assets[row] >= giving.rules.tier_assets[level - 1])
    name = "assets" if by_assets else "commission"
    thresholds = [getattr(side.rules, f"tier_{name}")[level - 1] for side in (before, after)]
    figures = after.facts.net_assets if by_assets else after.facts.commission_12m
    amount = float(np.nan_to_num(figures[row]))
    return Reason(f"tier_{name}", thresholds[0], thresholds[1], amount=amount, level=level)


def _points(before: Side, after: Side, row: int, drift: npt.NDArray[np.float64]) -> Reason | None:
    """The term that moved most against everybody else's, in the direction of the rank."""
    first, second = before.scores, after.scores
    places = int(first.rank[row] - second.rank[row])
    if not places:
        return None
    own = second.points[row] - first.points[row]
    index = int(np.argmax((own - drift) * np.sign(places)))
    return Reason(
        "points",
        float(first.points[row, index]),
        float(second.points[row, index]),
        amount=float(drift[index]),
        component=COMPONENTS[index],
    )
