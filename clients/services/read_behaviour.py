"""Read the behaviour of a whole branch for one day, put it together with what clients say, and make it the current run."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection, transaction
from django.db.models import Count, Max, Sum

from branch_crm.core import audit, trading_calendar
from branch_crm.core.jobs import Progress
from branch_crm.core.models import Branch
from clients.domain.persona.combine import combine
from clients.domain.persona.default_rules import TYPES
from clients.domain.persona.observed import Observed, observe
from clients.domain.persona.proxies import Proxies, work_out
from clients.models import AssetSnapshot, BehaviourRun, Client, PersonaPolicy, Position, Trade
from clients.queries.behaviour import load_behaviour
from clients.queries.persona import Words, active_persona_policy, words_of
from clients.services.refresh_figures import refresh_figures


def read_behaviour(
    *, branch: Branch, as_of: date, policy: PersonaPolicy | None = None, progress: Progress | None = None
) -> BehaviourRun:
    """Returns the run of that day. The same day with the same inputs and policy is not read twice and writes nothing.

    An older day never takes the place of a newer current run.
    """
    policy = policy or active_persona_policy(branch, on=as_of)
    words = words_of(branch, on=as_of)
    inputs_hash = _fingerprint(branch, policy, as_of, words)
    done = BehaviourRun.objects.filter(branch=branch, as_of=as_of, inputs_hash=inputs_hash).first()
    if done is not None:
        return done
    if progress:
        progress.step("Reading behaviour")
    loaded = load_behaviour(branch, as_of=as_of, calendar=trading_calendar.load())
    proxies = work_out(loaded.behaviour, policy.rules)
    assets = np.nan_to_num(loaded.behaviour.accounts["total_assets"].to_numpy(dtype=np.float64))
    seen = observe(proxies.figures, proxies.trades, assets, policy.rules)
    frame = _rows(loaded.client_ids, proxies, seen, words, policy.rules)
    if progress:
        progress.heartbeat()
    with transaction.atomic():
        # Two nights at once: the second waits here and finds the first one's run.
        Branch.objects.select_for_update().get(pk=branch.pk)
        done = BehaviourRun.objects.filter(branch=branch, as_of=as_of, inputs_hash=inputs_hash).first()
        if done is not None:
            return done
        run = BehaviourRun.objects.create(
            branch=branch, as_of=as_of, policy=policy, inputs_hash=inputs_hash, summary=_summary(frame)
        )
        _copy_in(run, frame)
        newest = BehaviourRun.objects.filter(branch=branch, is_current=True).first()
        if newest is None or newest.as_of <= as_of:
            BehaviourRun.objects.filter(branch=branch, is_current=True).update(is_current=False)
            BehaviourRun.objects.filter(pk=run.pk).update(is_current=True)
            run.is_current = True
            refresh_figures(branch=branch)
        audit.record(
            action="clients.behaviour_read",
            actor=None,
            branch=branch,
            target=run,
            detail={"as_of": as_of.isoformat(), "policy": policy.version, "clients": len(frame)},
        )
    return run


def _fingerprint(branch: Branch, policy: PersonaPolicy, as_of: date, words: Words) -> str:
    inputs: list[Any] = [policy.pk, policy.rules, as_of.isoformat(), words.fingerprint()]
    inputs.append(Client.objects.filter(branch=branch).count())
    for model, amount in ((Trade, "amount"), (AssetSnapshot, "total"), (Position, "value")):
        facts = model.objects.filter(branch=branch, day__lte=as_of)
        inputs.append(facts.aggregate(n=Count("pk"), last=Max("pk"), money=Sum(amount)))
    return hashlib.sha256(json.dumps(inputs, default=str, sort_keys=True).encode()).hexdigest()


def _rows(
    client_ids: np.ndarray[Any, Any], proxies: Proxies, seen: Observed, words: Words, rules: dict[str, Any]
) -> pd.DataFrame:
    """One row per client. Only the few clients with a form or an override are combined one by one."""
    stated = [""] * len(client_ids)
    persona = seen.persona.tolist()
    confidence = np.round(seen.confidence, 4).tolist()
    needs_talk = [False] * len(client_ids)
    row_of = {int(pk): row for row, pk in enumerate(client_ids)}
    for pk in words.stated.keys() | words.overrides.keys():
        row = row_of.get(pk)
        if row is None:
            continue
        said, said_confidence = words.stated.get(pk, ("", 0.0))
        outcome = combine(said, said_confidence, str(seen.persona[row]), float(seen.confidence[row]), rules)
        override = words.overrides.get(pk)
        stated[row] = said
        persona[row] = override or outcome.persona
        confidence[row] = 1.0 if override else round(outcome.confidence, 4)
        needs_talk[row] = outcome.needs_talk
    return pd.DataFrame(
        {
            "client_id": client_ids,
            "observed": seen.persona,
            "observed_confidence": np.round(seen.confidence, 4),
            "evidence": _evidence(proxies, seen),
            "stated": stated,
            "persona": persona,
            "confidence": confidence,
            "needs_talk": needs_talk,
        }
    )


def _evidence(proxies: Proxies, seen: Observed) -> list[str]:
    """JSON per client: proxy -> [figure, percentile], "scores" -> type scores, "trades" -> count; built column by column."""
    parts = [
        [f'"{name}":[{figure},{place}]' for figure, place in zip(_numbers(proxies.figures[name]), _numbers(places))]
        for name, places in seen.percentiles.items()
    ]
    scores = [[f'"{kind}":{score}' for score in _numbers(seen.scores[:, k])] for k, kind in enumerate(TYPES)]
    parts.append([f'"scores":{{{",".join(row)}}}' for row in zip(*scores)])
    parts.append([f'"trades":{count:.0f}' for count in proxies.trades])
    return [f"{{{','.join(row)}}}" for row in zip(*parts)]


def _numbers(figures: np.ndarray[Any, Any]) -> list[str]:
    return ["null" if np.isnan(figure) else f"{figure:.6g}" for figure in figures.tolist()]


def _copy_in(run: BehaviourRun, frame: pd.DataFrame) -> None:
    frame = frame.assign(run_id=run.pk, branch_id=run.branch_id)
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False, header=False)
    buffer.seek(0)
    columns = ", ".join(frame.columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY clients_clientbehaviour ({columns}) FROM STDIN "
            "(FORMAT csv, FORCE_NOT_NULL (observed, stated, persona))",
            buffer,
        )


def _summary(frame: pd.DataFrame) -> dict[str, Any]:
    return {
        "clients": len(frame),
        "personas": dict(Counter(frame["persona"])),
        "needs_talk": int(frame["needs_talk"].sum()),
    }
