"""Try a value policy against another one on a day's data. Writes no value; at most it keeps blocks of facts that were missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from branch_crm.core.models import Branch
from clients.domain.value import movers
from clients.domain.value.comparison import Comparison, Side, compare
from clients.domain.value.movers import Move
from clients.domain.value.rules import DEFAULT_RULES
from clients.domain.value.score import score
from clients.domain.value.sensitivity import Shifted, sensitivity
from clients.models import ValuePolicy
from clients.queries.value import data_as_of, policy_in_force, run_before
from clients.services.keep_facts import SHELF, KeepingReader
from clients.services.prepare_scoring import Prepared, Reader, prepare_scoring

#: Clients named in a list at first, and when more are asked for.
NAMED, MORE = 12, 100


@dataclass(frozen=True)
class Preview:
    """`against` is the version compared with; `moves` are the first of the `total` clients of the list `show`."""

    as_of: date
    against: ValuePolicy
    rules: dict[str, Any]
    comparison: Comparison
    shifts: list[Shifted]
    counts: dict[str, int]
    show: str
    total: int
    moves: list[Move]

    @property
    def can_name_more(self) -> bool:
        return len(self.moves) < min(self.total, MORE)

    @property
    def is_stable(self) -> bool:
        return all(shift.is_stable for shift in self.shifts)


def preview_value_policy(
    *,
    branch: Branch,
    rules: dict[str, Any],
    against: ValuePolicy | None = None,
    show: str = "most",
    named: int = NAMED,
) -> Preview | None:
    """The rules on today's data against those of a version, by default the one in force.

    None where nothing has been imported yet. `show` is a list of `movers`. Raises RulesError naming the fields.
    """
    day = data_as_of(branch)
    if day is None:
        return None
    base = against or policy_in_force(branch) or ValuePolicy(branch=branch, version=1, rules=DEFAULT_RULES)
    first, second = _both(branch, day, base, ValuePolicy(branch=branch, version=0, rules=rules))
    return show_difference(day, first, second, show=show, named=named)


def show_difference(day: date, first: Prepared, second: Prepared, *, show: str, named: int = NAMED) -> Preview:
    """Score both and compare. `first` gives the version compared with."""
    before, after = _side(first), _side(second)
    total, moved = movers.moves(before, after, show, named)
    return Preview(
        as_of=day,
        against=first.policy,
        rules=second.policy.rules,
        comparison=compare(before, after, second.previous),
        shifts=sensitivity(after.scores.parts, after.rules.weights, after.scores.core.size),
        counts=movers.counts(before, after),
        show=show,
        total=total,
        moves=moved,
    )


def _both(branch: Branch, day: date, *policies: ValuePolicy) -> list[Prepared]:
    """Both policies on the very same clients, also when an import ends in between."""
    earlier = run_before(branch, day)

    def read(reader: Reader) -> list[Prepared]:
        return [
            prepare_scoring(branch=branch, as_of=day, policy=policy, earlier=earlier, reader=reader)
            for policy in policies
        ]

    ready = read(KeepingReader(branch))
    if not np.array_equal(ready[0].facts.client, ready[1].facts.client):
        SHELF.clear()
        ready = read(KeepingReader(branch))
    return ready


def _side(ready: Prepared) -> Side:
    return Side(ready.facts, ready.rules, score(ready.facts, ready.rules, ready.previous))
