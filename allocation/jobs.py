"""Long work of this app."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from allocation.services.freeze_handovers import FREEZE, freeze_handovers
from allocation.services.solve_again import AGAIN, solve_again
from allocation.services.solve_plan import solve_plan
from allocation.services.start_run import SOLVE
from allocation.services.work_out_curve import CURVE, follow_with_curve, work_out_curve
from branch_crm.core.jobs import Progress, job_kind
from branch_crm.core.models import Branch


@job_kind(SOLVE)
def run_solve(progress: Progress, *, plan_id: int) -> dict[str, Any]:
    plan = solve_plan(plan_id=plan_id, progress=progress)
    follow_with_curve(plan_id=plan.pk)
    return {"plan": plan.pk, "state": plan.state, "moves": plan.outcome.get("moves", 0)}


@job_kind(AGAIN)
def run_again(progress: Progress, *, plan_id: int) -> dict[str, Any]:
    return solve_again(plan_id=plan_id, progress=progress)


@job_kind(CURVE, background=True)
def run_curve(progress: Progress, *, plan_id: int) -> dict[str, Any]:
    plan = work_out_curve(plan_id=plan_id, progress=progress)
    return {"plan": plan.pk, "points": len(plan.curve.get("points", []))}


@job_kind(FREEZE)
def run_freeze_handovers(progress: Progress, *, branch_id: int, on: str) -> dict[str, Any]:
    branch = Branch.objects.get(pk=branch_id)

    def tell(done: int, total: int) -> None:
        if done == 0:
            progress.step(gettext_noop("Writing dossiers"), total=total)
        progress.advance_to(done)

    return {"dossiers": freeze_handovers(branch=branch, on=date.fromisoformat(on), report=tell)}
