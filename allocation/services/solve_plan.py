"""Work a plan out: load the branch, decide, save the moves. Run again while the plan is being solved, it starts over."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from allocation.domain.balance import balance, head_figures
from allocation.domain.case import Case, Note, Options
from allocation.domain.fit.policy import read_rules
from allocation.domain.held import NoProposal
from allocation.domain.proposal import Proposal, propose
from allocation.domain.reasons import gains_of, reason_codes
from allocation.domain.scope import read_scope, select
from allocation.domain.solver.answer import Reason
from allocation.domain.tables import Ints
from allocation.models import Plan
from allocation.queries.snapshot import load_branch
from branch_crm.core import audit
from branch_crm.core.jobs import Progress

LOADING = gettext_noop("Loading clients and advisors")
MATCHING = gettext_noop("Matching every client with every advisor")
SOLVING = gettext_noop("Searching the best plan")
SAVING = gettext_noop("Saving the moves")

LINE_COLUMNS = (
    "plan_id", "client_id", "before_id", "proposed_id", "after_id", "decision", "revision", "value", "weight", "tier",
    "load", "fit_before", "fit_after", "gain", "reason", "card",
)  # fmt: skip


def solve_plan(*, plan_id: int, progress: Progress | None = None) -> Plan:
    """Returns the plan, proposed or failed; a plan that is no longer being solved is left alone."""
    plan = Plan.objects.select_related("branch", "policy", "scoring_run", "behaviour_run").get(pk=plan_id)
    if plan.state != Plan.State.SOLVING:
        return plan
    _step(progress, LOADING)
    case, notes = load_case(plan)
    _step(progress, MATCHING)
    case.fit  # noqa: B018 - the costly part of the step that is shown
    try:
        if not case.in_scope.any():
            raise NoProposal(Reason("empty_scope"))
        _step(progress, SOLVING)
        proposal = propose(case, report=_reporter(progress))
    except NoProposal as failure:
        return _save_failure(plan, case, failure.reason)
    _step(progress, SAVING)
    return _save_proposal(plan, case, proposal, [*notes, *proposal.notes])


def load_case(plan: Plan) -> tuple[Case, list[Note]]:
    """The plan's branch as the engine sees it now, under the plan's policy, runs, scope and options."""
    options = plan.options
    snapshot = load_branch(
        plan.branch,
        on=timezone.localdate(),
        scoring_run=plan.scoring_run,  # type: ignore[arg-type]  # no run is started before the branch is scored
        behaviour_run=plan.behaviour_run,
        hours={int(pk): hours for pk, hours in options.get("hours", {}).items()},
    )
    scope = read_scope(plan.scope)
    in_scope = select(scope, snapshot.clients, snapshot.advisors) & ~snapshot.closing
    notes = []
    if snapshot.closing.any():
        notes.append(Note("closing_left_alone", {"clients": int(snapshot.closing.sum())}))
    away = [at for at, status in enumerate(snapshot.advisors.status) if status == "on_leave"]
    stays = int((np.isin(snapshot.clients.holder, away) & ~in_scope).sum())
    if stays and scope.kind in ("branch", "filter"):
        notes.append(Note("on_leave_kept", {"clients": stays}))
    case = Case(
        clients=snapshot.clients,
        advisors=snapshot.advisors,
        in_scope=in_scope,
        locks=snapshot.locks,
        refusals=snapshot.refusals,
        rules=read_rules(plan.policy.rules),
        options=Options(
            fairness=options["fairness"],
            switch_penalty=options["switch_penalty"],
            gap=options.get("gap", 0.001),
            time_limit=options.get("time_limit", 120.0),
            seed=options.get("seed", 0),
        ),
    )
    return case, notes


@transaction.atomic
def _save_proposal(plan: Plan, case: Case, proposal: Proposal, notes: list[Note]) -> Plan:
    fresh = Plan.objects.select_for_update().get(pk=plan.pk)
    if fresh.state != Plan.State.SOLVING:
        return fresh
    fresh.lines.all().delete()
    rows = np.flatnonzero(proposal.after != case.clients.holder)
    _copy_lines(fresh, case, proposal, rows)
    answer = proposal.answer
    fresh.outcome = {
        "status": str(answer.status),
        "objective": answer.objective,
        "upper_bound": answer.upper_bound,
        "gap": answer.gap,
        "seconds": answer.seconds,
        **head_figures(case, proposal),
        "band": proposal.band,
        "fairness": proposal.fairness,
        "hour_price": _list(proposal.hour_price),
        "value_price": _list(proposal.value_price),
        "pool_hour_price": None if proposal.pool_hour_price is None else _list(proposal.pool_hour_price),
        "notes": [{"code": note.code, "params": note.params} for note in notes],
        "advisors": case.advisors.to_json(),
    }
    fresh.balance = balance(case, proposal)
    fresh.state = Plan.State.PROPOSED
    fresh.save(update_fields=["outcome", "balance", "state"])
    audit.record(
        action="allocation.plan_proposed",
        actor=fresh.created_by,
        branch=fresh.branch,
        target=fresh,
        detail={"moves": len(rows), "gap": answer.gap, "status": str(answer.status)},
    )
    return fresh


@transaction.atomic
def _save_failure(plan: Plan, case: Case, reason: Reason) -> Plan:
    """`reason` names rows of the case; the plan keeps primary keys."""
    fresh = Plan.objects.select_for_update().get(pk=plan.pk)
    if fresh.state != Plan.State.SOLVING:
        return fresh
    params = dict(reason.params)
    for name, ids in (("client", case.clients.ids), ("advisor", case.advisors.ids), ("other", case.advisors.ids)):
        if name in params:
            params[name] = int(ids[int(str(params[name]))])
    group = params.get("advisors")
    if isinstance(group, list):
        params["advisors"] = [case.advisors.ids[at] for at in group]
    fresh.outcome = {"status": "infeasible", "reason": {"code": reason.code, "params": params, "proven": reason.proven}}
    fresh.state = Plan.State.FAILED
    fresh.save(update_fields=["outcome", "state"])
    audit.record(
        action="allocation.plan_failed",
        actor=fresh.created_by,
        branch=fresh.branch,
        target=fresh,
        detail={"reason": reason.code},
    )
    return fresh


def _copy_lines(plan: Plan, case: Case, proposal: Proposal, rows: Ints) -> None:
    ids = [*case.advisors.ids, None]
    serving = np.append(case.advisors.serving, False)
    refused: dict[int, list[int]] = {}
    for client, advisor in case.refusals:
        refused.setdefault(int(client), []).append(int(advisor))
    gains, reasons = gains_of(case, proposal, rows), reason_codes(case, proposal, rows)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for at, row in enumerate(rows):
        before, after = int(case.clients.holder[row]), int(proposal.after[row])
        writer.writerow(
            (
                plan.pk,
                int(case.clients.ids[row]),
                ids[before],
                ids[after],
                ids[after],
                "pending",
                0,
                float(case.clients.value[row]),
                float(case.weight[row]),
                int(case.clients.tier[row]),
                float(case.load[row]),
                float(case.fit[row, before]) if serving[before] else None,
                float(case.fit[row, after]) if after >= 0 else None,
                float(gains[at]),
                reasons[at],
                json.dumps(
                    {"client": case.clients.row(int(row)), "refused": refused.get(int(case.clients.ids[row]), [])}
                ),
            )
        )
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY allocation_planline ({', '.join(LINE_COLUMNS)}) FROM STDIN WITH (FORMAT csv)", buffer)


def _step(progress: Progress | None, name: str) -> None:
    if progress:
        progress.step(name)


def _reporter(progress: Progress | None) -> Any:
    """The engine reports often; the ledger hears twice a second that it lives."""
    return (lambda _stage, _done, _total: progress.heartbeat()) if progress else None


def _list(prices: np.ndarray) -> list[float | None]:
    return [None if np.isnan(price) else float(price) for price in prices]
