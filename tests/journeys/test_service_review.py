"""A review from the first notice to the client's new advisor: the night, the advisor, the director, the plan, the case again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from allocation.models import ServiceReview
from allocation.services.find_service_reviews import find_service_reviews
from allocation.services.publish_plan import publish_plan
from clients.models import Client
from tests.allocation.branch import adopted, solved_plan
from tests.cast import make_cast
from tests.journeys.words import zh

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_the_first_notice_to_another_advisor(
    page: Page,
    new_context: Callable[..., BrowserContext],
    login: Callable[..., None],
    accessibility_problems: Callable[[Page], list[str]],
) -> None:
    ready = adopted(make_cast())
    client = Client.objects.filter(advisor=ready.cast.advisor_profile).order_by("pk")[3]
    client.figures.tier = 4
    client.figures.save()
    assert find_service_reviews(ready.branch, timezone.localdate())["noticed"] == 1
    review = ServiceReview.objects.get(client=client)

    # The advisor reads what was found and by when, replies, and asks not to wait.
    advisor = page
    login(advisor, ready.cast.advisor)
    advisor.goto("/allocation/service-reviews/")
    assert accessibility_problems(advisor) == []
    advisor.get_by_role("link", name=client.name).click()
    drawer = advisor.locator("#drawer")
    expect(drawer.get_by_role("link", name=zh("Log a contact"))).to_be_visible()
    assert accessibility_problems(advisor) == []
    drawer.get_by_label(zh("Your reply")).fill("该客户由原经办人长期电话服务，请裁定由谁负责")
    drawer.get_by_label(zh("Ask for a decision now, without waiting for the last day")).check()
    drawer.get_by_role("button", name=zh("Send the reply")).click()
    expect(advisor.get_by_text(zh("Your reply is on record; the director decides with it."))).to_be_visible()

    # The director finds it first in the queue, with the reply beside, and rules.
    director = new_context().new_page()
    login(director, ready.cast.director)
    director.goto("/allocation/service-reviews/")
    assert accessibility_problems(director) == []
    director.get_by_role("link", name=client.name).click()
    drawer = director.locator("#drawer")
    expect(drawer.get_by_text("该客户由原经办人长期电话服务").first).to_be_visible()
    drawer.get_by_label(zh("another advisor at the next run")).check()
    drawer.get_by_label(zh("Grounds")).fill("一季度无有效联系，客户同意更换")
    drawer.get_by_role("button", name=zh("Record the decision")).click()
    review.refresh_from_db()
    assert review.state == "upheld"

    # The next plan obeys, and its card says why; once published, the case is in force.
    plan = solved_plan(ready)
    line = plan.lines.get(client=client)
    director.goto(f"/allocation/{plan.pk}/moves/{line.pk}/")
    expect(director.get_by_text("一季度无有效联系，客户同意更换")).to_be_visible()
    publish_plan(plan=plan, actor=ready.cast.director, effective_on=timezone.localdate(), include_pending=True)
    director.goto(f"/allocation/service-reviews/{review.pk}/")
    expect(director.get_by_text(f"#{plan.number}")).to_be_visible()
    assert accessibility_problems(director) == []

    # To the former advisor the case stays open to read; the client is only a number there now.
    advisor.goto(f"/allocation/service-reviews/{review.pk}/")
    expect(advisor.get_by_text(client.client_no).first).to_be_visible()
    expect(advisor.get_by_text(client.name)).to_have_count(0)
