"""The curve follows every proposal by itself, out of everybody's way, and no longer than it is of use."""

from __future__ import annotations

from typing import Any

import pytest

from allocation.models import Plan
from allocation.services import work_out_curve as curving
from allocation.services.start_run import start_run
from allocation.services.work_out_curve import follow_with_curve
from branch_crm.core.jobs import ledger, runner
from branch_crm.core.models import JobRun
from tests.allocation.branch import ScoredBranch


def solving(ready: ScoredBranch, **given: Any) -> Plan:
    """A run solved the way a worker solves it."""
    scope = {"kind": "branch"}
    plan = start_run(branch=ready.branch, actor=ready.cast.director, title="Q4", scope=scope, **given)
    assert plan.job is not None
    assert runner.run(plan.job.pk).state == JobRun.State.SUCCEEDED  # type: ignore[union-attr]
    plan.refresh_from_db()
    return plan


def test_a_curve_follows_every_proposal_by_itself_behind_all_other_work(
    ready: ScoredBranch, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(ledger.current_app, "send_task", lambda *_name, args, priority: sent.append(priority))
    with django_capture_on_commit_callbacks(execute=True):
        plan = solving(ready)
        assert plan.curve_job is not None and plan.curve_job.created_by is None
        assert follow_with_curve(plan_id=plan.pk).curve_job == plan.curve_job
    assert sent == [0, 9]
    runner.run(plan.curve_job.pk)
    plan.refresh_from_db()
    assert plan.curve["done"]
    taken = solving(ready, options={**plan.options, "move_budget": {"moves": 3}}, based_on=plan)
    assert taken.curve_job is None, "it lies on the curve it was taken from"
    assert solving(ready, options={**plan.options, "switch_penalty": 0.3}, based_on=plan).curve_job is not None


def test_a_curve_ends_early_when_its_plan_is_put_aside(ready: ScoredBranch, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = solving(ready)
    real = curving.point

    def put_aside(case: Any, most: int | None, **how: Any) -> dict[str, Any]:
        if most is not None:
            Plan.objects.filter(pk=plan.pk).update(state=Plan.State.DISCARDED)
        return real(case, most, **how)

    monkeypatch.setattr(curving, "point", put_aside)
    assert plan.curve_job is not None
    assert runner.run(plan.curve_job.pk).state == JobRun.State.SUCCEEDED  # type: ignore[union-attr]
    plan.refresh_from_db()
    assert len(plan.curve["points"]) == 2 and "done" not in plan.curve
