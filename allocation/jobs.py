"""Long work of this app."""

from typing import Any

from allocation.services.solve_again import AGAIN, solve_again
from allocation.services.solve_plan import solve_plan
from allocation.services.start_run import SOLVE
from allocation.services.work_out_curve import CURVE, work_out_curve
from branch_crm.core.jobs import Progress, job_kind


@job_kind(SOLVE)
def run_solve(progress: Progress, *, plan_id: int) -> dict[str, Any]:
    plan = solve_plan(plan_id=plan_id, progress=progress)
    return {"plan": plan.pk, "state": plan.state, "moves": plan.outcome.get("moves", 0)}


@job_kind(AGAIN)
def run_again(progress: Progress, *, plan_id: int) -> dict[str, Any]:
    return solve_again(plan_id=plan_id, progress=progress)


@job_kind(CURVE)
def run_curve(progress: Progress, *, plan_id: int) -> dict[str, Any]:
    plan = work_out_curve(plan_id=plan_id, progress=progress)
    return {"plan": plan.pk, "points": len(plan.curve.get("points", []))}
