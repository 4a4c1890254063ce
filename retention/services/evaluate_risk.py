"""Hold a version of the early-warning rule against the branch's own past, and tell the current run what its bands have meant."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from branch_crm.core import audit
from branch_crm.core.jobs import Progress, enqueue
from branch_crm.core.models import Branch, JobRun, Staff
from retention.domain.risk.evaluation import (
    DROP,
    SILENCE,
    Day,
    Evaluation,
    banded,
    evaluate,
    from_json,
    hold_against,
    past_days,
    to_json,
)
from retention.domain.risk.measures import measure
from retention.domain.risk.rules import RiskRules, read_risk_rules
from retention.domain.risk.score import score
from retention.models import RiskEvaluation, RiskPolicy, RiskRun
from retention.queries.risk import load_facts
from retention.queries.risk.load_gone import first_holdings, load_gone
from servicelog.services.errors import ServiceLogError
from servicelog.services.policy_desk import mark_of

KIND = "retention.evaluate_risk"


def ask_for_evaluation(*, branch: Branch, policy: RiskPolicy, actor: Staff | None = None) -> JobRun:
    """Put it on the list of jobs; the same rules on the facts of the same day are the same job.

    Raises ServiceLogError before the first night: there are no facts to look back on.
    """
    run = RiskRun.objects.filter(branch=branch, is_current=True).first()
    if run is None:
        raise ServiceLogError(_("No night has read the signs yet. Import the branch's facts first."))
    return enqueue(
        KIND,
        key=evaluation_key(branch, policy, run.as_of),
        branch=branch,
        actor=actor,
        branch_id=branch.pk,
        policy_id=policy.pk,
        as_of=run.as_of.isoformat(),
    )


def ask_when_due(*, branch: Branch, policy: RiskPolicy, on: date) -> bool:
    """Asks for an evaluation of a rule that has none, or whose newest is older than one outcome window: then a day is new."""
    window = timedelta(days=read_risk_rules(policy.rules).outcome_days)
    newest = RiskEvaluation.objects.filter(branch=branch, policy=policy).first()
    if newest is not None and newest.as_of > on - window:
        return False
    ask_for_evaluation(branch=branch, policy=policy)
    return True


def evaluation_under_way(*, branch: Branch) -> JobRun | None:
    """The newest that has been asked for on the facts of the current run and is not done: waiting, running or failed."""
    run = RiskRun.objects.filter(branch=branch, is_current=True).first()
    if run is None:
        return None
    rules = RiskPolicy.objects.filter(Q(branch=branch) | Q(branch=None))
    keys = [evaluation_key(branch, policy, run.as_of) for policy in rules]
    return JobRun.objects.filter(key__in=keys).exclude(state=JobRun.State.SUCCEEDED).order_by("-pk").first()


def evaluation_key(branch: Branch, policy: RiskPolicy, as_of: date) -> str:
    return f"risk-evaluation:{branch.pk}:{policy.pk}:{mark_of(policy)}:{as_of.isoformat()}"


def evaluate_risk(
    *, branch: Branch, policy: RiskPolicy, as_of: date, progress: Progress | None = None
) -> RiskEvaluation:
    """Returns the evaluation; the same past under the same rules is not written twice.

    Each past day worked out is a checkpoint: whoever goes on for a killed worker does not do it again.
    """
    rules = read_risk_rules(policy.rules)
    first = first_holdings(branch)
    days = past_days(as_of=as_of, first=first, rules=rules) if first else []
    if progress:
        progress.step(gettext_noop("Hold the rule against past days"), total=len(days))
    held: dict[str, Any] = dict(progress.checkpoint.get("days", {})) if progress else {}
    for at, day in enumerate(days, start=1):
        if day.isoformat() not in held:
            held[day.isoformat()] = to_json(_hold_day(branch, day, rules))
            if progress:
                progress.save_checkpoint(days=held)
        if progress:
            progress.advance_to(at)
    outcome = {"rules": policy.rules, "days": [held[day.isoformat()] for day in days]}
    told = read_outcome(outcome)
    inputs = json.dumps([policy.pk, as_of.isoformat(), outcome], sort_keys=True)
    with transaction.atomic():
        Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
        evaluation, created = RiskEvaluation.objects.get_or_create(
            branch=branch,
            inputs_hash=hashlib.sha256(inputs.encode()).hexdigest(),
            defaults={"policy": policy, "as_of": as_of, "is_telling": told.is_telling, "outcome": outcome},
        )
        RiskRun.objects.filter(branch=branch, is_current=True, policy=policy).update(
            calibration=known_shares(branch, policy)
        )
        if created:
            audit.record(
                action="retention.risk_evaluated",
                actor=progress.job.created_by if progress else None,
                branch=branch,
                target=evaluation,
                detail={"as_of": as_of.isoformat(), "policy": policy.version, "days": len(days)},
            )
    return evaluation


def read_outcome(outcome: dict[str, Any]) -> Evaluation:
    """What is kept of an evaluation, to be counted up anew."""
    rules = read_risk_rules(outcome["rules"])
    return evaluate([from_json(raw) for raw in outcome["days"]], rules.least_leavers)


def known_shares(branch: Branch, policy: RiskPolicy) -> dict[str, dict[str, Any]]:
    """Band -> n, left, low, high by the newest evaluation of these very rules; empty where too few have left."""
    newest = RiskEvaluation.objects.filter(branch=branch, policy=policy).first()
    if newest is None or not newest.is_telling or newest.outcome["rules"] != policy.rules:
        return {}
    shares = {}
    for band, told in banded(read_outcome(newest.outcome)).items():
        if told.said and told.said.interval:
            low, high = told.said.interval
            shares[str(band)] = {"n": told.said.n, "left": told.said.left, "low": low, "high": high}
    return shares


def _hold_day(branch: Branch, day: date, rules: RiskRules) -> Day:
    """Points as of the day by facts as they were then; gone = not yet on the day, but when the outcome window has passed."""
    facts = load_facts(branch, as_of=day, rules=rules, past=True)
    before = load_gone(branch, on=day, rules=rules)
    facts = facts[~facts["client_id"].isin(list(before))]
    after = load_gone(branch, on=day + timedelta(days=rules.outcome_days), rules=rules)
    measured = measure(facts, rules)
    own = facts.set_index("client_id").loc[measured.client_ids]
    ways = np.array([after.get(int(pk), "") for pk in measured.client_ids], dtype=str)
    return hold_against(
        day=day,
        scored=score(measured, rules),
        others={SILENCE: measured.measures["silence"], DROP: _fall(own)},
        ways=ways,
        digest=_digest(facts, ways),
    )


def _fall(facts: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Share of the net assets at the beginning of the look-back that is no longer here, whatever took it."""
    before = facts["assets_before"].to_numpy(dtype=np.float64)
    now = np.nan_to_num(facts["assets"].to_numpy(dtype=np.float64))
    return np.where(before > 0, 1 - now / np.where(before > 0, before, 1), np.nan)


def _digest(facts: pd.DataFrame, ways: np.ndarray[Any, Any]) -> str:
    digest = hashlib.sha256(np.ascontiguousarray(facts.to_numpy(dtype=np.float64)).tobytes())
    digest.update("\n".join(ways.tolist()).encode())
    return digest.hexdigest()
