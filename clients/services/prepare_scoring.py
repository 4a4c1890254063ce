"""Everything that decides the outcome of a scoring, read but not yet decided: facts, rules, and the run before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from branch_crm.core.models import Branch
from clients.domain.value.rules import COMPONENTS, ValueRules, parse_rules
from clients.domain.value.score import Facts, Previous, nothing_before
from clients.models import ScoringRun, ValuePolicy
from clients.queries.value import RunColumns, run_columns
from clients.queries.value_facts import windows
from clients.services.collect_facts import CollectedFacts, collect_facts

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Prepared:
    """`earlier` is the run of an earlier day that tiers and core moves are measured against, `columns` its rows."""

    policy: ValuePolicy
    rules: ValueRules
    collected: CollectedFacts
    earlier: ScoringRun | None
    columns: RunColumns | None
    previous: Previous

    @property
    def facts(self) -> Facts:
        return self.collected.facts

    def fingerprint(self) -> str:
        """Over everything that decides the outcome, and nothing else."""
        digest = hashlib.blake2b(digest_size=32)
        plain: dict[str, Any] = {"policy": self.policy.version, "rules": self.policy.rules}
        for record in (self.facts, self.previous):
            for name, value in vars(record).items():
                if isinstance(value, np.ndarray):
                    digest.update(name.encode() + value.tobytes())
                else:
                    plain[name] = value
        digest.update(json.dumps(plain, sort_keys=True).encode())
        return digest.hexdigest()


class Reader:
    """Where a scoring reads from: the database itself. Trials read through a shelf (`keep_facts`)."""

    def facts(self, branch: Branch, as_of: date, rules: ValueRules) -> CollectedFacts:
        return collect_facts(branch, windows(as_of, rules))

    def columns(self, run: ScoringRun) -> RunColumns:
        return run_columns(run)


def prepare_scoring(
    *, branch: Branch, as_of: date, policy: ValuePolicy, earlier: ScoringRun | None, reader: Reader
) -> Prepared:
    """`policy` may be unsaved. Raises RulesError when its rules cannot be used."""
    rules = parse_rules(policy.rules)
    collected = reader.facts(branch, as_of, rules)
    columns = reader.columns(earlier) if earlier else None
    previous = _previous(collected.facts, as_of, policy, earlier, columns)
    return Prepared(policy, rules, collected, earlier, columns, previous)


def find(present: Ints, wanted: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Place of each wanted id in the ascending `present`, and whether it is there at all."""
    place = np.searchsorted(present, wanted)
    found = place < len(present)
    found[found] = present[place[found]] == wanted[found]
    return place, found


def _previous(
    facts: Facts, as_of: date, policy: ValuePolicy, earlier: ScoringRun | None, columns: RunColumns | None
) -> Previous:
    """Tiers and holds of the earlier run in the order of the facts; its scale while month and policy are the same."""
    if earlier is None or columns is None:
        return nothing_before(len(facts))
    place, found = find(columns.client, facts.client)
    tier, hold = np.zeros(len(facts), dtype=np.int64), np.zeros(len(facts), dtype=np.int64)
    tier[found], hold[found] = columns.tier[place[found]], columns.hold[place[found]]
    same_month = (earlier.as_of.year, earlier.as_of.month) == (as_of.year, as_of.month)
    frozen = None
    if same_month and earlier.policy_id == policy.pk:
        a, b, c = (earlier.summary["scales"][name] for name in COMPONENTS)
        # A part nobody had yet gets its scale with the first data.
        frozen = (a, b, c) if None not in (a, b, c) else None
    return Previous(tier=tier, hold=hold, is_review=not same_month, scales=frozen)
