"""Decisions on moves: every kind, taken back, in bulk, and never over a colleague's head."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allocation.models import AssignmentLock, Plan, PlanLine
from allocation.queries.lock_price import price_of_staying
from allocation.queries.review import live_balance, live_match
from allocation.services.decide_lines import decide_lines
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.lock_client import lock_client
from branch_crm.core.models import AuditEntry
from tests.allocation.branch import ScoredBranch, solved_plan

Decision = PlanLine.Decision


def held(plan: Plan, count: int = 1) -> list[PlanLine]:
    """Moves of clients whom somebody serves now."""
    return list(plan.lines.exclude(before=None).order_by("-gain", "pk")[:count])


def decide(ready: ScoredBranch, plan: Plan, lines: list[PlanLine], decision: str, **given: object) -> Plan:
    given = {"actor": ready.cast.director, "seen_revision": plan.revision, **given}
    return decide_lines(plan=plan, line_ids=[line.pk for line in lines], decision=decision, **given)  # type: ignore[arg-type]


def test_a_lock_keeps_the_client_in_this_plan_and_in_later_ones(ready: ScoredBranch, plan: Plan) -> None:
    (line,) = held(plan)
    plan = decide(
        ready, plan, [line], Decision.LOCKED, reason="家庭客户", until=timezone.localdate() + timedelta(days=90)
    )
    line.refresh_from_db()
    assert (line.decision, line.after_id) == ("locked", line.before_id)
    lock = AssignmentLock.objects.get()
    assert (lock.client_id, lock.advisor_id, lock.reason, lock.plan) == (
        line.client_id,
        line.before_id,
        "家庭客户",
        plan,
    )
    assert not solved_plan(ready).lines.filter(client=line.client_id).exists()
    assert AuditEntry.objects.filter(action="allocation.moves_locked").count() == 1


@pytest.mark.parametrize("next_decision", [Decision.PENDING, Decision.ACCEPTED, Decision.REJECTED])
def test_a_decision_taken_back_lifts_the_lock_it_made(ready: ScoredBranch, plan: Plan, next_decision: str) -> None:
    (line,) = held(plan)
    plan = decide(ready, plan, [line], Decision.LOCKED, reason="x")
    plan = decide(ready, plan, [line], next_decision)
    line.refresh_from_db()
    assert line.decision == next_decision
    assert line.after_id == (line.before_id if next_decision == Decision.REJECTED else line.proposed_id)
    assert AssignmentLock.objects.get().withdrawn_at is not None


def test_a_lock_made_elsewhere_is_not_this_reviews_to_lift(ready: ScoredBranch, plan: Plan) -> None:
    (line,) = held(plan)
    lock_client(client=line.client, actor=ready.cast.director, reason="earlier")
    plan = decide(ready, plan, [line], Decision.LOCKED, reason="now")
    decide(ready, plan, [line], Decision.PENDING)
    lock = AssignmentLock.objects.get()
    assert (lock.reason, lock.withdrawn_at) == ("earlier", None)


@pytest.mark.parametrize(
    ("reason", "days", "field"), [("  ", 1, "reason"), ("x", -1, "until")], ids=["no reason", "over already"]
)
def test_a_lock_needs_a_reason_and_a_future(
    ready: ScoredBranch, plan: Plan, reason: str, days: int, field: str
) -> None:
    with pytest.raises(AllocationError) as refused:
        decide(ready, plan, held(plan), Decision.LOCKED, reason=reason, until=timezone.localdate() + timedelta(days))
    assert refused.value.field == field
    assert not AssignmentLock.objects.exists()


def test_nobody_can_be_locked_to_nobody(ready: ScoredBranch, plan: Plan) -> None:
    unserved = plan.lines.filter(before=None).first()
    assert unserved is not None
    with pytest.raises(AllocationError, match=unserved.client.name):
        decide(ready, plan, [*held(plan), unserved], Decision.LOCKED, reason="x")
    assert not plan.lines.exclude(decision=Decision.PENDING).exists()


def test_only_the_director_locks_and_lifts(ready: ScoredBranch, plan: Plan) -> None:
    (line,) = held(plan)
    assistant = ready.cast.assistant
    with pytest.raises(AllocationError):
        decide(ready, plan, [line], Decision.LOCKED, reason="x", actor=assistant)
    plan = decide(ready, plan, [line], Decision.LOCKED, reason="x")
    with pytest.raises(AllocationError):
        decide(ready, plan, [line], Decision.ACCEPTED, actor=assistant)
    assert AssignmentLock.objects.get().withdrawn_at is None


def test_a_redirection_taken_back_gives_the_proposals_match_again(ready: ScoredBranch, plan: Plan) -> None:
    (line,) = held(plan)
    other = next(a for a in ready.advisors if a.pk not in (line.proposed_id, line.before_id))
    figures = (line.fit_after, line.gain)
    plan = decide(ready, plan, [line], Decision.REDIRECTED, advisor=other)
    line.refresh_from_db()
    assert line.after_id == other.pk and (line.fit_after, line.gain) != figures
    decide(ready, plan, [line], Decision.PENDING)
    line.refresh_from_db()
    assert (line.after_id, line.decision) == (line.proposed_id, "pending")
    # Matches are single precision, and a gain is the small difference of two of them.
    assert (line.fit_after, line.gain) == pytest.approx(figures, rel=1e-4)


def test_taking_back_is_a_decision_a_colleague_must_see(ready: ScoredBranch, plan: Plan) -> None:
    (line,) = held(plan)
    decide(ready, plan, [line], Decision.ACCEPTED, actor=ready.cast.assistant)
    plan.refresh_from_db()
    decide(ready, plan, [line], Decision.PENDING, actor=ready.cast.assistant)
    with pytest.raises(PlanConflict, match=ready.cast.assistant.name) as refused:
        decide(ready, plan, [line], Decision.REJECTED, seen_revision=1)
    assert refused.value.conflicts[0].client_id == line.client_id


def test_a_move_that_is_gone_is_said_so(ready: ScoredBranch, plan: Plan) -> None:
    line, other = held(plan, 2)
    line.delete()
    with pytest.raises(PlanConflict) as refused:
        decide_lines(
            plan=plan,
            line_ids=[line.pk or 0, other.pk],
            decision="accepted",
            actor=ready.cast.director,
            seen_revision=0,
        )
    assert refused.value.code == "gone"
    assert not plan.lines.exclude(decision="pending").exists()


def test_many_moves_cost_as_many_queries_as_a_few(ready: ScoredBranch, plan: Plan) -> None:
    def queries(lines: list[PlanLine], decision: str, **given: object) -> int:
        plan.refresh_from_db()
        with CaptureQueriesContext(connection) as caught:
            decide(ready, plan, lines, decision, **given)
        return len(caught)

    lines = held(plan, 20)
    target = ready.advisors[3]
    for decision, given in (("accepted", {}), ("redirected", {"advisor": target}), ("locked", {"reason": "x"})):
        few = queries(lines[:2], decision, **given)
        decide(ready, Plan.objects.get(pk=plan.pk), lines[:2], "pending")
        assert queries(lines, decision, **given) == few, decision
        decide(ready, Plan.objects.get(pk=plan.pk), lines, "pending")


def test_the_price_agrees_with_what_the_lock_then_does(ready: ScoredBranch, plan: Plan) -> None:
    (line,) = held(plan)
    price = price_of_staying(plan, [line])
    before = live_match(plan)
    decide(ready, plan, [line], Decision.LOCKED, reason="x")
    plan.refresh_from_db()
    switch = line.weight * plan.options["switch_penalty"]
    assert before - live_match(plan) == pytest.approx(price.lost + switch)
    now = {row["advisor"]: row["now"] for row in live_balance(plan)}
    for shift in price.shifts:
        assert now[shift.advisor]["load"] == pytest.approx(shift.load[1])
    assert {shift.advisor for shift in price.shifts} == {line.before_id, line.proposed_id}
