"""Run a version of the value policy again on the data of a past scoring, and say whether it comes out the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clients.domain.value.score import Scores, score
from clients.models import ScoringRun, ValuePolicy
from clients.queries.value import run_outcome
from clients.services.keep_facts import KeepingReader
from clients.services.prepare_scoring import Prepared, find, prepare_scoring
from clients.services.preview_value_policy import NAMED, Preview, show_difference


@dataclass(frozen=True)
class Replay:
    """The stored scoring against its own rule, run again today; and the wanted version on the same data.

    `same_inputs`: facts, rule and earlier run have the fingerprint kept with the run; then `differing`, the clients whose
    stored and new outcome differ, is 0. `predecessor_gone`: the run that tiers were held against is no longer kept.
    `clients_now`: clients scored today for that day; one who closed the account since is missing.
    """

    run: ScoringRun
    same_inputs: bool
    differing: int
    predecessor_gone: bool
    clients_now: int
    preview: Preview


def replay_value_policy(*, policy: ValuePolicy, run: ScoringRun, show: str = "most", named: int = NAMED) -> Replay:
    """Writes no value. Raises RulesError when a version's rules cannot be used any more."""
    compared_with = run.summary.get("compared_with")
    earlier = ScoringRun.objects.filter(branch=run.branch_id, pk=compared_with).first() if compared_with else None
    reader = KeepingReader(run.branch)
    own, other = (
        prepare_scoring(branch=run.branch, as_of=run.as_of, policy=each, earlier=earlier, reader=reader)
        for each in (run.policy, policy)
    )
    return Replay(
        run=run,
        same_inputs=own.fingerprint() == run.inputs_hash,
        differing=_differing(run, own, score(own.facts, own.rules, own.previous)),
        predecessor_gone=compared_with is not None and earlier is None,
        clients_now=len(own.facts),
        preview=show_difference(run.as_of, own, other, show=show, named=named),
    )


def _differing(run: ScoringRun, ready: Prepared, scores: Scores) -> int:
    """Clients of either side whose value, rank, type, tier, hold or core mark is not exactly the stored one."""
    stored = run_outcome(run)
    place, found = find(stored["client"], ready.facts.client)
    fresh = {
        "value": scores.value,
        "rank": scores.rank,
        "value_type": scores.value_type,
        "tier": scores.tiers.tier,
        "hold": scores.tiers.hold,
        "is_core": scores.core.is_core,
    }
    same = np.logical_and.reduce([stored[name][place[found]] == column[found] for name, column in fresh.items()])
    return max(len(stored["client"]), len(ready.facts)) - int(same.sum())
