"""What a policy would do to the branch as it stands today, without writing anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from clients.domain.value.rules import TIERS, parse_rules
from clients.domain.value.score import Facts, Previous, Scores, nothing_before, score
from clients.domain.value.sensitivity import Shifted, correlation, sensitivity
from clients.domain.value.value_types import TYPES
from clients.models import Client

#: Clients named in the preview, largest change of rank among the first first.
NAMED = 15


@dataclass(frozen=True)
class CountRow:
    """Clients of one type, tier or of the core: under the policy in force and under the other one."""

    code: str | int
    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Mover:
    client: Client
    rank_before: int
    rank_after: int
    type_before: str
    type_after: str
    tier_before: int
    tier_after: int
    core_before: bool
    core_after: bool

    @property
    def change(self) -> int:
        """Places gained."""
        return self.rank_before - self.rank_after


@dataclass(frozen=True)
class Preview:
    """`agreement`: rank correlation of V between both policies."""

    clients: int
    types: list[CountRow]
    tiers: list[CountRow]
    core: CountRow
    changed_tier: int
    agreement: float
    shifts: list[Shifted]
    movers: list[Mover]

    @property
    def is_stable(self) -> bool:
        return all(shift.is_stable for shift in self.shifts)


def compare(before_facts: Facts, before_rules: dict[str, Any], facts: Facts, rules: dict[str, Any]) -> Preview:
    """Both policies on the same day's data, each as if there had been no run before: tiers by figures alone."""
    before = score(before_facts, parse_rules(before_rules), _fresh(before_facts))
    after = score(facts, parse_rules(rules), _fresh(facts))
    types = [CountRow(code, _count(before.value_type, i), _count(after.value_type, i)) for i, code in enumerate(TYPES)]
    tiers = [CountRow(tier, _count(before.tiers.tier, tier), _count(after.tiers.tier, tier)) for tier in TIERS]
    return Preview(
        clients=len(facts),
        types=types,
        tiers=tiers,
        core=CountRow("core", before.core.size, after.core.size),
        changed_tier=int((before.tiers.tier != after.tiers.tier).sum()),
        agreement=correlation(before.rank.astype(float), after.rank.astype(float)),
        shifts=sensitivity(after.parts, parse_rules(rules).weights),
        movers=_movers(facts, before, after),
    )


def _fresh(facts: Facts) -> Previous:
    return nothing_before(len(facts))


def _count(codes: np.ndarray[Any, np.dtype[np.int64]], code: int) -> int:
    return int((codes == code).sum())


def _movers(facts: Facts, before: Scores, after: Scores) -> list[Mover]:
    """Who changes tier or core or moves far near the top: a jump from 10 to 20 outweighs one from 9,000 to 9,500."""
    jump = np.abs(np.log(before.rank) - np.log(after.rank))
    jump += (before.tiers.tier != after.tiers.tier) | (before.core.is_core != after.core.is_core)
    rows = [int(row) for row in np.argsort(-jump, kind="stable")[:NAMED] if jump[row] > 0]
    clients = Client.objects.in_bulk([int(facts.client[row]) for row in rows])
    return [
        Mover(
            client=clients[int(facts.client[row])],
            rank_before=int(before.rank[row]),
            rank_after=int(after.rank[row]),
            type_before=TYPES[before.value_type[row]],
            type_after=TYPES[after.value_type[row]],
            tier_before=int(before.tiers.tier[row]),
            tier_after=int(after.tiers.tier[row]),
            core_before=bool(before.core.is_core[row]),
            core_after=bool(after.core.is_core[row]),
        )
        for row in rows
    ]
