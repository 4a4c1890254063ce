"""Solving again keeps every decision, tells what else changed, loses nothing decided meanwhile, and never leaves half a plan."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allocation.models import LineComment, Plan, PlanLine
from allocation.queries.review import lines_of
from allocation.services import solve_again as module
from allocation.services.decide_lines import decide_lines
from allocation.services.errors import PlanConflict
from allocation.services.refuse_advisor import refuse_advisor, withdraw_refusal
from allocation.services.solve_again import ask_again, solve_again
from branch_crm.core.jobs import runner
from branch_crm.core.models import AuditEntry, JobRun
from clients.models import Client
from tests.allocation.branch import ScoredBranch, solved_plan
from tests.allocation.test_pages import browser

Decision = PlanLine.Decision


@pytest.fixture
def tight(ready: ScoredBranch) -> Plan:
    """Hours so short and a band so narrow that one decision shifts others."""
    return solved_plan(ready, fairness=0.3, hours={advisor.pk: 14.0 for advisor in ready.advisors})


def decide(ready: ScoredBranch, plan: Plan, lines: list[PlanLine], decision: str, **given: Any) -> None:
    plan.refresh_from_db()
    decide_lines(
        plan=plan,
        line_ids=[line.pk for line in lines],
        decision=decision,
        actor=ready.cast.director,
        seen_revision=plan.revision,
        **given,
    )


def picture(plan: Plan) -> list[tuple[Any, ...]]:
    columns = ("pk", "client_id", "before_id", "proposed_id", "after_id", "decision", "revision", "round", "gain")
    return list(plan.lines.order_by("pk").values_list(*columns))


def test_decisions_stand_and_the_rest_is_found_anew(ready: ScoredBranch, tight: Plan) -> None:
    lines = list(tight.lines.exclude(before=None).exclude(proposed=None).order_by("-gain", "pk")[:4])
    accepted, rejected, redirected, locked = lines
    other = next(a for a in ready.advisors if a.pk not in (redirected.proposed_id, redirected.before_id))
    decide(ready, tight, [accepted], Decision.ACCEPTED)
    decide(ready, tight, [rejected], Decision.REJECTED)
    decide(ready, tight, [redirected], Decision.REDIRECTED, advisor=other)
    decide(ready, tight, [locked], Decision.LOCKED, reason="x")
    kept = {line.pk: tight.lines.get(pk=line.pk) for line in lines}
    before = {line.client_id: (line.before_id, line.proposed_id) for line in tight.lines.filter(decision="pending")}
    addresses = dict(tight.lines.values_list("client_id", "pk"))

    told = solve_again(plan_id=tight.pk)

    plan = Plan.objects.get(pk=tight.pk)
    assert (plan.round, told["round"], told["kept"]) == (2, 2, 4)
    for pk, line in kept.items():
        now = plan.lines.get(pk=pk)
        assert (now.decision, now.after_id, now.decided_by_id) == (line.decision, line.after_id, line.decided_by_id)
    after = {line.client_id: (line.before_id, line.proposed_id) for line in plan.lines.filter(decision="pending")}
    assert told["new"] == len(after.keys() - before.keys())
    assert told["gone"] == len(before.keys() - after.keys())
    assert told["elsewhere"] == sum(before[client] != after[client] for client in before.keys() & after.keys())
    assert told["new"] + told["elsewhere"] == lines_of(plan, {"changed": "1"}).count() > 0
    assert all(
        addresses[client] == pk for client, pk in plan.lines.values_list("client_id", "pk") if client in addresses
    )
    # The books that the plan shows are those of the decisions: both of the engine and of the page.
    shown = {row["advisor"]: row["after"]["clients"] for row in plan.balance}
    moving = {line.client_id: line.after_id for line in plan.lines.all()}
    clients = Client.objects.filter(branch=ready.branch)
    counted = [moving.get(client.pk, client.advisor_id) for client in clients]
    assert {advisor: counted.count(advisor) for advisor in shown} == shown
    assert AuditEntry.objects.filter(action="allocation.plan_solved_again").count() == 1


def test_nothing_decided_changes_nothing(plan: Plan) -> None:
    before = {row[1]: row[3] for row in picture(plan)}
    told = solve_again(plan_id=plan.pk)
    assert {row[1]: row[3] for row in picture(plan)} == before
    assert (told["new"], told["gone"], told["elsewhere"], told["kept"]) == (0, 0, 0, 0)
    assert not lines_of(Plan.objects.get(pk=plan.pk), {"changed": "1"}).exists()


def test_a_refusal_of_today_counts_and_words_stay(ready: ScoredBranch, plan: Plan) -> None:
    line = plan.lines.exclude(proposed=None).first()
    assert line is not None and line.proposed is not None
    LineComment.objects.create(plan=plan, client=line.client, author=ready.cast.director, text="?")
    refuse_advisor(client=line.client, advisor=line.proposed, actor=ready.cast.counter)
    solve_again(plan_id=plan.pk)
    now = plan.lines.filter(client=line.client).first()
    assert now is None or now.proposed_id != line.proposed_id
    assert LineComment.objects.get().client_id == line.client_id


def test_a_card_knows_the_refusals_of_the_last_round(ready: ScoredBranch, plan: Plan) -> None:
    """Also where the move itself stays as it was: a redirection looks there."""
    line = plan.lines.exclude(proposed=None).first()
    assert line is not None
    other = next(a for a in ready.advisors if a.pk not in (line.proposed_id, line.before_id))
    refusal = refuse_advisor(client=line.client, advisor=other, actor=ready.cast.counter)
    solve_again(plan_id=plan.pk)
    assert plan.lines.get(client=line.client).card["refused"] == [other.pk]
    withdraw_refusal(refusal=refusal, actor=ready.cast.counter)
    solve_again(plan_id=plan.pk)
    assert plan.lines.get(client=line.client).card["refused"] == []


def test_lines_that_say_the_same_are_not_written_again(ready: ScoredBranch, plan: Plan) -> None:
    with CaptureQueriesContext(connection) as caught:
        solve_again(plan_id=plan.pk)
    assert not [query for query in caught if query["sql"].startswith("COPY allocation_planline")]


def test_what_is_decided_meanwhile_is_not_lost(
    ready: ScoredBranch, tight: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague decides during every search: solved again around it, and kept as it is when that never ends."""
    real, waiting, tries = module.propose, list(tight.lines.order_by("-gain", "pk")), []

    def busy(case: Any, **options: Any) -> Any:
        found = real(case, **options)
        decide(ready, tight, [waiting[len(tries)]], Decision.REJECTED)
        tries.append(len(case.pins))
        return found

    monkeypatch.setattr(module, "propose", busy)
    told = solve_again(plan_id=tight.pk)
    assert tries == list(range(module.ATTEMPTS))
    assert told["kept"] == module.ATTEMPTS
    for line in waiting[: module.ATTEMPTS]:
        assert tight.lines.get(pk=line.pk).decision == "rejected"
    assert Plan.objects.get(pk=tight.pk).round == 2


