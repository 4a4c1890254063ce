"""A client stands at the counter and wants to close: found by pinyin, taken in, done, while all of retention is still open."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from clients.models import Client
from retention.models import LeavingRequest, RetentionCase
from retention.services.close_case import end_by_requests
from retention.services.make_offer import make_offer
from retention.services.open_case import open_cases_of_new_requests
from servicelog.models import Complaint
from tests.cast import Cast, make_cast
from tests.journeys.diamond import diamond_client
from tests.journeys.words import zh

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def client(cast: Cast) -> Client:
    client = diamond_client(cast)
    Complaint.objects.create(
        branch=cast.home, client=client, received_on=timezone.localdate(), channel="phone", about="fees", text="佣金偏高",
        entered_by=cast.counter,
    )  # fmt: skip
    return client


def test_a_closing_is_done_while_every_retention_task_is_open(
    page: Page,
    new_context: Callable[..., BrowserContext],
    login: Callable[..., None],
    accessibility_problems: Callable[[Page], list[str]],
    cast: Cast,
    client: Client,
) -> None:
    login(page, cast.counter)
    page.goto("/retention/")
    page.get_by_label(zh("Who stands here?")).press_sequentially("80000001")
    page.locator("#found").get_by_role("link", name="李建军").click()
    expect(page.get_by_label(zh("Likely reasons"))).to_contain_text("佣金")
    expect(page.get_by_label(zh("Open matters"))).to_contain_text(zh("Complaint"))
    assert accessibility_problems(page) == []

    page.get_by_role("link", name=zh("Take in the request")).click()
    page.get_by_label("销户", exact=True).check()
    assert accessibility_problems(page) == []
    page.get_by_role("button", name=zh("Take in the request")).click()
    expect(page.get_by_label(zh("Clock"))).to_contain_text(zh("To be done by"))
    assert accessibility_problems(page) == []

    # Retention starts beside it: counter, advisor and director are called, and a cheap rate waits for the director.
    assert open_cases_of_new_requests() == 1
    case = RetentionCase.objects.get()
    make_offer(case=case, concession="rate", rate=Decimal("0.00013"), actor=cast.advisor)
    page.reload()
    expect(page.get_by_label(zh("Retention case"))).to_contain_text(cast.advisor.name)

    # A ground that the law knows holds it, and says what the client has to do; it passes, and the request is done.
    page.get_by_label(zh("Lawful ground")).select_option("cash")
    page.get_by_label(zh("What the client has to do")).fill("转出余额后再来")
    page.get_by_role("button", name=zh("Note the ground")).click()
    page.get_by_role("button", name=zh("Complete the request")).click()
    expect(page.get_by_text("尚有法定限制事项：账户尚有资金。")).to_be_visible()
    page.get_by_role("button", name=zh("Has passed")).click()
    page.get_by_role("button", name=zh("Complete the request")).dblclick()
    expect(page.get_by_text(zh("Done. The request is completed.")).first).to_be_visible()
    request = LeavingRequest.objects.get()
    assert (request.state, request.finished_by) == ("done", cast.counter)
    assert [step.step for step in request.steps.all()].count("done") == 1
    assert dict(case.tasks.values_list("role", "state")) == dict.fromkeys(("counter", "advisor", "director"), "called")
    assert [offer.state for offer in case.offers.all()] == ["waiting"]

    # From that second on nobody may talk about staying; a minute later the case says so itself.
    page.goto(f"/retention/cases/{case.pk}/")
    expect(
        page.get_by_text(zh("The client's request is done; there is nothing to talk about any more."))
    ).to_be_visible()
    expect(page.get_by_role("button", name=zh("I take it"))).to_have_count(0)
    assert end_by_requests() == 1
    page.reload()
    expect(page.get_by_label(zh("How it ended"), exact=True)).to_contain_text(zh("by the client's word or deed"))

    # The advisor of another client finds nobody by this number.
    other = new_context().new_page()
    login(other, cast.colleague)
    other.goto("/retention/?q=80000001")
    expect(other.locator("#found")).to_contain_text("没有找到")
