"""Score all clients of a branch for one day: load, decide, save. Safe to run twice and at the same time."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.jobs import Progress
from branch_crm.core.models import Branch
from clients.domain.value.movement import Before, CoreMove, core_move
from clients.domain.value.rules import COMPONENTS, parse_rules
from clients.domain.value.score import Facts, Previous, Scores, nothing_before, score
from clients.domain.value.summary import summarise
from clients.models import ScoringRun, ValuePolicy
from clients.queries.value import RunColumns, run_before, run_columns
from clients.queries.value_facts import windows
from clients.services.collect_facts import collect_facts
from clients.services.default_policies import ensure_value_policy
from clients.services.read_blocks import hold_facts
from clients.services.write_values import write_values

Ints = npt.NDArray[np.int64]


def score_branch(
    *, branch: Branch, as_of: date, policy: ValuePolicy | None = None, progress: Progress | None = None
) -> ScoringRun:
    """Returns the run of these very facts, rules and day; writes nothing when it exists already.

    The run becomes the current one unless a later day has been scored. Tiers hold on to the newest run of an earlier day,
    so scoring a day again, with corrected facts or another policy, does not count twice. Raises RulesError when the
    policy's rules cannot be used.
    """
    policy = policy or ensure_value_policy(branch)
    rules = parse_rules(policy.rules)
    if progress is not None:
        progress.step("Scoring clients")
    with transaction.atomic():
        hold_facts(branch)
        collected = collect_facts(branch, windows(as_of, rules))
        earlier = run_before(branch, as_of)
        columns = run_columns(earlier) if earlier else None
        previous = _previous(collected.facts, as_of, policy, earlier, columns)
        fingerprint = _fingerprint(collected.facts, policy, previous)
        run = ScoringRun.objects.filter(branch=branch, as_of=as_of, inputs_hash=fingerprint).first()
        if run is None:
            scores = score(collected.facts, rules, previous)
            moves, gone = _core_moves(collected.facts, scores, earlier, columns)
            summary = summarise(collected.facts, scores, moves, gone)
            summary["compared_with"] = earlier.pk if earlier else None
            summary["is_review"] = previous.is_review
            run = ScoringRun.objects.create(
                branch=branch,
                as_of=as_of,
                policy=policy,
                inputs_hash=fingerprint,
                summary=summary,
                clients=len(collected.facts),
            )
            write_values(run, collected, scores)
            audit.record(
                action="clients.branch_scored",
                actor=None,
                branch=branch,
                target=run,
                detail={"as_of": as_of.isoformat(), "policy": policy.version, "clients": run.clients},
            )
        _make_current(run)
    return run


def _previous(
    facts: Facts, as_of: date, policy: ValuePolicy, earlier: ScoringRun | None, columns: RunColumns | None
) -> Previous:
    """Tiers and holds of the earlier run in the order of the facts; its scale while month and policy are the same."""
    if earlier is None or columns is None:
        return nothing_before(len(facts))
    place, found = _find(columns.client, facts.client)
    tier, hold = np.zeros(len(facts), dtype=np.int64), np.zeros(len(facts), dtype=np.int64)
    tier[found], hold[found] = columns.tier[place[found]], columns.hold[place[found]]
    same_month = (earlier.as_of.year, earlier.as_of.month) == (as_of.year, as_of.month)
    frozen = None
    if same_month and earlier.policy_id == policy.pk:
        a, b, c = (earlier.summary["scales"][name] for name in COMPONENTS)
        # A part nobody had yet gets its scale with the first data.
        frozen = (a, b, c) if None not in (a, b, c) else None
    return Previous(tier=tier, hold=hold, is_review=not same_month, scales=frozen)


def _fingerprint(facts: Facts, policy: ValuePolicy, previous: Previous) -> str:
    """Over everything that decides the outcome, and nothing else."""
    digest = hashlib.blake2b(digest_size=32)
    plain: dict[str, Any] = {"policy": policy.version, "rules": policy.rules}
    for record in (facts, previous):
        for name, value in vars(record).items():
            if isinstance(value, np.ndarray):
                digest.update(name.encode() + value.tobytes())
            else:
                plain[name] = value
    digest.update(json.dumps(plain, sort_keys=True).encode())
    return digest.hexdigest()


def _core_moves(
    facts: Facts, scores: Scores, earlier: ScoringRun | None, columns: RunColumns | None
) -> tuple[list[CoreMove], int]:
    """Who entered or left the core since the earlier run, and how many core clients are no longer scored at all."""
    if earlier is None or columns is None:
        return [], 0
    line = float(earlier.summary["core"]["cutoff"])
    place, found = _find(columns.client, facts.client)
    was_core = np.zeros(len(facts), dtype=bool)
    was_core[found] = columns.is_core[place[found]] == 1
    moves = (
        core_move(
            int(facts.client[row]),
            before=Before(float(columns.revenue[place[row]]), bool(was_core[row])) if found[row] else None,
            revenue=float(scores.revenue_12m[row]),
            is_core=bool(scores.core.is_core[row]),
            line=line,
        )
        for row in np.flatnonzero(was_core != scores.core.is_core)
    )
    return [move for move in moves if move], int(columns.is_core.sum() - was_core.sum())


def _find(present: Ints, wanted: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Place of each wanted id in the ascending `present`, and whether it is there at all."""
    place = np.searchsorted(present, wanted)
    found = place < len(present)
    found[found] = present[place[found]] == wanted[found]
    return place, found


def _make_current(run: ScoringRun) -> None:
    """Show this run, unless a later day is shown already."""
    shown = ScoringRun.objects.filter(branch=run.branch_id, is_current=True).exclude(pk=run.pk)
    if run.is_current or shown.filter(as_of__gt=run.as_of).exists():
        return
    shown.update(is_current=False)
    ScoringRun.objects.filter(pk=run.pk).update(is_current=True)
    run.is_current = True
