"""What happens when people click twice, at the same time, back and forth, or where they should not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from allocation.models import Assignment, Plan
from branch_crm.core.models import AuditEntry, Role
from clients.models import Client, Reveal
from tests.allocation.branch import ScoredBranch, adopted, solved_plan
from tests.cast import account, make_cast
from tests.clients.book.conftest import PHONE, add_client
from tests.fixtures.browser import Watch
from tests.journeys.words import zh

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

Windows = Callable[..., BrowserContext]
Login = Callable[[Page, object], None]


@pytest.fixture
def ready(transactional_db: None) -> ScoredBranch:
    return adopted(make_cast(), clients=40)


@pytest.fixture
def plan(ready: ScoredBranch) -> Plan:
    return solved_plan(ready)


def approve(page: Page, plan: Plan) -> None:
    page.goto(f"/allocation/{plan.pk}/approval/")
    page.locator("[name=include_pending]").check()


def published() -> int:
    return AuditEntry.objects.filter(action="allocation.plan_published").count()


def test_of_two_directors_the_slower_one_learns_who_was_faster(
    new_context: Windows, login: Login, ready: ScoredBranch, plan: Plan, watch: Watch
) -> None:
    watch.expect("409")
    other = account("second", name="许晴", role=Role.DIRECTOR, branch=ready.branch, staff_no="D003")
    pages = []
    for person in (ready.cast.director, other):
        window = new_context().new_page()
        login(window, person)
        approve(window, plan)
        pages.append(window)
    for window in pages:
        window.get_by_role("button", name=zh("Publish the plan")).click()
    expect(pages[0].locator(".notice-success").first).to_be_visible()
    expect(pages[1].get_by_role("alert")).to_contain_text(ready.cast.director.name)
    assert published() == 1


def test_a_double_click_publishes_once(page: Page, login: Login, ready: ScoredBranch, plan: Plan) -> None:
    login(page, ready.cast.director)
    approve(page, plan)
    page.get_by_role("button", name=zh("Publish the plan")).dblclick()
    expect(page.locator(".notice-success").first).to_be_visible()
    assert published() == 1
    moved = plan.lines.exclude(after=None).count()
    assert Assignment.objects.filter(plan=plan).count() == moved


def test_going_back_after_publishing_does_nothing_twice(
    page: Page, login: Login, ready: ScoredBranch, plan: Plan, watch: Watch
) -> None:
    watch.expect("409")
    login(page, ready.cast.director)
    approve(page, plan)
    page.get_by_role("button", name=zh("Publish the plan")).click()
    expect(page.locator(".notice-success").first).to_be_visible()
    rows = Assignment.objects.count()
    page.go_back()
    page.wait_for_load_state()
    button = page.get_by_role("button", name=zh("Publish the plan"))
    # Not kept by the browser (no-store), the address leads to the plan as it is now; kept, the post is answered as done.
    if button.count():
        button.click()
    expect(page.locator(".notice-success, [role=alert]").first).to_be_visible()
    page.reload()
    assert (published(), Assignment.objects.count()) == (1, rows)


def test_an_advisor_works_with_the_own_book_and_says_why_he_calls(
    page: Page, login: Login, ready: ScoredBranch, watch: Watch
) -> None:
    cast = ready.cast
    mine = add_client(cast.home, "90001", "张伟", "zhang wei", advisor=cast.advisor_profile)
    theirs = add_client(cast.home, "90002", "王秀英", "wang xiu ying", advisor=cast.colleague_profile)
    login(page, cast.advisor)
    page.goto("/clients/?rows=200")
    expect(page.get_by_role("link", name=mine.name).first).to_be_visible()
    expect(page.get_by_role("link", name=theirs.name)).to_have_count(0)
    assert page.locator("tr[data-row]").count() == Client.objects.filter(advisor=cast.advisor_profile).count()

    page.goto(f"/clients/{mine.pk}/")
    page.locator(".masked [hx-get*='field=phone']").first.click()
    page.locator("select[name=purpose]").select_option("service_call")
    page.get_by_role("button", name=zh("Show it"), exact=True).click()
    expect(page.get_by_text(re.compile(r"138\s?1234\s?5678"))).to_be_visible()
    reveal = Reveal.objects.get()
    assert (reveal.by, reveal.client, reveal.purpose) == (cast.advisor, mine, "service_call")

    watch.expect("404")
    answer = page.goto(f"/clients/{theirs.pk}/")
    assert answer is not None and answer.status == 404


@pytest.mark.parametrize("query", [PHONE[-4:], "wxy", "wangxiu", "秀英"])
def test_the_counter_finds_whoever_stands_there(page: Page, login: Login, ready: ScoredBranch, query: str) -> None:
    client = add_client(ready.branch, "90002", "王秀英", "wang xiu ying", advisor=ready.cast.colleague_profile)
    login(page, ready.cast.counter)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type(query)
    option = page.locator("[data-results] [role=option]", has_text=client.name)
    expect(option).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/clients/{client.pk}/")
    expect(page.locator("h1")).to_contain_text(client.name)
