"""Read the signs of leaving of a whole branch for one day, explained client by client, and make it the current run."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from branch_crm.core import audit
from branch_crm.core.jobs import Progress
from branch_crm.core.models import Branch
from retention.domain.risk.measures import Floats, Measured, measure
from retention.domain.risk.rules import SIGNALS, read_risk_rules
from retention.domain.risk.score import Scored, score
from retention.models import RiskPolicy, RiskRun
from retention.queries.risk import load_facts
from retention.services.evaluate_risk import known_shares
from retention.services.keep_measures import keep_measures
from retention.services.risk_policies import ensure_risk_policy


def score_risk(
    *, branch: Branch, as_of: date, policy: RiskPolicy | None = None, progress: Progress | None = None
) -> RiskRun:
    """Returns the run of that day. The same day with the same facts and rule writes nothing.

    Only clients with at least one point get a row: without a sign there is nothing to explain. An older day never takes the
    place of a newer current run.
    """
    policy = policy or ensure_risk_policy(branch=branch, on=as_of)
    rules = read_risk_rules(policy.rules)
    if progress:
        progress.step(gettext_noop("Reading signs of leaving"))
    facts = load_facts(branch, as_of=as_of, rules=rules)
    measured = measure(facts, rules)
    inputs_hash = _fingerprint(policy, as_of, facts)
    with transaction.atomic():
        # Two nights at once: the second waits here and finds the first one's run.
        Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
        done = RiskRun.objects.filter(branch=branch, as_of=as_of, inputs_hash=inputs_hash).first()
        if done is not None:
            return done
        run = RiskRun.objects.create(
            branch=branch,
            as_of=as_of,
            policy=policy,
            inputs_hash=inputs_hash,
            clients=len(measured.client_ids),
            calibration=known_shares(branch, policy),
        )
        explained = _copy_in(run, measured, score(measured, rules))
        newest = RiskRun.objects.filter(branch=branch, is_current=True).first()
        if newest is None or newest.as_of <= as_of:
            RiskRun.objects.filter(branch=branch, is_current=True).update(is_current=False)
            run.is_current = True
            run.save(update_fields=["is_current"])
            keep_measures(run, measured)
        audit.record(
            action="retention.risk_scored",
            actor=None,
            branch=branch,
            target=run,
            detail={
                "as_of": as_of.isoformat(),
                "policy": policy.version,
                "clients": run.clients,
                "with_signs": explained,
            },
        )
    return run


def _fingerprint(policy: RiskPolicy, as_of: date, facts: pd.DataFrame) -> str:
    """The facts themselves are hashed: counting them in their tables would read everything a second time."""
    digest = hashlib.sha256(json.dumps([policy.pk, policy.rules, as_of.isoformat()], sort_keys=True).encode())
    digest.update(np.ascontiguousarray(facts.to_numpy(dtype=np.float64)).tobytes())
    return digest.hexdigest()


def _copy_in(run: RiskRun, measured: Measured, scored: Scored) -> int:
    rows = np.flatnonzero(scored.points > 0)
    frame = pd.DataFrame(
        {
            "run_id": run.pk,
            "branch_id": run.branch_id,
            "client_id": measured.client_ids[rows],
            "points": scored.points[rows],
            "band": scored.bands[rows],
            "signals": _explained(measured, scored, rows),
        }
    )
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False, header=False)
    buffer.seek(0)
    columns = ", ".join(frame.columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY retention_clientrisk ({columns}) FROM STDIN (FORMAT csv)", buffer)
    return len(rows)


def _explained(measured: Measured, scored: Scored, rows: npt.NDArray[np.int64]) -> list[str]:
    """JSON a row: signal -> points, measure and the figures it was made of, for the signals that gave points. Column by column, as
    most of a night would else be spent on picking single numbers."""
    told: list[dict[str, Any]] = [{} for _row in rows]
    for at, code in enumerate(SIGNALS):
        given = np.flatnonzero(scored.by_signal[rows, at] > 0)
        places = rows[given]
        points = scored.by_signal[places, at].tolist()
        measures = np.round(measured.measures[code][places], 4).tolist()
        columns = {name: _plain(values[places]) for name, values in measured.figures[code].items()}
        for nth, row in enumerate(given):
            figures = {name: column[nth] for name, column in columns.items()}
            told[row][code] = {"points": points[nth], "measure": measures[nth], "figures": figures}
    return [json.dumps(each) for each in told]


def _plain(values: Floats) -> list[float | None]:
    return [None if np.isnan(value) else value for value in np.round(values, 6).tolist()]
