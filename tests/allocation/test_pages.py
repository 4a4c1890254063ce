"""Every page of the app opens for those who may, and for nobody else."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from allocation.models import Assignment, ClientRefusal, Plan
from allocation.services.flag_reviews import flag_reviews
from allocation.services.publish_plan import publish_plan
from clients.models import Client
from tests.allocation.branch import ScoredBranch, solved_plan

DESK = {"director", "assistant"}
READERS = DESK | {"manager", "compliance"}
HISTORY = READERS | {"advisor", "counter"}


def browser(ready: ScoredBranch, who: str) -> Browser:
    client = Browser()
    client.force_login(ready.cast.staff[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_cases(plan: Plan, ready: ScoredBranch) -> list[tuple[str, set[str]]]:
    line = plan.lines.first()
    stays = Client.objects.filter(branch=ready.branch).exclude(pk__in=plan.lines.values("client")).first()
    own = Client.objects.filter(advisor=ready.cast.advisor_profile).first()
    return [
        (reverse("allocation:plan_list"), READERS),
        (reverse("allocation:plan_new"), DESK),
        (reverse("allocation:plan_detail", args=[plan.pk]), READERS),
        (reverse("allocation:plan_detail", args=[plan.pk]) + "?tab=balance", READERS),
        (reverse("allocation:plan_detail", args=[plan.pk]) + "?tier=3&decision=pending&after=1.5:3", READERS),
        (reverse("allocation:line_card", args=[plan.pk, line.pk]), READERS),
        (reverse("allocation:explain", args=[plan.pk, stays.pk]), READERS),
        (reverse("allocation:redirect_effect", args=[plan.pk, line.pk]) + f"?advisor={ready.advisors[1].pk}", DESK),
        (reverse("allocation:approval", args=[plan.pk]), {"director"}),
        (reverse("allocation:flag_list"), READERS),
        (reverse("allocation:policy_list"), READERS),
        (reverse("allocation:client_history", args=[own.pk]), HISTORY),
        (reverse("allocation:advisor_book", args=[ready.cast.advisor_profile.pk]), HISTORY),
    ]


def test_pages_open_for_their_roles_alone(ready: ScoredBranch, plan: Plan) -> None:
    wrong = []
    for url, allowed in page_cases(plan, ready):
        for who in ready.cast.staff:
            status = browser(ready, who).get(url).status_code
            expected = {200} if who in allowed else {403, 404}
            if who == "stranger":
                expected = {404} if f"/{plan.pk}/" in url or "/clients/" in url or "/advisors/" in url else {200}
            if status not in expected:
                wrong.append((url, who, status))
    assert wrong == []


def test_a_colleagues_client_and_book_are_not_there(ready: ScoredBranch) -> None:
    theirs = Client.objects.filter(advisor=ready.cast.advisor_profile).first()
    colleague = browser(ready, "colleague")
    assert colleague.get(reverse("allocation:client_history", args=[theirs.pk])).status_code == 404
    book = reverse("allocation:advisor_book", args=[ready.cast.advisor_profile.pk])
    assert colleague.get(book).status_code == 404


def test_the_director_reviews_and_publishes(ready: ScoredBranch, plan: Plan) -> None:
    director = browser(ready, "director")
    first, second, third, *_ = plan.lines.order_by("-gain", "pk")
    url = reverse("allocation:line_decision", args=[plan.pk, first.pk])
    answer = director.post(url, {"decision": "rejected", "revision": 0}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and f'id="move-{first.pk}"' in answer.content.decode()
    others = [advisor for advisor in ready.advisors if advisor.pk not in (second.proposed_id, second.before_id)]
    url = reverse("allocation:line_decision", args=[plan.pk, second.pk])
    director.post(url, {"decision": "redirected", "advisor": others[0].pk, "revision": 1})
    bulk = reverse("allocation:bulk_decision", args=[plan.pk])
    director.post(bulk, {"action": "accepted", "pk": [third.pk], "revision": 2})
    approval = reverse("allocation:approval", args=[plan.pk])
    answer = director.post(approval, {"effective_on": timezone.localdate().isoformat()}, follow=True)
    assert answer.status_code == 200
    plan.refresh_from_db()
    assert plan.state == Plan.State.PUBLISHED
    moved = dict(Assignment.objects.filter(plan=plan).values_list("client_id", "advisor_id"))
    assert moved == {second.client_id: others[0].pk, third.client_id: third.proposed_id}
    answer = director.post(reverse("allocation:rollback", args=[plan.pk]), follow=True)
    plan.refresh_from_db()
    assert answer.status_code == 200 and plan.state == Plan.State.ROLLED_BACK


def test_all_of_a_filter_is_asked_for_with_its_number_first(ready: ScoredBranch, plan: Plan) -> None:
    director = browser(ready, "director")
    bulk = reverse("allocation:bulk_decision", args=[plan.pk])
    wanted = plan.lines.filter(tier=2).count()
    post = {"action": "accepted", "all": "1", "query": "tier=2", "revision": 0}
    question = director.post(bulk, post)
    assert question.context["count"] == wanted
    assert not plan.lines.exclude(decision="pending").exists()
    director.post(bulk, {**post, "confirmed": "1", "expected": str(wanted)})
    assert plan.lines.filter(decision="accepted").count() == wanted
    assert not plan.lines.filter(decision="accepted").exclude(tier=2).exists()


def test_a_stale_page_is_told_who_decided(ready: ScoredBranch, plan: Plan) -> None:
    line = plan.lines.first()
    url = reverse("allocation:line_decision", args=[plan.pk, line.pk])
    assistant, director = browser(ready, "assistant"), browser(ready, "director")
    htmx = {"HX-Request": "true"}
    assert assistant.post(url, {"decision": "rejected", "revision": 0}, headers=htmx).status_code == 200
    answer = director.post(url, {"decision": "accepted", "revision": 0}, headers=htmx)
    assert answer.status_code == 409 and ready.cast.assistant.name in answer.content.decode()
    line.refresh_from_db()
    assert line.decision == "rejected"
    bulk = director.post(
        reverse("allocation:bulk_decision", args=[plan.pk]), {"action": "accepted", "pk": [line.pk], "revision": 0}
    )
    assert bulk.status_code == 409


def test_losers_of_a_race_get_409(ready: ScoredBranch, plan: Plan) -> None:
    other = solved_plan(ready)
    publish_plan(plan=plan, actor=ready.cast.director, effective_on=timezone.localdate(), include_pending=True)
    answer = browser(ready, "director").post(
        reverse("allocation:approval", args=[other.pk]),
        {"effective_on": timezone.localdate().isoformat(), "include_pending": "1"},
    )
    assert answer.status_code == 409
    assert f"#{plan.number}" in answer.content.decode()


def test_counter_notes_a_refusal_and_the_next_run_obeys(ready: ScoredBranch, plan: Plan) -> None:
    line = plan.lines.exclude(proposed=None).first()
    counter = browser(ready, "counter")
    url = reverse("allocation:refusal_new", args=[line.client_id])
    assert counter.post(url, {"advisor": line.proposed_id}, follow=True).status_code == 200
    assert ClientRefusal.objects.get().advisor_id == line.proposed_id
    again = solved_plan(ready).lines.filter(client=line.client_id).first()
    assert again is None or again.proposed_id != line.proposed_id


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "advisor"},
        {"kind": "filter", "tier_from": 4, "tier_to": 2},
        {"switch_penalty": "x"},
        {"fairness": "-3"},
    ],
    ids=["no advisor", "tiers upside down", "penalty", "fairness"],
)
def test_a_wrong_run_is_explained_at_the_field(ready: ScoredBranch, change: dict[str, object]) -> None:
    post = {"kind": "branch", "fairness": "15", "switch_penalty": "0.1", **change}
    answer = browser(ready, "director").post(reverse("allocation:plan_new"), post)
    assert answer.status_code == 200 and answer.context["form"].errors
    assert not Plan.objects.exists()


def test_every_kind_of_flag_is_readable(ready: ScoredBranch) -> None:
    ready.advisors[0].left = timezone.localdate()
    ready.advisors[0].save()
    ready.advisors[1].monthly_hours = 1
    ready.advisors[1].save()
    flag_reviews(ready.branch, timezone.localdate())
    page = browser(ready, "director").get(reverse("allocation:flag_list"))
    assert page.status_code == 200
    assert {flag.kind for flag, _better in page.context["rows"]} >= {"holder_gone", "overloaded", "unserved_core"}
