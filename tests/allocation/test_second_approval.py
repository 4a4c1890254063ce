"""Two people for a large plan: who is asked, when, by which measure, and what each of them may do."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from allocation.domain.approval import PlanSize, second_needed
from allocation.domain.fit.policy import DEFAULT_RULES, read_rules
from allocation.models import MatchPolicy, Plan
from allocation.queries.approval import second_approvers, size_of, waiting_for
from allocation.services.approve_second import approve_second, send_back
from allocation.services.decide_lines import decide_lines
from allocation.services.discard_plan import withdraw_approval
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.publish_due_plans import publish_due_plans
from allocation.services.publish_plan import publish_plan
from allocation.services.refuse_advisor import refuse_advisor
from allocation.services.roll_back_plan import roll_back_plan
from branch_crm.core.models import AuditEntry, Role, Staff
from clients.models import Client, ClientValue
from tests.allocation.branch import ScoredBranch, solved_plan
from tests.cast import account

TODAY = timezone.localdate()
MONDAY, TUESDAY, NEXT_WEEK = date(2026, 11, 23), date(2026, 11, 24), date(2026, 12, 1)


def rules(**approval: object) -> object:
    limits = {"moves": None, "value_share": None, "tier": None, **approval}
    return read_rules({**DEFAULT_RULES, "approval": limits})


@pytest.mark.parametrize(
    ("limits", "size", "asked"),
    [
        ({}, PlanSize(5000, 1.0, {5: 5000}), {}),
        ({"moves": 200}, PlanSize(200, 0.5, {3: 200}), {}),
        ({"moves": 200}, PlanSize(201, 0.5, {3: 201}), {"moves": {"figure": 201, "limit": 200}}),
        ({"moves": 0}, PlanSize(0, 0.0, {}), {}),
        ({"value_share": 0.1}, PlanSize(3, 0.1, {3: 3}), {}),
        ({"value_share": 0.1}, PlanSize(3, 0.12345, {3: 3}), {"value": {"figure": 0.1235, "limit": 0.1}}),
        ({"tier": 4}, PlanSize(9, 0.1, {1: 9}), {}),
        ({"tier": 4}, PlanSize(9, 0.1, {1: 4, 4: 3, 5: 2}), {"tier": {"figure": 5, "limit": 4}}),
        (
            {"moves": 1, "tier": 5},
            PlanSize(2, 0.1, {5: 2}),
            {"moves": {"figure": 2, "limit": 1}, "tier": {"figure": 2, "limit": 5}},
        ),
    ],
    ids=[
        "no limits",
        "at moves",
        "above moves",
        "nobody",
        "at value",
        "above value",
        "low tiers",
        "high tiers",
        "two measures",
    ],
)
def test_which_measures_ask(limits: dict[str, object], size: PlanSize, asked: dict[str, object]) -> None:
    assert second_needed(size, rules(**limits)) == asked  # type: ignore[arg-type]


@pytest.fixture
def large(ready: ScoredBranch) -> Plan:
    """A proposal under a policy that asks for a second person from the second move on."""
    policy = MatchPolicy.objects.get(branch=ready.branch)
    policy.rules["approval"] = {"moves": 1, "value_share": None, "tier": None}
    policy.save()
    return solved_plan(ready)


def approve(plan: Plan, actor: Staff, on: date = TODAY, **options: object) -> Plan:
    return publish_plan(plan=plan, actor=actor, effective_on=on, include_pending=True, **options).plan  # type: ignore[arg-type]


def holders() -> dict[int, int | None]:
    return dict(Client.objects.values_list("pk", "advisor_id"))


def test_the_size_of_a_plan_counts_what_would_move(ready: ScoredBranch, plan: Plan) -> None:
    first, second, third, *_ = plan.lines.exclude(before=None).order_by("pk")
    decide_lines(plan=plan, line_ids=[first.pk], decision="rejected", actor=ready.cast.director, seen_revision=0)
    decide_lines(plan=plan, line_ids=[second.pk], decision="accepted", actor=ready.cast.director, seen_revision=1)
    small, whole = size_of(plan), size_of(plan, include_pending=True)
    assert small.moves == 1 and small.by_tier == {second.tier: 1}
    assert whole.moves == plan.lines.count() - 1
    weights = [100 * (row.value / 100) ** 2 for row in ClientValue.objects.filter(run=plan.scoring_run)]
    assert small.value_share == pytest.approx(second.weight / sum(weights))
    assert 0 < small.value_share < whole.value_share <= 1
    assert third.weight > 0


def test_a_large_plan_waits_and_nothing_moves_before_the_second_person(ready: ScoredBranch, large: Plan) -> None:
    before, moves = holders(), large.lines.count()
    waiting = approve(large, ready.cast.director, note="year end")
    assert waiting.state == Plan.State.WAITING and holders() == before
    assert waiting.second_needed == {"moves": {"figure": moves, "limit": 1}}
    assert list(waiting_for(ready.cast.manager)) == [waiting]
    assert not waiting_for(ready.cast.director) and not waiting_for(ready.cast.assistant)
    assert approve(large, ready.cast.director).state == Plan.State.WAITING
    done = approve_second(plan=waiting, actor=ready.cast.manager, note="seen")
    assert done.plan.state == Plan.State.PUBLISHED and done.moved == moves
    assert (done.plan.second_by, done.plan.second_note) == (ready.cast.manager, "seen")
    lines = dict(large.lines.values_list("client_id", "proposed_id"))
    assert holders() == before | lines
    assert not approve_second(plan=waiting, actor=ready.cast.manager).changed
    trail = AuditEntry.objects.filter(action__startswith="allocation.").values_list("action", "actor__username")
    assert ("allocation.second_approval_asked", "director") in trail
    assert ("allocation.second_approval_given", "manager") in trail
    roll_back_plan(plan=waiting, actor=ready.cast.director)
    assert holders() == before


def test_the_first_person_never_gives_the_second_approval(ready: ScoredBranch, large: Plan) -> None:
    waiting = approve(large, ready.cast.director)
    with pytest.raises(AllocationError):
        approve_second(plan=waiting, actor=ready.cast.director)
    with pytest.raises(AllocationError):
        send_back(plan=waiting, actor=ready.cast.director, note="my own")
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=large.pk).update(second_by=ready.cast.director)
    waiting.refresh_from_db()
    assert waiting.state == Plan.State.WAITING


def test_who_may_give_it(ready: ScoredBranch) -> None:
    gone = account("gone", name="离任总监", role=Role.DIRECTOR, branch=ready.branch)
    Staff.objects.filter(pk=gone.pk).update(is_active=False)
    second_director = account("deputy", name="代理总监", role=Role.DIRECTOR, branch=ready.branch)
    assert set(second_approvers(ready.branch, first=ready.cast.director)) == {second_director, ready.cast.manager}


def test_sent_back_with_the_decisions_kept(ready: ScoredBranch, large: Plan) -> None:
    line = large.lines.exclude(before=None).first()
    decide_lines(plan=large, line_ids=[line.pk], decision="rejected", actor=ready.cast.director, seen_revision=0)
    waiting = approve(large, ready.cast.director)
    with pytest.raises(AllocationError) as refused:
        send_back(plan=waiting, actor=ready.cast.manager, note="  ")
    assert refused.value.field == "note"
    back = send_back(plan=waiting, actor=ready.cast.manager, note="spare the diamond clients")
    assert back.state == Plan.State.PROPOSED and back.approved_by is None and back.second_needed == {}
    assert back.outcome["sent_back"]["note"] == "spare the diamond clients"
    assert back.lines.get(pk=line.pk).decision == "rejected"
    assert not back.lines.filter(decision="pending").exists()
    again = approve(back, ready.cast.director)
    assert again.state == Plan.State.WAITING and "sent_back" not in again.outcome


def test_a_day_that_has_passed_must_be_chosen_anew(ready: ScoredBranch, large: Plan) -> None:
    waiting = approve(large, ready.cast.director, on=TUESDAY, today=MONDAY)
    assert waiting.state == Plan.State.WAITING
    late = date(2026, 11, 30)
    with pytest.raises(AllocationError, match="2026-11-24") as refused:
        approve_second(plan=waiting, actor=ready.cast.manager, today=late)
    assert refused.value.field == "effective_on"
    with pytest.raises(AllocationError, match="2026-12-05"):
        approve_second(plan=waiting, actor=ready.cast.manager, today=late, effective_on=date(2026, 12, 5))
    done = approve_second(plan=waiting, actor=ready.cast.manager, today=late, effective_on=NEXT_WEEK)
    assert done.plan.state == Plan.State.SCHEDULED and done.plan.effective_on == NEXT_WEEK
    assert publish_due_plans(ready.branch, NEXT_WEEK) == {"published": [large.number], "refused": []}


def test_a_day_ahead_is_the_first_persons_to_choose(ready: ScoredBranch, large: Plan) -> None:
    waiting = approve(large, ready.cast.director, on=NEXT_WEEK, today=MONDAY)
    with pytest.raises(AllocationError, match="2026-12-01"):
        approve_second(plan=waiting, actor=ready.cast.manager, today=MONDAY, effective_on=date(2026, 12, 2))
    assert approve_second(plan=waiting, actor=ready.cast.manager, today=MONDAY).plan.state == Plan.State.SCHEDULED
    assert publish_due_plans(ready.branch, MONDAY) == {"published": [], "refused": []}


def test_books_that_changed_while_it_waited_are_named(ready: ScoredBranch, large: Plan) -> None:
    waiting = approve(large, ready.cast.director)
    line = large.lines.exclude(proposed=None).select_related("client", "proposed").first()
    refuse_advisor(client=line.client, advisor=line.proposed, actor=ready.cast.counter)
    with pytest.raises(PlanConflict) as refused:
        approve_second(plan=waiting, actor=ready.cast.manager)
    assert [(c.client_id, c.code) for c in refused.value.conflicts] == [(line.client_id, "refused")]
    assert approve_second(plan=waiting, actor=ready.cast.manager, drop_conflicts=True).dropped == 1


def test_two_second_approvers_at_once(ready: ScoredBranch, large: Plan) -> None:
    waiting = approve(large, ready.cast.director)
    deputy = account("deputy", name="代理总监", role=Role.DIRECTOR, branch=ready.branch)
    approve_second(plan=waiting, actor=ready.cast.manager)
    with pytest.raises(PlanConflict, match=ready.cast.manager.name):
        approve_second(plan=waiting, actor=deputy)
    with pytest.raises(PlanConflict):
        send_back(plan=waiting, actor=deputy, note="too late")


def test_the_first_person_may_take_it_back(ready: ScoredBranch, large: Plan) -> None:
    waiting = approve(large, ready.cast.director)
    back = withdraw_approval(plan=waiting, actor=ready.cast.director)
    assert back.state == Plan.State.PROPOSED and not waiting_for(ready.cast.manager)
    with pytest.raises(PlanConflict):
        approve_second(plan=waiting, actor=ready.cast.manager)


def browser(person: Staff) -> Browser:
    client = Browser()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_says_before_the_click_who_will_be_asked_and_why(ready: ScoredBranch, large: Plan) -> None:
    page = browser(ready.cast.director).get(reverse("allocation:approval", args=[large.pk]))
    reviewed, everything = page.context["variants"]
    assert reviewed["why"] == [] and len(everything["why"]) == 1
    assert f"{large.lines.count():,}" in everything["why"][0]
    assert ready.cast.manager.name in page.content.decode()


def test_pages_of_the_second_approval(ready: ScoredBranch, large: Plan) -> None:
    director, manager = browser(ready.cast.director), browser(ready.cast.manager)
    approval = reverse("allocation:approval", args=[large.pk])
    director.post(approval, {"effective_on": TODAY.isoformat(), "include_pending": "1", "note": "季度末"})
    second = reverse("allocation:second", args=[large.pk])
    assert f'action="{second}"' not in director.get(second).content.decode()
    assert director.post(second, {}).status_code == 422
    assert browser(ready.cast.assistant).get(second).status_code == 403
    assert "季度末" in manager.get(second).content.decode()
    for page in ("allocation:plan_list", "home_work"):
        listed = manager.get(reverse(page), headers={"HX-Request": "true"}).content.decode()
        assert second in listed, page
    back = reverse("allocation:sent_back", args=[large.pk])
    assert manager.post(back, {"note": ""}).status_code == 422
    assert manager.post(back, {"note": "再议"}, follow=True).status_code == 200
    assert "再议" in director.get(reverse("allocation:plan_detail", args=[large.pk])).content.decode()
    director.post(approval, {"effective_on": TODAY.isoformat()})
    assert manager.post(second, {"note": ""}, follow=True).status_code == 200
    large.refresh_from_db()
    assert large.state == Plan.State.PUBLISHED
    assert manager.post(second, {}).status_code == 302
    assert manager.post(back, {"note": "太晚"}).status_code == 409


def test_the_api_gives_and_refuses_the_second_approval(ready: ScoredBranch, large: Plan) -> None:
    director, manager = browser(ready.cast.director), browser(ready.cast.manager)
    body = {"effective_on": TODAY.isoformat(), "include_pending": True}
    answer = director.post(reverse("api:plan-approval", args=[large.pk]), body, content_type="application/json")
    assert (
        answer.status_code == 200 and answer.json()["state"] == "waiting" and "moves" in answer.json()["second_needed"]
    )
    second, refusal = (reverse(f"api:plan-{name}", args=[large.pk]) for name in ("second-approval", "refusal"))
    assert director.post(second, {}, content_type="application/json").status_code == 400
    assert manager.post(refusal, {"note": "no"}, content_type="application/json").json()["state"] == "proposed"
    assert manager.post(second, {}, content_type="application/json").status_code == 409
    director.post(reverse("api:plan-approval", args=[large.pk]), body, content_type="application/json")
    assert manager.post(second, {}, content_type="application/json").json()["state"] == "published"
