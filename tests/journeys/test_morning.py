"""A morning at the desk by keyboard alone: the queue from top to bottom, one talk a client, until nothing asks any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from servicelog.domain.service_rules import DEFAULT_RULES
from servicelog.models import Contact, MotTask, Promise, ServicePolicy
from tests.cast import Cast, make_cast
from tests.fixtures.browser import Watch
from tests.journeys.words import zh
from tests.servicelog.branch import client_of, log, task
from tests.servicelog.test_today import tiered

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

Login = Callable[[Page, object], None]
TALKS = {
    "李建军": "客户说明转出资金用于购房首付，年后回流，已约定春节前再通一次电话",
    "赵海燕": "提醒客户风险测评下周到期，客户答应今晚用手机重新测评",
    "孙国强": "很久没有联系，问候近况，客户提到孩子明年出国，需要准备外汇",
}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Without quiet hours and with a long day: a morning begins whenever the tests run."""
    cast = make_cast()
    rules = {
        **DEFAULT_RULES,
        "quiet_hours": {"from": "00:00", "until": "00:00"},
        "counting": {**DEFAULT_RULES["counting"], "day_from": "00:00", "day_until": "23:59"},
    }
    ServicePolicy.objects.create(
        branch=cast.home, version=1, state="published", rules=rules, valid_from=timezone.localdate() - timedelta(days=1)
    )
    return cast


@pytest.fixture
def book(cast: Cast) -> Cast:
    """Overdue with two tasks and a promise; due later; a diamond client gone quiet; and a colleague's."""
    today = timezone.localdate()
    overdue = tiered(client_of(cast, "80000001", "李建军"), 3)
    first = log(cast, overdue, summary="介绍了两融业务的基本规则，客户要求书面材料").contact
    Promise.objects.create(branch=cast.home, client=overdue, contact=first, text="寄送两融材料", due_on=today)
    task(cast, overdue, due_on=today - timedelta(days=2))
    task(cast, overdue, "birthday", mandatory=False)
    later = tiered(client_of(cast, "80000002", "赵海燕"), 2)
    task(cast, later, "risk_expiring", due_on=today + timedelta(days=9))
    tiered(client_of(cast, "80000003", "孙国强"), 5)
    task(cast, client_of(cast, "80000004", "别人的", advisor=cast.colleague_profile))
    return cast


def test_a_whole_morning_by_keyboard(page: Page, login: Login, book: Cast, watch: Watch) -> None:
    login(page, book.advisor)
    page.goto("/")
    expect(page).to_have_url("/service/today/")
    names = page.locator(".day-row .day-who a")
    expect(names).to_have_text(["李建军", "赵海燕", "孙国强"])

    page.keyboard.press("j")
    for left, (name, talk) in enumerate(TALKS.items(), start=1):
        expect(page.locator("[data-row][data-current]")).to_contain_text(name)
        page.keyboard.press("n")
        summary = page.locator("#drawer textarea[name=summary]")
        expect(summary).to_be_focused()
        page.keyboard.type(talk)
        for box in page.locator("#drawer [name=tasks], #drawer [name=kept]").all():
            box.focus()
            if not box.is_checked():
                page.keyboard.press("Space")
        summary.focus()
        page.keyboard.press("Control+Enter")
        expect(page.locator("#drawer .notice-success")).to_be_visible()
        # The client leaves the queue while the drawer still says how the log came out.
        expect(names).to_have_count(len(TALKS) - left)
        page.keyboard.press("Escape")
        expect(page.locator("#drawer")).to_be_hidden()
    expect(page.locator("#day-fact")).to_contain_text(zh("nothing is due now"))
    expect(page.locator(".empty-state")).to_contain_text(zh("Nothing asks for you today"))
    assert Contact.objects.count() == 1 + len(TALKS)
    assert not MotTask.objects.filter(state="open", client__advisor=book.advisor_profile).exists()
    assert MotTask.objects.filter(state="done", contact__isnull=True).count() == 0
    assert Promise.objects.get().state == "kept"


def test_the_days_and_the_own_book_lead_on(page: Page, login: Login, book: Cast) -> None:
    login(page, book.advisor)
    page.goto("/service/today/")
    page.get_by_role("link", name=zh("Two weeks")).click()
    expect(page.locator("main")).to_contain_text("孙国强")
    page.get_by_role("link", name=zh("My book and the branch")).click()
    expect(page.locator(".own-figure")).to_have_count(3)
    # The diamond client nobody has spoken to is what the next night would tell.
    expect(page.get_by_label(zh("What will be reviewed next")).locator(".record-rows")).to_contain_text("孙国强")
    page.get_by_role("link", name=zh("Calendar"), exact=True).click()
    page.get_by_role("button", name=zh("Issue an address")).click()
    address = page.locator("#address").input_value()
    assert page.request.get(address).text().startswith("BEGIN:VCALENDAR")
