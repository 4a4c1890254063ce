"""A rollback that a later plan stands against; two people for a large plan, a day ahead and its night."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from allocation.models import Assignment, MatchPolicy, Plan
from allocation.services.publish_due_plans import publish_due_plans
from allocation.services.publish_plan import publish_plan
from branch_crm.core import trading_calendar
from clients.models import Client
from tests.allocation.branch import adopted, solved_plan
from tests.cast import make_cast
from tests.fixtures.browser import Watch
from tests.journeys.words import zh

TODAY = timezone.localdate()

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_rollback_and_two_people_for_a_large_plan(
    page: Page,
    new_context: Callable[..., BrowserContext],
    login: Callable[..., None],
    watch: Watch,
    accessibility_problems: Callable[[Page], list[str]],
) -> None:
    ready = adopted(make_cast(), clients=160, advisors=5)
    director, manager = page, new_context().new_page()
    login(director, ready.cast.director)
    login(manager, ready.cast.manager)

    # A later plan touches some of the clients of a published one: the rollback names them and takes back the others.
    published = solved_plan(ready)
    publish_plan(plan=published, actor=ready.cast.director, effective_on=TODAY, include_pending=True)
    target = published.lines.exclude(proposed=None).first().proposed
    later = solved_plan(ready, scope={"kind": "advisor", "advisor": target.pk}, hours={str(target.pk): 0.0})
    publish_plan(plan=later, actor=ready.cast.director, effective_on=TODAY, include_pending=True)
    touched = published.lines.filter(client__in=later.lines.values("client"))
    client = touched.first().client
    director.goto(f"/allocation/{published.pk}/")
    director.get_by_role("link", name=zh("Roll back")).click()
    named = director.locator(".conflicts li", has_text=client.name)
    expect(named.get_by_role("link", name=f"#{later.number}")).to_be_visible()
    assert accessibility_problems(director) == []
    director.locator("[name=skip_conflicts]").check()
    director.locator("form .btn-danger").click()
    expect(director.get_by_text(zh("rolled back")).first).to_be_visible()
    client.refresh_from_db()
    assert client.advisor_id == later.lines.get(client=client).after_id
    back = published.lines.exclude(pk__in=touched.values("pk")).exclude(before=None).first()
    assert Client.objects.get(pk=back.client_id).advisor_id == back.before_id

    # The director asks for a second person from the sixth move on: a draft, its effect, its publication.
    director.goto("/allocation/policy/")
    director.get_by_role("link", name=zh("Draft a new version")).click()
    director.get_by_label(zh("Second approval above so many moves")).fill("5")
    director.get_by_label(zh("Second approval above so many moves")).blur()
    expect(director.locator("ins").first).to_contain_text("5")
    assert accessibility_problems(director) == []
    director.get_by_role("button", name=zh("Save the draft")).click()
    director.get_by_label(zh("Why this change")).fill("大额调整须两人审批")
    director.get_by_role("button", name=zh("Publish the match policy")).click()
    expect(director.locator("h1")).to_contain_text(zh("in force"))
    assert MatchPolicy.objects.get(version=2).published_by == ready.cast.director

    # The page says before the click that, why and by whom a second approval is needed.
    plan = solved_plan(ready, fairness=0.15)
    moves, day = plan.lines.count(), trading_calendar.load().shift(TODAY, 2)
    assert moves > 5
    director.goto(f"/allocation/{plan.pk}/")
    director.get_by_role("link", name=zh("Fairness report")).click()
    director.get_by_role("link", name=zh("why")).first.click()
    expect(director.locator("#drawer .why-total")).to_be_visible()
    assert accessibility_problems(director) == []
    director.goto(f"/allocation/{plan.pk}/approval/")
    director.locator("[name=include_pending]").check()
    expect(director.locator(".variant-all").first).to_contain_text(ready.cast.manager.name)
    director.get_by_label(zh("Effective on")).fill(day.isoformat())
    director.get_by_label(zh("Note for the record")).fill("年底前完成")
    director.get_by_role("button", name=zh("Approve and ask for the second approval")).click()
    expect(director.get_by_role("link", name=zh("Second approval"), exact=True)).to_have_count(0)

    # The manager finds it on the home page, sends it back, and approves when it comes again.
    manager.goto("/")
    waiting = manager.get_by_role("link", name=re.compile(rf"#{plan.number} ")).first
    expect(manager.locator(".notice", has_text=ready.cast.director.name)).to_be_visible()
    manager.locator(".notice", has=waiting).get_by_role("link").first.click()
    expect(manager.get_by_text("年底前完成")).to_be_visible()
    assert accessibility_problems(manager) == []
    manager.locator("summary", has_text=zh("Send the plan back")).click()
    manager.get_by_label(zh("Why it is sent back")).fill("请说明对核心客户的影响")
    manager.get_by_role("button", name=zh("Send the plan back")).click()
    expect(manager.locator(".state", has_text=zh("proposed")).first).to_be_visible()
    director.reload()
    expect(director.get_by_text("请说明对核心客户的影响")).to_be_visible()
    director.get_by_role("link", name=zh("Approve and publish")).click()
    director.get_by_label(zh("Effective on")).fill(day.isoformat())
    director.get_by_role("button", name=zh("Approve and ask for the second approval")).click()
    manager.goto(f"/allocation/{plan.pk}/")
    manager.get_by_role("link", name=zh("Second approval"), exact=True).click()
    manager.get_by_role("button", name=zh("Give the second approval")).click()
    expect(manager.get_by_text(day.isoformat()).first).to_be_visible()

    # Nothing has moved; the night of the day puts it into the books.
    assert not Assignment.objects.filter(plan=plan).exists()
    assert publish_due_plans(ready.branch, day)["published"] == [plan.number]
    plan.refresh_from_db()
    assert plan.state == Plan.State.PUBLISHED and plan.second_by == ready.cast.manager
    assert Assignment.objects.filter(plan=plan, starts=day).exists()