def test_a_page_of_the_old_round_cannot_decide_unseen(ready: ScoredBranch, tight: Plan) -> None:
    rejected = list(tight.lines.exclude(before=None).order_by("-gain", "pk")[:3])
    decide(ready, tight, rejected, Decision.REJECTED)
    seen = tight.revision + 1
    solve_again(plan_id=tight.pk)
    changed = lines_of(Plan.objects.get(pk=tight.pk), {"changed": "1"}).first()
    assert changed is not None
    with pytest.raises(PlanConflict):
        decide_lines(
            plan=tight, line_ids=[changed.pk], decision="accepted", actor=ready.cast.director, seen_revision=seen
        )


def test_an_interrupted_save_leaves_every_line_as_it_was(
    tight: Plan, ready: ScoredBranch, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(ready, tight, list(tight.lines.order_by("-gain")[:2]), Decision.REJECTED)
    before = picture(tight)

    def dies(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(module, "_follow_holders", dies)
    with pytest.raises(RuntimeError):
        solve_again(plan_id=tight.pk)
    assert picture(tight) == before
    assert Plan.objects.get(pk=tight.pk).round == 1


def test_a_job_given_out_twice_saves_once(ready: ScoredBranch, tight: Plan) -> None:
    decide(ready, tight, list(tight.lines.order_by("-gain")[:2]), Decision.REJECTED)
    job = ask_again(plan=tight, actor=ready.cast.director)
    assert ask_again(plan=tight, actor=ready.cast.assistant) == job, "one at a time"
    assert runner.run(job.pk) is not None
    after = picture(tight)
    JobRun.objects.filter(pk=job.pk).update(state="queued")
    again = runner.run(job.pk)
    assert again is not None and again.result["round"] == 2
    assert picture(tight) == after
    assert ask_again(plan=tight, actor=ready.cast.director).pk != job.pk, "a finished one is no obstacle"


def test_decisions_that_cannot_stand_together_are_named(ready: ScoredBranch, tight: Plan) -> None:
    target = ready.advisors[2]
    heavy = list(tight.lines.exclude(before=target).exclude(proposed=None).order_by("-load", "pk")[:12])
    decide(ready, tight, heavy, Decision.REDIRECTED, advisor=target)
    before = picture(tight)
    job = ask_again(plan=tight, actor=ready.cast.director)
    done = runner.run(job.pk)
    assert done is not None and done.result["failed"]["code"] == "decided_overload"
    assert picture(tight) == before
    assert set(done.result["clients"]) <= {line.client_id for line in heavy}
    page = browser(ready, "director").get(reverse("allocation:plan_detail", args=[tight.pk]))
    text = page.content.decode()
    assert target.name in text and all(line.client.name in text for line in heavy[:3])
    status = browser(ready, "manager").get(reverse("allocation:review_status", args=[tight.pk]))
    assert heavy[0].client.name in status.content.decode()


def test_a_published_plan_is_left_alone(ready: ScoredBranch, plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.DISCARDED)
    before = picture(plan)
    assert solve_again(plan_id=plan.pk)["state"] == "discarded"
    assert picture(plan) == before
    with pytest.raises(PlanConflict):
        ask_again(plan=plan, actor=ready.cast.director)


def test_reviewers_are_told_of_a_round_newer_than_their_page(ready: ScoredBranch, plan: Plan) -> None:
    assistant = browser(ready, "assistant")
    status = reverse("allocation:review_status", args=[plan.pk]) + "?round=1"
    ask_again(plan=plan, actor=ready.cast.director)
    assert b"data-newer" not in assistant.get(status).content
    solve_again(plan_id=plan.pk)
    assert b"data-newer" in assistant.get(status).content
