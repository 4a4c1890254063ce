"""A core client may leave: counter, advisor and director do their parts at the same time; an offer is approved, taken, followed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from clients.models import Client
from retention.models import LeavingRequest, RetentionCase
from retention.services.call_parts import call_duty
from servicelog.models import Contact
from tests.cast import Cast, make_cast
from tests.journeys.diamond import diamond_client
from tests.journeys.words import zh

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def client(cast: Cast) -> Client:
    return diamond_client(cast)


def test_every_role_has_its_part(
    page: Page,
    new_context: Callable[..., BrowserContext],
    login: Callable[..., None],
    accessibility_problems: Callable[[Page], list[str]],
    cast: Cast,
    client: Client,
) -> None:
    # The counter hears it first and opens a case; all are called at that moment.
    login(page, cast.counter)
    page.goto(f"/retention/clients/{client.pk}/")
    page.get_by_role("button", name=zh("Open a case")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("李建军")
    case = RetentionCase.objects.get()
    address = f"/retention/cases/{case.pk}/"

    # The advisor is rung, takes the part, and notes the talk; it stands in the service log.
    advisor = new_context().new_page()
    login(advisor, cast.advisor)
    advisor.goto("/retention/cases/")
    advisor.get_by_label(zh("Waiting for you")).get_by_role("link", name="李建军").click()
    expect(advisor.get_by_text(zh("Hand on")).first).to_be_visible()
    assert accessibility_problems(advisor) == []
    advisor.get_by_role("button", name=zh("I take it")).click()
    advisor.get_by_role("link", name=zh("Note the talk")).click()
    advisor.get_by_label(zh("What was said")).fill("客户嫌佣金高，愿意等答复")
    assert accessibility_problems(advisor) == []
    advisor.get_by_role("button", name=zh("Save"), exact=True).click()
    expect(advisor.get_by_role("link", name=zh("the talk"))).to_be_visible()
    assert Contact.objects.get().purpose == "retention"

    # A cheap rate is not the advisor's to give.
    advisor.get_by_label(zh("New rate, per 10,000")).fill("1.3")
    advisor.get_by_role("button", name=zh("Make the offer")).click()
    expect(advisor.get_by_text(zh("Waits for the director's approval."))).to_be_visible()
    expect(advisor.get_by_role("button", name=zh("Approve"), exact=True)).to_have_count(0)

    # The director, rung for a client of this tier, sees the price beside the value, and approves.
    director = new_context().new_page()
    login(director, cast.director)
    director.goto(address)
    offers = director.get_by_label(zh("Offers"), exact=True)
    expect(offers).to_contain_text("2,400.00")
    expect(offers).to_contain_text("40.0%")
    assert accessibility_problems(director) == []
    offers.get_by_role("button", name=zh("Approve"), exact=True).click()
    expect(director.get_by_text(zh("Noted."))).to_be_visible()

    # Nobody of the role took that part in time: from now on somebody is named.
    late = case.tasks.get(role="director")
    call_duty(now=late.answer_by)
    late.refresh_from_db()
    assert late.assignee is not None
    director.reload()
    expect(director.get_by_label("分工", exact=True)).to_contain_text(late.assignee.name)

    # The client accepts; what was granted is followed until the counter system charges it.
    advisor.goto(address)
    advisor.get_by_role("button", name=zh("The client accepts")).click()
    expect(advisor.get_by_text("尚未落实：柜台系统现行费率 万2.5")).to_be_visible()
    advisor.get_by_label("留下").check()
    advisor.get_by_role("button", name=zh("End the case")).click()
    expect(advisor.get_by_text(zh("The case has ended."))).to_be_visible()
    expect(advisor.get_by_label(zh("How it ended"), exact=True)).to_contain_text(zh("not yet time"))
    assert accessibility_problems(advisor) == []
    case.refresh_from_db()
    assert (case.outcome, set(case.tasks.values_list("state", flat=True))) == ("stays", {"done", "stopped"})

    # The client's page remembers it all, and the client may still leave at any moment.
    page.goto(f"/clients/{client.pk}/?tab=timeline")
    expect(page.get_by_text("挽留个案结案")).to_be_visible()
    page.goto(f"/retention/clients/{client.pk}/requests/new/")
    page.get_by_role("button", name=zh("Take in the request")).click()
    page.get_by_role("button", name=zh("Complete the request")).click()
    expect(page.get_by_text(zh("Done. The request is completed.")).first).to_be_visible()
    assert LeavingRequest.objects.get().finished_at <= timezone.now()
