"""What the rollback page says before the click is what the rollback then does."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from allocation.models import Plan
from allocation.services.lock_client import lock_client
from allocation.services.preview_rollback import rollback_effect
from allocation.services.publish_plan import publish_plan
from allocation.services.refuse_advisor import refuse_advisor
from allocation.services.roll_back_plan import roll_back_plan
from clients.models import Client
from tests.allocation.branch import ScoredBranch, solved_plan

TODAY = timezone.localdate()


@pytest.fixture
def published(ready: ScoredBranch, plan: Plan) -> Plan:
    return publish_plan(plan=plan, actor=ready.cast.director, effective_on=TODAY, include_pending=True).plan


def director(ready: ScoredBranch) -> Browser:
    client = Browser()
    client.force_login(ready.cast.director, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_books_change_as_said(ready: ScoredBranch, published: Plan) -> None:
    effect = rollback_effect(published, on=TODAY)
    before = {a.pk: Client.objects.filter(advisor=a).count() for a in ready.advisors}
    assert effect.moves == published.lines.count() and not effect.conflicts
    assert effect.to_nobody == published.lines.filter(before=None).count()
    done = roll_back_plan(plan=published, actor=ready.cast.director)
    assert done.moved == effect.moves
    for book in effect.books:
        now = Client.objects.filter(advisor=book.advisor).count()
        assert now - before[book.advisor.pk] == book.back - book.away
    assert sum(book.hours for book in effect.books) == pytest.approx(
        -sum(published.lines.filter(before=None).values_list("load", flat=True))
    )


def test_clients_of_a_later_plan_are_named_with_it_and_the_others_go_back(ready: ScoredBranch, published: Plan) -> None:
    target = published.lines.exclude(proposed=None).first().proposed
    later = solved_plan(ready, scope={"kind": "advisor", "advisor": target.pk}, hours={str(target.pk): 0.0})
    publish_plan(plan=later, actor=ready.cast.director, effective_on=TODAY, include_pending=True)
    shared = set(later.lines.values_list("client_id", flat=True)) & set(
        published.lines.values_list("client_id", flat=True)
    )
    effect = rollback_effect(published, on=TODAY)
    assert {conflict.client_id for conflict in effect.conflicts} == shared
    assert {(conflict.code, conflict.plan_id) for conflict in effect.conflicts} == {("moved", later.pk)}
    url = reverse("allocation:rollback", args=[published.pk])
    page = director(ready).get(url)
    assert reverse("allocation:plan_detail", args=[later.pk]) in page.content.decode()
    refused = director(ready).post(url)
    assert refused.status_code == 409 and refused.context["refused"]
    assert director(ready).post(url, {"skip_conflicts": "1"}).status_code == 302
    published.refresh_from_db()
    assert published.state == Plan.State.ROLLED_BACK


def test_a_refusal_or_lock_made_since_is_never_run_over(ready: ScoredBranch, published: Plan) -> None:
    first, second, *_ = published.lines.exclude(before=None).exclude(proposed=None).select_related("client", "before")
    refuse_advisor(client=first.client, advisor=first.before, actor=ready.cast.counter)
    second.client.refresh_from_db()
    lock_client(client=second.client, actor=ready.cast.director, reason="family")
    effect = rollback_effect(published, on=TODAY)
    assert {(c.client_id, c.code) for c in effect.conflicts} == {
        (first.client_id, "refused"),
        (second.client_id, "locked"),
    }
    done = roll_back_plan(plan=published, actor=ready.cast.director, skip_conflicts=True)
    assert done.skipped == 2
    assert Client.objects.get(pk=first.client_id).advisor_id == first.proposed_id


def test_open_plans_that_count_on_these_books_are_a_warning(ready: ScoredBranch, published: Plan) -> None:
    open_plan = solved_plan(ready, switch_penalty=0.0, fairness=0.15)
    shared = open_plan.lines.filter(client__in=published.lines.values("client")).count()
    assert shared
    (ahead,) = rollback_effect(published, on=TODAY).ahead
    assert (ahead.pk, ahead.touched) == (open_plan.pk, shared)  # type: ignore[attr-defined]


def test_queries_do_not_grow_with_the_clients(ready: ScoredBranch, published: Plan) -> None:
    with CaptureQueriesContext(connection) as seen:
        rollback_effect(published, on=TODAY)
    assert len(seen) <= 9
