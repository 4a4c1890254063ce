"""Work a plan out: load the branch, decide, save the moves. Run again while the plan is being solved, it starts over."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from allocation.domain.balance import balance
from allocation.domain.budget import read_budget
from allocation.domain.case import Case, Note, Options
from allocation.domain.fit.policy import MatchRules, read_rules
from allocation.domain.guard import guarded
from allocation.domain.held import NoProposal
from allocation.domain.proposal import Proposal, propose
from allocation.domain.scope import read_scope, select
from allocation.domain.solver.answer import Reason
from allocation.domain.tables import Bools, ClientTable
from allocation.models import Plan
from allocation.queries.guard import days_since_complaint, recent_transfers
from allocation.queries.snapshot import load_branch
from allocation.services.save_lines import copy_lines, outcome_of
from branch_crm.core import audit
from branch_crm.core.jobs import Progress

LOADING = gettext_noop("Loading clients and advisors")
MATCHING = gettext_noop("Matching every client with every advisor")
SOLVING = gettext_noop("Searching the best plan")
SAVING = gettext_noop("Saving the moves")


def solve_plan(*, plan_id: int, progress: Progress | None = None) -> Plan:
    """Returns the plan, proposed or failed; a plan that is no longer being solved is left alone."""
    plan = Plan.objects.select_related("branch", "policy", "scoring_run", "behaviour_run").get(pk=plan_id)
    if plan.state != Plan.State.SOLVING:
        return plan
    say_step(progress, LOADING)
    case, notes = load_case(plan)
    say_step(progress, MATCHING)
    case.fit  # noqa: B018 - the costly part of the step that is shown
    try:
        if not case.in_scope.any():
            raise NoProposal(Reason("empty_scope"))
        say_step(progress, SOLVING)
        proposal = propose(case, report=pulse_of(progress))
    except NoProposal as failure:
        return _save_failure(plan, case, failure.reason)
    say_step(progress, SAVING)
    return _save_proposal(plan, case, proposal, [*notes, *proposal.notes])


def load_case(plan: Plan) -> tuple[Case, list[Note]]:
    """The plan's branch as the engine sees it now, under the plan's policy, runs, scope and options."""
    options, today = plan.options, timezone.localdate()
    rules = read_rules(plan.policy.rules)
    leaving = options.get("leaving", [])
    snapshot = load_branch(
        plan.branch,
        on=today,
        scoring_run=plan.scoring_run,  # type: ignore[arg-type]  # no run is started before the branch is scored
        behaviour_run=plan.behaviour_run,
        hours={int(pk): hours for pk, hours in options.get("hours", {}).items()},
        leaving=leaving,
    )
    scope = read_scope(plan.scope)
    in_scope = select(scope, snapshot.clients, snapshot.advisors)
    gone = [at for at, pk in enumerate(snapshot.advisors.ids) if pk in leaving]
    in_scope = (in_scope | np.isin(snapshot.clients.holder, gone)) & ~snapshot.closing
    notes = []
    if not options.get("transfer_guard", True):
        notes.append(Note("guard_off"))
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
        locks=snapshot.locks[~np.isin(snapshot.locks[:, 0], options.get("locks_off", []))],
        refusals=snapshot.refusals,
        rules=rules,
        guarded=_guarded(plan, snapshot.clients, rules, on=today),
        options=Options(
            fairness=options["fairness"],
            switch_penalty=options["switch_penalty"],
            most_moves=read_budget(options.get("move_budget"), int(in_scope.sum())),
            gap=options.get("gap", 0.001),
            time_limit=options.get("time_limit", 120.0),
            seed=options.get("seed", 0),
        ),
    )
    return case, notes


def _guarded(plan: Plan, clients: ClientTable, rules: MatchRules, *, on: date) -> Bools | None:
    if not plan.options.get("transfer_guard", True):
        return None
    transfers = recent_transfers(plan.branch, clients.ids, on=on, days=rules.guard_days)
    return guarded(transfers, days_since_complaint(plan.branch, clients.ids, on=on), rules)


@transaction.atomic
def _save_proposal(plan: Plan, case: Case, proposal: Proposal, notes: list[Note]) -> Plan:
    fresh = Plan.objects.select_for_update().get(pk=plan.pk)
    if fresh.state != Plan.State.SOLVING:
        return fresh
    fresh.lines.all().delete()
    rows = np.flatnonzero(proposal.after != case.clients.holder)
    copy_lines(fresh, case, proposal, rows)
    fresh.outcome = outcome_of(case, proposal, notes)
    fresh.balance = balance(case, proposal)
    fresh.state = Plan.State.PROPOSED
    fresh.save(update_fields=["outcome", "balance", "state"])
    audit.record(
        action="allocation.plan_proposed",
        actor=fresh.created_by,
        branch=fresh.branch,
        target=fresh,
        detail={"moves": len(rows), "gap": proposal.answer.gap, "status": str(proposal.answer.status)},
    )
    return fresh


@transaction.atomic
def _save_failure(plan: Plan, case: Case, reason: Reason) -> Plan:
    """`reason` names rows of the case; the plan keeps primary keys."""
    fresh = Plan.objects.select_for_update().get(pk=plan.pk)
    if fresh.state != Plan.State.SOLVING:
        return fresh
    fresh.outcome = {"status": "infeasible", "reason": reason_in_ids(case, reason)}
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


def reason_in_ids(case: Case, reason: Reason) -> dict[str, Any]:
    """A reason in rows of the case as JSON with primary keys."""
    params = dict(reason.params)
    for name, ids in (("client", case.clients.ids), ("advisor", case.advisors.ids), ("other", case.advisors.ids)):
        if name in params:
            params[name] = int(ids[int(str(params[name]))])
    group = params.get("advisors")
    if isinstance(group, list):
        params["advisors"] = [case.advisors.ids[at] for at in group]
    return {"code": reason.code, "params": params, "proven": reason.proven}


def say_step(progress: Progress | None, name: str) -> None:
    if progress:
        progress.step(name)


def pulse_of(progress: Progress | None) -> Any:
    """The engine reports often; the ledger hears twice a second that it lives."""
    return (lambda _stage, _done, _total: progress.heartbeat()) if progress else None
