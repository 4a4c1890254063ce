"""Publishing: whole or not at all, once, exact in history; and back again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from allocation.models import Assignment, Plan, PlanLine
from allocation.services.decide_lines import decide_lines
from allocation.services.discard_plan import discard_plan, withdraw_approval
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.lock_client import lock_client
from allocation.services.publish_due_plans import publish_due_plans
from allocation.services.publish_plan import publish_plan
from allocation.services.refuse_advisor import refuse_advisor
from allocation.services.roll_back_plan import roll_back_plan
from branch_crm.core.models import AuditEntry
from clients.models import Client
from tests.allocation.branch import ScoredBranch, solved_plan

TODAY = timezone.localdate()


def holders() -> dict[int, int | None]:
    return dict(Client.objects.values_list("pk", "advisor_id"))


def open_holders() -> dict[int, int]:
    return dict(Assignment.objects.filter(ends__isnull=True).values_list("client_id", "advisor_id"))


def assert_books_agree() -> None:
    """The present holder is the open interval, for every client."""
    assert {pk: advisor for pk, advisor in holders().items() if advisor} == open_holders()


def publish(plan: Plan, actor: object, **options: object) -> object:
    return publish_plan(plan=plan, actor=actor, effective_on=TODAY, include_pending=True, **options)  # type: ignore[arg-type]


def test_publishing_moves_exactly_the_lines(ready: ScoredBranch, plan: Plan) -> None:
    before = holders()
    lines = {line.client_id: line for line in plan.lines.all()}
    assert lines
    done = publish(plan, ready.cast.director)
    after = holders()
    assert done.changed and done.moved == len(lines)
    for pk, advisor in before.items():
        assert after[pk] == (lines[pk].proposed_id if pk in lines else advisor)
    assert_books_agree()
    line = next(line for line in lines.values() if line.before_id and line.after_id)
    old, new = Assignment.objects.filter(client=line.client_id).order_by("pk")
    assert (old.advisor_id, old.ends, old.end_reason, old.end_plan_id) == (line.before_id, TODAY, "plan", plan.pk)
    assert (new.advisor_id, new.starts, new.ends, new.plan_id) == (line.after_id, TODAY, None, plan.pk)
    assert new.decided_by == ready.cast.director
    entry = AuditEntry.objects.get(action="allocation.plan_published")
    assert entry.actor == ready.cast.director and entry.detail["clients"] == len(lines)


def test_a_rejected_line_stays_and_an_unreviewed_one_waits_for_the_word(ready: ScoredBranch, plan: Plan) -> None:
    first, second, *_rest = plan.lines.order_by("pk")
    before = holders()
    decide_lines(plan=plan, line_ids=[first.pk], decision="rejected", actor=ready.cast.director, seen_revision=0)
    decide_lines(plan=plan, line_ids=[second.pk], decision="accepted", actor=ready.cast.director, seen_revision=1)
    done = publish_plan(plan=plan, actor=ready.cast.director, effective_on=TODAY)
    assert done.moved == 1
    assert [pk for pk, advisor in holders().items() if advisor != before[pk]] == [second.client_id]


def test_double_click_publishes_once(ready: ScoredBranch, plan: Plan) -> None:
    publish(plan, ready.cast.director)
    rows = Assignment.objects.count()
    assert publish(plan, ready.cast.director).changed is False
    assert Assignment.objects.count() == rows
    assert AuditEntry.objects.filter(action="allocation.plan_published").count() == 1


def test_the_second_director_is_told_who_was_faster(ready: ScoredBranch, plan: Plan) -> None:
    publish(plan, ready.cast.director)
    with pytest.raises(PlanConflict) as refused:
        publish(plan, ready.cast.assistant)
    assert ready.cast.director.name in refused.value.message


def test_an_overlapping_plan_is_refused_whole_and_names_the_clients(ready: ScoredBranch, plan: Plan) -> None:
    other = solved_plan(ready)
    publish(plan, ready.cast.director)
    before = holders()
    with pytest.raises(PlanConflict) as refused:
        publish(other, ready.cast.director)
    assert refused.value.code == "conflicts"
    moved = {conflict.client_id for conflict in refused.value.conflicts}
    assert moved == set(other.lines.values_list("client_id", flat=True))
    assert all(conflict.plan == plan.number for conflict in refused.value.conflicts)
    assert holders() == before


def test_conflicting_lines_can_be_left_out(ready: ScoredBranch, plan: Plan) -> None:
    line = plan.lines.exclude(before=None).exclude(proposed=None).first()
    refuse_advisor(client=line.client, advisor=line.proposed, actor=ready.cast.counter)
    with pytest.raises(PlanConflict) as refused:
        publish(plan, ready.cast.director)
    assert [c.code for c in refused.value.conflicts] == ["refused"]
    done = publish(plan, ready.cast.director, drop_conflicts=True)
    assert done.dropped == 1 and done.moved == plan.lines.count() - 1
    assert holders()[line.client_id] == line.before_id
    assert_books_agree()


def test_a_lock_made_after_the_run_holds(ready: ScoredBranch, plan: Plan) -> None:
    line = plan.lines.exclude(before=None).first()
    lock_client(client=line.client, actor=ready.cast.director, reason="family")
    with pytest.raises(PlanConflict) as refused:
        publish(plan, ready.cast.director)
    assert [c.code for c in refused.value.conflicts] == ["locked"]


def test_an_advisor_who_left_meanwhile_gets_nobody(ready: ScoredBranch, plan: Plan) -> None:
    target = plan.lines.exclude(proposed=None).first().proposed
    target.left = TODAY
    target.save()
    with pytest.raises(AllocationError) as refused:
        publish(plan, ready.cast.director)
    assert target.name in refused.value.message
    assert plan.lines.filter(decision=PlanLine.Decision.PENDING).exists()


def test_rollback_restores_every_holder_and_keeps_history_exact(ready: ScoredBranch, plan: Plan) -> None:
    before = holders()
    publish(plan, ready.cast.director)
    done = roll_back_plan(plan=plan, actor=ready.cast.director)
    assert done.moved == plan.lines.count()
    assert holders() == before
    assert_books_agree()
    line = plan.lines.exclude(before=None).exclude(proposed=None).first()
    history = list(
        Assignment.objects.filter(client=line.client_id).order_by("pk").values_list("starts", "ends", "reason")
    )
    # The plan's interval of no length stays in the record: it was published and undone on the same day.
    assert history == [(date(2026, 3, 2), TODAY, "counter"), (TODAY, TODAY, "plan"), (TODAY, None, "rollback")]
    assert roll_back_plan(plan=plan, actor=ready.cast.director).changed is False


def test_rollback_stops_at_clients_touched_later(ready: ScoredBranch, plan: Plan) -> None:
    publish(plan, ready.cast.director)
    advisor = plan.lines.exclude(proposed=None).first().proposed
    later = solved_plan(ready, scope={"kind": "advisor", "advisor": advisor.pk}, hours={str(advisor.pk): 0.0})
    publish(later, ready.cast.director)
    state = holders()
    with pytest.raises(PlanConflict) as refused:
        roll_back_plan(plan=plan, actor=ready.cast.director)
    touched = {conflict.client_id for conflict in refused.value.conflicts}
    assert touched == set(later.lines.values_list("client_id", flat=True)) & set(
        plan.lines.values_list("client_id", flat=True)
    )
    assert holders() == state
    done = roll_back_plan(plan=plan, actor=ready.cast.director, skip_conflicts=True)
    assert done.skipped == len(touched) and done.moved == plan.lines.count() - len(touched)
    assert all(holders()[pk] == state[pk] for pk in touched)
    assert_books_agree()


def test_a_future_day_is_carried_out_by_its_night(ready: ScoredBranch, plan: Plan) -> None:
    day = date(2026, 12, 1)
    before = holders()
    done = publish_plan(
        plan=plan, actor=ready.cast.director, effective_on=day, include_pending=True, today=date(2026, 11, 24)
    )
    assert done.plan.state == Plan.State.SCHEDULED and holders() == before
    assert publish_due_plans(ready.branch, day - timedelta(days=1)) == {"published": [], "refused": []}
    assert publish_due_plans(ready.branch, day) == {"published": [plan.number], "refused": []}
    assert publish_due_plans(ready.branch, day) == {"published": [], "refused": []}
    assert Assignment.objects.filter(plan=plan, starts=day).count() == plan.lines.exclude(proposed=None).count()
    assert_books_agree()


def test_a_due_plan_that_the_books_contradict_goes_back_to_the_director(ready: ScoredBranch, plan: Plan) -> None:
    other = solved_plan(ready)
    publish_plan(
        plan=plan,
        actor=ready.cast.director,
        effective_on=date(2026, 12, 1),
        include_pending=True,
        today=date(2026, 11, 24),
    )
    publish(other, ready.cast.director)
    assert publish_due_plans(ready.branch, date(2026, 12, 1)) == {"published": [], "refused": [plan.number]}
    plan.refresh_from_db()
    assert plan.state == Plan.State.PROPOSED and plan.outcome["notes"][-1]["code"] == "not_published"


@pytest.mark.parametrize(
    ("day", "field"),
    [(date(2026, 11, 23), "effective_on"), (date(2026, 11, 28), "effective_on")],
    ids=["past", "Saturday"],
)
def test_a_wrong_day_is_refused(ready: ScoredBranch, plan: Plan, day: date, field: str) -> None:
    with pytest.raises(AllocationError) as refused:
        publish_plan(plan=plan, actor=ready.cast.director, effective_on=day, today=date(2026, 11, 24))
    assert refused.value.field == field


def test_approval_can_be_taken_back_and_plans_put_aside(ready: ScoredBranch, plan: Plan) -> None:
    publish_plan(
        plan=plan,
        actor=ready.cast.director,
        effective_on=date(2026, 12, 1),
        include_pending=True,
        today=date(2026, 11, 24),
    )
    with pytest.raises(PlanConflict):
        discard_plan(plan=plan, actor=ready.cast.director)
    assert withdraw_approval(plan=plan, actor=ready.cast.director).state == Plan.State.PROPOSED
    assert discard_plan(plan=plan, actor=ready.cast.director).state == Plan.State.DISCARDED
    with pytest.raises(PlanConflict):
        publish(plan, ready.cast.director)


def test_the_database_itself_refuses_two_advisors_at_a_time(ready: ScoredBranch) -> None:
    from django.db import IntegrityError, transaction

    client = Client.objects.exclude(advisor=None).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            branch=ready.branch, client=client, advisor=ready.advisors[1], starts=date(2026, 5, 5), reason="request"
        )
        connection.check_constraints()
