"""When a second person must approve a plan: the measures of the match policy, one function for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allocation.domain.fit.policy import MatchRules


@dataclass(frozen=True)
class PlanSize:
    """What a publication would move: clients, their share of the branch's value (0 to 1), clients per tier."""

    moves: int
    value_share: float
    by_tier: dict[int, int]


def second_needed(size: PlanSize, rules: MatchRules) -> dict[str, dict[str, Any]]:
    """The measures that ask for a second person, each with its figure and its limit; empty = one person is enough.

    `moves` and `value`: more than the limit. `tier`: at least one client of that tier or above; its figure counts them.
    A plan that moves nobody needs nobody.
    """
    asked: dict[str, dict[str, Any]] = {}
    if rules.second_from_moves is not None and size.moves > rules.second_from_moves:
        asked["moves"] = {"figure": size.moves, "limit": rules.second_from_moves}
    if rules.second_from_value is not None and size.value_share > rules.second_from_value:
        asked["value"] = {"figure": round(size.value_share, 4), "limit": rules.second_from_value}
    if rules.second_from_tier is not None:
        high = sum(count for tier, count in size.by_tier.items() if tier >= rules.second_from_tier)
        if high:
            asked["tier"] = {"figure": high, "limit": rules.second_from_tier}
    return asked
