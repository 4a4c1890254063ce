"""Score all clients of a branch for one day: load, decide, save. Safe to run twice and at the same time."""

from __future__ import annotations

from datetime import date

import numpy as np
from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.jobs import Progress
from branch_crm.core.models import Branch
from clients.domain.value.movement import Before, CoreMove, core_move
from clients.domain.value.score import Facts, Scores, score
from clients.domain.value.summary import summarise
from clients.models import ScoringRun, ValuePolicy
from clients.queries.value import RunColumns, run_before
from clients.services.default_policies import ensure_value_policy
from clients.services.prepare_scoring import Reader, find, prepare_scoring
from clients.services.read_blocks import hold_facts
from clients.services.write_values import write_values


def score_branch(
    *, branch: Branch, as_of: date, policy: ValuePolicy | None = None, progress: Progress | None = None
) -> ScoringRun:
    """Returns the run of these very facts, rules and day; writes nothing when it exists already.

    The run becomes the current one unless a later day has been scored. Tiers hold on to the newest run of an earlier day,
    so scoring a day again, with corrected facts or another policy, does not count twice. Raises RulesError when the
    policy's rules cannot be used.
    """
    policy = policy or ensure_value_policy(branch)
    if progress is not None:
        progress.step("Scoring clients")
    with transaction.atomic():
        hold_facts(branch)
        earlier = run_before(branch, as_of)
        ready = prepare_scoring(branch=branch, as_of=as_of, policy=policy, earlier=earlier, reader=Reader())
        fingerprint = ready.fingerprint()
        run = ScoringRun.objects.filter(branch=branch, as_of=as_of, inputs_hash=fingerprint).first()
        if run is None:
            scores = score(ready.facts, ready.rules, ready.previous)
            moves, gone = _core_moves(ready.facts, scores, earlier, ready.columns)
            summary = summarise(ready.facts, scores, moves, gone)
            summary["compared_with"] = earlier.pk if earlier else None
            summary["is_review"] = ready.previous.is_review
            run = ScoringRun.objects.create(
                branch=branch,
                as_of=as_of,
                policy=policy,
                inputs_hash=fingerprint,
                summary=summary,
                clients=len(ready.facts),
            )
            write_values(run, ready.collected, scores)
            audit.record(
                action="clients.branch_scored",
                actor=None,
                branch=branch,
                target=run,
                detail={"as_of": as_of.isoformat(), "policy": policy.version, "clients": run.clients},
            )
        _make_current(run)
    return run


def _core_moves(
    facts: Facts, scores: Scores, earlier: ScoringRun | None, columns: RunColumns | None
) -> tuple[list[CoreMove], int]:
    """Who entered or left the core since the earlier run, and how many core clients are no longer scored at all."""
    if earlier is None or columns is None:
        return [], 0
    line = float(earlier.summary["core"]["cutoff"])
    place, found = find(columns.client, facts.client)
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


def _make_current(run: ScoringRun) -> None:
    """Show this run, unless a later day is shown already."""
    shown = ScoringRun.objects.filter(branch=run.branch_id, is_current=True).exclude(pk=run.pk)
    if run.is_current or shown.filter(as_of__gt=run.as_of).exists():
        return
    shown.update(is_current=False)
    ScoringRun.objects.filter(pk=run.pk).update(is_current=True)
    run.is_current = True
