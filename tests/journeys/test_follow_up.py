"""A follow-up from the counter's keyboard to the report: an alarming answer reaches compliance, the client's advisor nothing."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from branch_crm.demo.book import Book
from branch_crm.demo.follow_ups import hold_follow_ups
from clients.models import Reveal
from servicelog.models import FollowUp
from tests.cast import Cast, make_cast
from tests.clients.book.conftest import PHONE, add_client
from tests.journeys.words import zh
from tests.servicelog.follow_ups import book, follow_up

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """A year that is under way, as the demo has it."""
    cast = make_cast()
    book(cast, 150)
    today = timezone.localdate()
    year = Book(code=cast.home.code, clients=150, seed=1, told=0, as_of=today)
    hold_follow_ups(year, SimpleNamespace(step=lambda *_args: None))  # type: ignore[arg-type]
    return cast


def answer(page: Page, code: str, *, presses: int) -> None:
    """Tab would come to the first choice; space takes it, the arrows go on."""
    page.locator(f"input[name='answer.{code}']").first.focus()
    page.keyboard.press("Space")
    for _at in range(presses):
        page.keyboard.press("ArrowRight")


def test_from_the_queue_to_the_report(
    new_context: Callable[..., BrowserContext],
    login: Callable[[Page, object], None],
    accessibility_problems: Callable[[Page], list[str]],
    cast: Cast,
) -> None:
    assert FollowUp.objects.exclude(state=FollowUp.State.OPEN).exists() or timezone.localdate().month < 3
    client = add_client(cast.home, "70000001", "张建国", "zhang jian guo", advisor=cast.advisor_profile)
    asked = follow_up(cast, client, kind=FollowUp.Kind.NEW, due_on=timezone.localdate().replace(month=1, day=1))
    counter = new_context().new_page()
    login(counter, cast.counter)
    counter.goto("/service/follow-ups/")
    assert accessibility_problems(counter) == []
    counter.keyboard.press("j")
    counter.keyboard.press("Enter")
    expect(counter.get_by_role("heading", level=1)).to_contain_text("张建国")
    counter.locator(".masked a").click()
    counter.get_by_role("button", name=zh("Show it")).click()
    expect(counter.locator(".masked strong")).to_contain_text(PHONE[-4:])
    assert Reveal.objects.get(client=client).purpose == "follow_up"
    for code, presses in (("identity", 0), ("account", 0), ("traded", 0), ("risk", 0), ("mandate", 1)):
        answer(counter, code, presses=presses)
    counter.locator("[name='note.traded']").fill("客户称密码由客户经理保管")
    counter.locator("[name=recording]").fill("HF2026-001")
    assert accessibility_problems(counter) == []
    counter.keyboard.press("Control+Enter")
    expect(counter.locator(".notice-success")).to_contain_text("张建国")
    asked.refresh_from_db()
    assert (asked.state, asked.answers["traded"]["answer"]) == (FollowUp.State.ASKED, "yes")

    compliance = new_context(color_scheme="dark").new_page()
    login(compliance, cast.compliance)
    compliance.goto(f"/service/follow-ups/{asked.pk}/")
    expect(compliance.get_by_text("客户称密码由客户经理保管")).to_be_visible()
    compliance.get_by_text(zh("something to clear up"), exact=True).click()
    compliance.locator("[name=note]").fill("已约谈客户经理，待核查录音")
    assert accessibility_problems(compliance) == []
    compliance.get_by_role("button", name=zh("Record the verdict")).click()
    expect(compliance.locator(".notice-success")).to_be_visible()
    for page in ("year/", "year/report/", "samples/new/?seed=5", "policy/", "policy/new/"):
        compliance.goto(f"/service/follow-ups/{page}")
        assert accessibility_problems(compliance) == []
    compliance.goto("/service/follow-ups/year/report/")
    expect(compliance.get_by_text("已约谈客户经理，待核查录音")).to_be_visible()

    advisor = new_context(viewport={"width": 390, "height": 844}).new_page()
    login(advisor, cast.advisor)
    advisor.goto(f"/clients/{client.pk}/")
    expect(advisor.get_by_role("heading", level=1)).to_contain_text("张建国")
    expect(advisor.locator("a[href*='follow-ups']")).to_have_count(0)
