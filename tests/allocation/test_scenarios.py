"""Scenarios: a budget of moves, the transfer guard, locks left out, an advisor who leaves; interrupted runs leave nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.db.models import Q
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from allocation.domain.budget import read_budget
from allocation.domain.curve import budgets_up_to
from allocation.domain.guard import guarded
from allocation.models import Assignment, ChangeRequest, Plan
from allocation.queries.compare import clients_of, overlap_of
from allocation.queries.explain import card_of_client
from allocation.queries.guard import days_since_complaint, recent_transfers
from allocation.services import solve_plan as solving
from allocation.services import work_out_curve as curving
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.lock_client import lock_client
from allocation.services.publish_plan import publish_plan
from allocation.services.roll_back_plan import roll_back_plan
from allocation.services.solve_plan import solve_plan
from allocation.services.start_run import start_run
from allocation.services.work_out_curve import ask_for_curve, work_out_curve
from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.jobs import runner
from branch_crm.core.models import JobRun
from clients.models import Client
from servicelog.models import Complaint
from tests.allocation.branch import ScoredBranch, solved_plan
from tests.allocation.tables import rules

TODAY = timezone.localdate()


def counted(plan: Plan) -> int:
    """Moves of clients whose advisor could have gone on."""
    return plan.lines.exclude(before=None).exclude(reason__in=["leaving", "no_hours", "left", "licence"]).count()


@pytest.mark.parametrize("budget", [{"moves": 0}, {"moves": 3}, {"share": 0.1}], ids=str)
def test_no_more_clients_change_hands_than_the_budget_says(ready: ScoredBranch, budget: dict[str, Any]) -> None:
    free = solved_plan(ready)
    assert counted(free) > 6
    plan = solved_plan(ready, move_budget=budget)
    allowed = budget.get("moves", int(0.1 * plan.outcome["in_scope"]))
    assert counted(plan) <= allowed == plan.outcome["moves_allowed"]
    assert plan.outcome["moves_counted"] == counted(plan)
    assert plan.outcome["match_before"] <= plan.outcome["match_after"] <= free.outcome["match_after"] + 1e-6
    # Whoever had nobody is served all the same: that costs nothing of the budget.
    assert plan.lines.filter(before=None).exists()
    assert "move_budget" in [note["code"] for note in plan.outcome["notes"]]


def test_so_few_moves_keep_the_narrowest_band_they_can(ready: ScoredBranch) -> None:
    wanted, spreads = 0.05, []
    for moves in (1, 8, 40):
        plan = solved_plan(ready, fairness=wanted, move_budget={"moves": moves})
        assert plan.state == Plan.State.PROPOSED and counted(plan) <= moves
        low, high = plan.outcome["spread_after"]
        assert max(high - 1, 1 - low) <= plan.outcome["fairness"] + 0.011
        spreads.append(plan.outcome["fairness"])
    assert spreads[0] > spreads[1] >= spreads[2]
    assert any(note["code"] == "band_budget" for note in plan.outcome["notes"]) == (spreads[2] > wanted)


@pytest.mark.parametrize("wrong", [{"moves": -1}, {"share": 1.5}, {"share": "x"}, {}, {"moves": 2.5}], ids=str)
def test_a_budget_that_makes_no_sense_is_named(ready: ScoredBranch, wrong: dict[str, Any]) -> None:
    with pytest.raises(RuleFault):
        read_budget(wrong, 100)
    with pytest.raises(AllocationError) as refused:
        start_run(
            branch=ready.branch,
            actor=ready.cast.director,
            title="x",
            scope={"kind": "branch"},
            options={"move_budget": wrong},
        )
    assert refused.value.field == "move_budget"


def test_the_guard_in_figures() -> None:
    policy = rules(transfer_guard={"max_transfers": 2, "days": 90, "after_complaint_days": 30})
    transfers = np.array([0, 1, 2, 3, 0, 0])
    complaint = np.array([np.nan, np.nan, np.nan, np.nan, 29.0, 30.0])
    assert guarded(transfers, complaint, policy).tolist() == [False, False, True, True, True, False]
    off = rules(transfer_guard={"max_transfers": 0, "days": 0, "after_complaint_days": 0})
    assert not guarded(transfers, complaint, off).any()


def test_what_counts_as_a_transfer(ready: ScoredBranch) -> None:
    """A plan counts; taken over from the counter, wished by the client, or published and taken back on one day do not."""
    plan = solved_plan(ready)
    line = plan.lines.exclude(before=None).first()
    ids = np.array([line.client_id])

    def transfers(*, on: date = TODAY) -> int:
        return int(recent_transfers(ready.branch, ids, on=on, days=90)[0])

    assert transfers() == 0
    director = ready.cast.director
    publish_plan(plan=plan, actor=director, effective_on=TODAY, include_pending=True)
    assert transfers() == 1 and transfers(on=TODAY + timedelta(days=90)) == 0
    roll_back_plan(plan=plan, actor=director)
    assert transfers() == 0


@pytest.mark.parametrize(("origin", "count"), [("client", 0), ("counter", 0), ("advisor", 1)])
def test_a_wish_of_the_client_is_no_transfer(ready: ScoredBranch, origin: str, count: int) -> None:
    held = Assignment.objects.filter(branch=ready.branch, ends__isnull=True).first()
    other = next(person for person in ready.advisors if person.pk != held.advisor_id)
    request = ChangeRequest.objects.create(
        branch=ready.branch,
        client=held.client,
        origin=origin,
        present=held.advisor,
        asked_on=TODAY,
        due_on=TODAY,
        entered_by=ready.cast.counter,
    )
    Assignment.objects.filter(pk=held.pk).update(ends=TODAY)
    Assignment.objects.create(
        branch=ready.branch, client=held.client, advisor=other, starts=TODAY, reason="request", request=request
    )
    assert recent_transfers(ready.branch, np.array([held.client_id]), on=TODAY, days=90).tolist() == [count]


def test_clients_who_complained_stay_unless_the_guard_is_off(ready: ScoredBranch) -> None:
    moved = list(solved_plan(ready).lines.exclude(before=None).values_list("client", flat=True))
    for pk, days in zip(moved, (3, 200), strict=False):
        Complaint.objects.create(
            branch=ready.branch,
            client_id=pk,
            received_on=TODAY - timedelta(days=days),
            channel="phone",
            about="service",
            text="…",
            entered_by=ready.cast.counter,
        )
    assert days_since_complaint(ready.branch, np.array(moved[:3]), on=TODAY).tolist()[:2] == [3.0, 200.0]
    plan = solved_plan(ready)
    again = set(plan.lines.values_list("client", flat=True))
    assert moved[0] not in again and moved[1] in again
    assert {"code": "guarded", "params": {"clients": 1}} in plan.outcome["notes"]
    off = solved_plan(ready, transfer_guard=False)
    assert moved[0] in set(off.lines.values_list("client", flat=True))
    assert "guard_off" in [note["code"] for note in off.outcome["notes"]]


def test_if_an_advisor_leaves_the_whole_book_goes_and_nobody_else_moves(ready: ScoredBranch) -> None:
    leaver = ready.advisors[0]
    browser = Browser()
    browser.force_login(ready.cast.staff["assistant"], backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.post(reverse("allocation:leaver", args=[leaver.pk]))
    plan = Plan.objects.get()
    assert answer.url == reverse("allocation:plan_detail", args=[plan.pk])
    assert plan.options["leaving"] == [leaver.pk] and leaver.name in plan.title
    solve_plan(plan_id=plan.pk)
    plan.refresh_from_db()
    book = set(Client.objects.filter(advisor=leaver).values_list("pk", flat=True))
    assert set(plan.lines.values_list("client", flat=True)) == book
    assert not plan.lines.filter(proposed=leaver).exists()
    assert set(plan.lines.values_list("reason", flat=True)) == {"leaving"}
    told = plan.outcome["leaving"]
    assert told["clients"] == len(book) and told["takers"] >= 2 and told["match_with"] > 0
    assert told["match_without"] == pytest.approx(
        sum(line.weight * line.fit_after for line in plan.lines.exclude(proposed=None)), rel=1e-5
    )
    page = browser.get(answer.url).content.decode()
    assert f"{len(book)} 位客户" in page


def test_leaving_reaches_beyond_the_scope(ready: ScoredBranch) -> None:
    leaver = ready.advisors[1]
    plan = solved_plan(ready, scope={"kind": "unassigned"}, leaving=[leaver.pk])
    touched = Q(advisor=leaver) | Q(advisor=None)
    allowed = set(Client.objects.filter(touched, branch=ready.branch).values_list("pk", flat=True))
    assert set(plan.lines.values_list("client", flat=True)) <= allowed
    assert plan.lines.filter(before=leaver).count() == Client.objects.filter(advisor=leaver).count()


def test_a_lock_can_be_left_out_of_one_run(ready: ScoredBranch) -> None:
    line = solved_plan(ready).lines.exclude(before=None).first()
    lock_client(client=line.client, actor=ready.cast.director, reason="family", until=None)
    assert not solved_plan(ready).lines.filter(client=line.client_id).exists()
    assert solved_plan(ready, locks_off=[line.client_id]).lines.filter(client=line.client_id).exists()
    with pytest.raises(AllocationError) as refused:
        solved_plan(ready, locks_off=[line.client_id, 999_999])
    assert refused.value.field == "locks_off"


def test_an_interrupted_run_leaves_no_half_plan(ready: ScoredBranch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker dies after the moves are written, before the plan is: neither is there; the next worker does it whole."""
    plan = start_run(branch=ready.branch, actor=ready.cast.director, title="Q4", scope={"kind": "branch"})

    def dies(*_args: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(solving, "balance", dies)
        with pytest.raises(MemoryError):
            solve_plan(plan_id=plan.pk)
    plan.refresh_from_db()
    assert plan.state == Plan.State.SOLVING and not plan.lines.exists() and plan.outcome == {}
    assert plan.job is not None
    assert runner.run(plan.job.pk).state == JobRun.State.SUCCEEDED  # type: ignore[union-attr]
    moves = list(plan.lines.values_list("client", "proposed"))
    assert moves and solve_plan(plan_id=plan.pk).state == Plan.State.PROPOSED
    assert list(plan.lines.values_list("client", "proposed")) == moves


def test_the_curve_keeps_its_points_when_the_worker_dies(ready: ScoredBranch, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = ask_for_curve(plan=solved_plan(ready), actor=ready.cast.director)
    job = plan.curve_job
    assert job is not None
    real, asked = curving.point, []

    def dies_at_the_fourth(case: Any, most: int | None, **how: Any) -> dict[str, Any]:
        asked.append(most)
        if len(asked) == 4:
            raise MemoryError
        return real(case, most, **how)

    with monkeypatch.context() as patch:
        patch.setattr(curving, "point", dies_at_the_fourth)
        assert runner.run(job.pk).state == JobRun.State.FAILED  # type: ignore[union-attr]
    plan.refresh_from_db()
    assert len(plan.curve["points"]) == 3 and not plan.curve.get("done")
    ask_for_curve(plan=plan, actor=ready.cast.director)
    monkeypatch.setattr(curving, "point", lambda case, most, **how: asked.append(most) or real(case, most, **how))
    assert runner.run(job.pk).state == JobRun.State.SUCCEEDED  # type: ignore[union-attr]
    assert len(asked) == len(set(asked)) + 1, "only the point that was lost is worked out twice"
    plan.refresh_from_db()
    points = plan.curve["points"]
    most = points[-1]["used"]
    assert points[-1]["unlimited"] and [each["moves"] for each in points[:-1]] == budgets_up_to(most)
    assert all(each["used"] <= each["moves"] for each in points)
    matches = [each["match"] for each in points]
    assert matches == sorted(matches) or max(np.diff(sorted(matches) - np.array(matches))) < 0.01 * matches[-1]
    assert work_out_curve(plan_id=plan.pk).curve == plan.curve


def test_the_card_knows_what_a_move_costs(ready: ScoredBranch) -> None:
    """Under a budget the one who stays is worth most where he is, because leaving would take a move from somebody else."""
    plan = solved_plan(ready, move_budget={"moves": 5})
    assert plan.outcome["move_price"] > 0
    for client in Client.objects.filter(branch=ready.branch).exclude(pk__in=plan.lines.values("client")):
        told = card_of_client(plan, client)
        assert told is not None and told["chosen"]["switch"] == pytest.approx(-plan.outcome["move_price"])
        others = [each["worth"] for each in told["others"]]
        assert told["chosen"]["worth"] >= max(others) - 0.05 * max(map(abs, others))


def test_a_published_plan_has_no_new_curve(ready: ScoredBranch) -> None:
    plan = solved_plan(ready)
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.DISCARDED)
    with pytest.raises(PlanConflict):
        ask_for_curve(plan=plan, actor=ready.cast.director)


def test_a_point_of_the_curve_becomes_a_scenario(ready: ScoredBranch) -> None:
    plan = work_out_curve(plan_id=solved_plan(ready).pk)
    browser = Browser()
    browser.force_login(ready.cast.director, backend="django.contrib.auth.backends.ModelBackend")
    budget = plan.curve["points"][2]["moves"]
    browser.post(reverse("allocation:take_point", args=[plan.pk]), {"moves": budget})
    scenario = Plan.objects.exclude(pk=plan.pk).get()
    assert scenario.based_on == plan and scenario.options == {**plan.options, "move_budget": {"moves": budget}}
    browser.post(reverse("allocation:take_point", args=[plan.pk]), {"moves": 999_999})
    assert Plan.objects.count() == 2
    solve_plan(plan_id=scenario.pk)
    page = browser.get(reverse("allocation:plan_detail", args=[scenario.pk])).content.decode()
    assert f">#{plan.number}</a>" in page and reverse("allocation:compare") in page


def test_scenarios_side_by_side(ready: ScoredBranch) -> None:
    first, second = solved_plan(ready), solved_plan(ready, move_budget={"moves": 5})
    moves = [dict(plan.lines.values_list("client", "proposed")) for plan in (first, second)]
    both = moves[0].keys() & moves[1].keys()
    same = sum(moves[0][pk] == moves[1][pk] for pk in both)
    overlap = overlap_of([first, second])
    assert (overlap.all_same, overlap.all_other, overlap.some) == (same, len(both) - same, 0)
    assert overlap.only == {
        first.pk: len(moves[0].keys() - moves[1].keys()),
        second.pk: len(moves[1].keys() - moves[0].keys()),
    }
    behind = clients_of([first, second], str(first.pk))
    assert {row["id"] for row in behind} == moves[0].keys() - moves[1].keys()
    assert clients_of([first, second], "all_same") and clients_of([first, second], "nonsense") == []
    browser = Browser()
    browser.force_login(ready.cast.staff["manager"], backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("allocation:compare")
    page = browser.get(url, {"plan": [first.pk, second.pk], "show": first.pk})
    assert page.status_code == 200
    differs = {label for label, _row, different in page.context["settings"] if different}
    assert differs == {"调整上限"}
    assert browser.get(url, {"plan": [first.pk, "x", "9" * 30]}).status_code == 302


def test_another_branchs_plan_is_not_compared(ready: ScoredBranch) -> None:
    first, second = solved_plan(ready), solved_plan(ready)
    browser = Browser()
    browser.force_login(ready.cast.stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get(reverse("allocation:compare"), {"plan": [first.pk, second.pk]}).status_code == 302


def test_the_form_takes_a_whole_scenario_and_knows_where_it_came_from(ready: ScoredBranch) -> None:
    first = solved_plan(ready)
    browser = Browser()
    browser.force_login(ready.cast.director, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("allocation:plan_new")
    shown = browser.get(url, {"from": first.pk}).context["form"]
    assert shown["based_on"].value() == first.pk
    leaver = ready.advisors[2]
    post = {
        "kind": "branch",
        "switch_penalty": "0.02",
        "budget": "10",
        "budget_unit": "share",
        "leaving": [leaver.pk],
        "based_on": first.pk,
    }
    browser.post(url, post)
    plan = Plan.objects.exclude(pk=first.pk).get()
    assert plan.based_on == first
    assert plan.options["move_budget"] == {"share": 0.1} and plan.options["leaving"] == [leaver.pk]
    assert plan.options["transfer_guard"] is False
    for budget, unit in (("120", "share"), ("2.5", "clients"), ("-1", "clients")):
        answer = browser.post(url, {**post, "budget": budget, "budget_unit": unit})
        assert answer.status_code == 200 and "budget" in answer.context["form"].errors
    assert browser.get(url, {"leaving": leaver.pk}).context["form"]["leaving"].value() == [leaver.pk]


def test_scenarios_over_the_api(ready: ScoredBranch) -> None:
    browser = Browser()
    browser.force_login(ready.cast.director, backend="django.contrib.auth.backends.ModelBackend")
    first = solved_plan(ready)
    run = {
        "scope": {"kind": "branch"},
        "move_budget": {"moves": 4},
        "leaving": [ready.advisors[3].pk],
        "transfer_guard": False,
        "based_on": first.pk,
    }
    made = browser.post("/api/v1/plans/", run, content_type="application/json")
    assert made.status_code == 201, made.content
    assert made.json()["options"]["move_budget"] == {"moves": 4} and made.json()["based_on"] == first.pk
    second = solve_plan(plan_id=made.json()["id"])
    wrong = browser.post("/api/v1/plans/", {**run, "move_budget": {"moves": -4}}, content_type="application/json")
    assert wrong.status_code == 400 and "move_budget" in wrong.json()
    told = browser.get("/api/v1/plans/compare/", {"plan": [first.pk, second.pk]}).json()
    assert [each["id"] for each in told["plans"]] == [first.pk, second.pk]
    assert sum(told["moved"]["only"].values()) + told["moved"]["all_same"] + told["moved"]["all_other"] == (
        first.lines.values("client").union(second.lines.values("client")).count()
    )
    assert browser.get("/api/v1/plans/compare/", {"plan": [first.pk]}).status_code == 400
    job = browser.post(f"/api/v1/plans/{first.pk}/curve-job/")
    assert job.status_code == 202
    assert browser.post(f"/api/v1/plans/{first.pk}/curve-job/").json() == job.json()
    runner.run(job.json()["job"])
    curve = browser.get(f"/api/v1/plans/{first.pk}/curve/").json()
    assert curve["done"] and curve["points"][0]["moves"] == 0
