"""The review over the API: every decision, by filter with the expected number, comments, solving again; 409 when stale."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from allocation.models import AssignmentLock, LineComment, Plan
from allocation.queries.review import lines_of
from branch_crm.core.jobs import runner
from tests.allocation.branch import ScoredBranch
from tests.allocation.test_pages import browser

DECISIONS = "/api/v1/moves/decisions/"


def post(who: Browser, address: str, body: dict[str, Any]) -> Any:
    return who.post(address, body, content_type="application/json")


def test_one_is_locked_with_its_price_and_taken_back(ready: ScoredBranch, plan: Plan) -> None:
    director = browser(ready, "director")
    line = plan.lines.exclude(before=None).first()
    assert line is not None
    price = director.get(f"/api/v1/moves/{line.pk}/lock-price/").json()
    assert price["lost"] == pytest.approx(line.gain) and len(price["shifts"]) == 2
    body = {"moves": [line.pk], "decision": "locked", "revision": 0}
    assert list(post(director, DECISIONS, body).json()) == ["reason"]
    assert not AssignmentLock.objects.exists()
    assert post(browser(ready, "assistant"), DECISIONS, {**body, "reason": "x"}).status_code == 403
    assert post(director, DECISIONS, {**body, "reason": "家庭客户"}).json()["revision"] == 1
    assert AssignmentLock.objects.filter(withdrawn_at=None).count() == 1
    assert post(director, DECISIONS, {**body, "decision": "pending", "revision": 1}).status_code == 200
    assert not AssignmentLock.objects.filter(withdrawn_at=None).exists()


def test_a_filter_is_decided_only_with_its_right_number(ready: ScoredBranch, plan: Plan) -> None:
    director = browser(ready, "director")
    body = {"plan": plan.pk, "filter": {"tier": "2"}, "decision": "accepted", "revision": 0}
    count = lines_of(plan, {"tier": "2"}).count()
    wrong = post(director, DECISIONS, {**body, "expected": count + 1})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "counted_otherwise")
    assert not plan.lines.exclude(decision="pending").exists()
    assert post(director, DECISIONS, {**body, "expected": count}).status_code == 200
    assert plan.lines.filter(decision="accepted").count() == count
    # What is decided is left alone, unless it is meant.
    rejected = {**body, "decision": "rejected", "revision": 1}
    assert post(director, DECISIONS, {**rejected, "expected": 0}).status_code == 200
    assert post(director, DECISIONS, {**rejected, "expected": count, "anew": True}).status_code == 200
    assert plan.lines.filter(decision="rejected").count() == count


@pytest.mark.parametrize(
    "change",
    [
        {"moves": [1]},
        {"expected": None},
        {"filter": {"colour": "red"}},
        {"decision": "redirected"},
        {"decision": "maybe"},
        {"revision": None},
    ],
    ids=["both", "no number", "unknown filter", "no target", "no decision", "no revision"],
)
def test_a_spoiled_request_is_explained(ready: ScoredBranch, plan: Plan, change: dict[str, Any]) -> None:
    body = {"plan": plan.pk, "filter": {}, "expected": 1, "decision": "accepted", "revision": 0, **change}
    answer = post(browser(ready, "director"), DECISIONS, {k: v for k, v in body.items() if v is not None})
    assert answer.status_code == 400 and answer.json()
    assert not plan.lines.exclude(decision="pending").exists()


def test_a_stale_revision_and_a_move_that_is_gone_get_409(ready: ScoredBranch, plan: Plan) -> None:
    first, second = plan.lines.order_by("pk")[:2]
    body = {"moves": [first.pk], "decision": "rejected", "revision": 0}
    assert post(browser(ready, "assistant"), DECISIONS, body).status_code == 200
    stale = post(browser(ready, "director"), DECISIONS, {**body, "decision": "accepted"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert stale.json()["conflicts"][0]["client"] == str(first.client_id)
    gone = post(browser(ready, "director"), DECISIONS, {**body, "moves": [second.pk, 10**9], "revision": 1})
    assert (gone.status_code, gone.json()["code"]) == (409, "gone")
    again = reverse("api:plan-solve-again", args=[plan.pk])
    assert post(browser(ready, "director"), again, {"revision": 0}).status_code == 409


def test_solving_again_is_asked_for_and_told(ready: ScoredBranch, plan: Plan) -> None:
    director = browser(ready, "director")
    answer = post(director, reverse("api:plan-solve-again", args=[plan.pk]), {"revision": 0})
    assert answer.status_code == 202 and answer.json()["round"] == 1
    runner.run(answer.json()["again_job"])
    told = director.get(reverse("api:plan-detail", args=[plan.pk])).json()
    assert (told["round"], told["changes"]["new"], told["revision"]) == (2, 0, 1)


def test_reviewers_talk(ready: ScoredBranch, plan: Plan) -> None:
    line = plan.lines.first()
    assert line is not None
    address = reverse("api:move-comments", args=[line.pk])
    assert post(browser(ready, "compliance"), address, {"text": "依据?"}).status_code == 201
    assert post(browser(ready, "manager"), address, {"text": "  "}).status_code == 400
    assert post(browser(ready, "manager"), address, {"text": "x" * 501}).status_code == 400
    assert post(browser(ready, "counter"), address, {"text": "x"}).status_code == 403
    said = browser(ready, "director").get(address).json()
    assert [(row["author_name"], row["text"]) for row in said] == [(ready.cast.compliance.name, "依据?")]
    assert LineComment.objects.count() == 1
