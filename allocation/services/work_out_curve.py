"""The curve of a scenario: what fairness and match cost in moves. Each point is kept as it comes; run again, it goes on.

It follows every proposal by itself, behind all work that somebody waits for, and ends early when the proposal is one no more.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from allocation.domain.curve import SHARES, budgets_up_to, point
from allocation.domain.held import NoProposal
from allocation.models import Plan
from allocation.services.errors import PlanConflict
from allocation.services.solve_plan import load_case
from branch_crm.core import audit
from branch_crm.core.jobs import Progress, enqueue, rerun
from branch_crm.core.models import JobRun, Staff

CURVE = "allocation.curve"

POINTS = gettext_noop("Working out plans with fewer moves")


@transaction.atomic
def ask_for_curve(*, plan: Plan, actor: Staff) -> Plan:
    """Queue the curve; one that failed goes on from its last point, one that is there or on its way is left alone."""
    fresh = Plan.objects.select_for_update(of=["self"]).select_related("branch", "curve_job").get(pk=plan.pk)
    if fresh.state != Plan.State.PROPOSED:
        raise PlanConflict(_("Only a proposal has a curve: the books have moved on."), code="state")
    job = fresh.curve_job
    if job is None:
        _queue(fresh, actor)
        audit.record(action="allocation.curve_asked", actor=actor, branch=fresh.branch, target=fresh)
    elif job.state in {JobRun.State.FAILED, JobRun.State.CANCELLED}:
        rerun(job=job, actor=actor)
    return fresh


@transaction.atomic
def follow_with_curve(*, plan_id: int) -> Plan:
    """Queue the curve of a new proposal, once. The scenario taken from a point of a curve has that curve already."""
    fresh = Plan.objects.select_for_update(of=["self"]).select_related("branch", "based_on").get(pk=plan_id)
    wanted = fresh.state == Plan.State.PROPOSED and fresh.curve_job_id is None and fresh.outcome.get("moves", 0) > 0
    if wanted and not _on_the_curve_of(fresh, fresh.based_on):
        _queue(fresh, None)
    return fresh


def _on_the_curve_of(plan: Plan, origin: Plan | None) -> bool:
    if origin is None or origin.curve_job_id is None or plan.scope != origin.scope:
        return False
    return {**plan.options, "move_budget": None} == {**origin.options, "move_budget": None}


def _queue(plan: Plan, actor: Staff | None) -> None:
    plan.curve_job = enqueue(CURVE, key=f"{CURVE}:{plan.pk}", branch=plan.branch, actor=actor, plan_id=plan.pk)
    plan.save(update_fields=["curve_job"])


def work_out_curve(*, plan_id: int, progress: Progress | None = None) -> Plan:
    """Fill Plan.curve: {"points": [allocation.domain.curve.point, ...] fewest moves first, "done": bool}."""
    plan = Plan.objects.select_related("branch", "policy", "scoring_run", "behaviour_run").get(pk=plan_id)
    if plan.curve.get("done") or plan.state != Plan.State.PROPOSED:
        return plan
    case, _notes = load_case(plan)
    total = len(SHARES) + 1
    if progress:
        progress.step(POINTS, total=total)
    beat = (lambda _stage, _done, _total: progress.heartbeat()) if progress else None
    points: list[dict[str, Any]] = list(plan.curve.get("points", []))
    if not any(known["unlimited"] for known in points):
        _keep(plan, points, point(case, None, report=beat))
    most = next(known["used"] for known in points if known["unlimited"])
    missed = set(plan.curve.get("missed", []))
    for budget in budgets_up_to(most):
        if progress:
            progress.advance_to(len(points) + len(missed))
        if budget in missed or any(known["moves"] == budget for known in points):
            continue
        if not Plan.objects.filter(pk=plan.pk, state=Plan.State.PROPOSED).exists():
            return plan  # published or put aside meanwhile: nobody will take a point any more
        try:
            _keep(plan, points, point(case, budget, report=beat))
        except NoProposal:
            # So few moves keep no rule at all: the curve begins further right.
            missed.add(budget)
            plan.curve = {**plan.curve, "missed": sorted(missed)}
    plan.curve = {**plan.curve, "done": True}
    plan.save(update_fields=["curve"])
    return plan


def _keep(plan: Plan, points: list[dict[str, Any]], found: dict[str, Any]) -> None:
    points.append(found)
    points.sort(key=lambda known: (known["moves"], known["unlimited"]))
    plan.curve = {**plan.curve, "points": points}
    plan.save(update_fields=["curve"])
