"""A disputed scorecard: statement, records, dispute; the month frozen over it; the director's answer; the correction beside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from allocation.models import Assignment
from servicelog.models import Contact, Scorecard
from servicelog.services.work_out_scorecards import work_out_running_months
from tests.cast import Cast, make_cast
from tests.journeys.words import zh
from tests.servicelog.branch import client_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def last_month() -> date:
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


@pytest.fixture
def branch() -> Cast:
    """Last month 李文 held six talks with a client; two do not count."""
    cast = make_cast()
    client = client_of(cast)
    month = last_month()
    Assignment.objects.create(
        branch=cast.home, client=client, advisor=cast.advisor_profile, starts=date(2026, 1, 1), reason="counter"
    )
    for day in range(3, 9):
        at = timezone.make_aware(datetime(month.year, month.month, day, 10))
        Contact.objects.create(
            branch=cast.home, client=client, advisor=cast.advisor_profile, author=cast.advisor, token=uuid4(),
            held_at=at, channel="phone", purpose="care", summary=f"第{day}次沟通持仓安排", counts=day > 4,
            count_reasons=[] if day > 4 else ["short"],
        )  # fmt: skip
    work_out_running_months(branch=cast.home, as_of=timezone.localdate())
    return cast


def test_a_disputed_figure_from_the_statement_to_the_correction(
    branch: Cast,
    page: Page,
    new_context: Callable[..., BrowserContext],
    login: Callable[..., None],
    accessibility_problems: Callable[[Page], list[str]],
) -> None:
    card = Scorecard.objects.get(advisor=branch.advisor_profile, month=last_month())

    # The advisor finds the own statement in the rail, opens the figure, and sees the two records that cost points.
    advisor = page
    login(advisor, branch.advisor)
    advisor.goto("/service/today/")
    advisor.get_by_role("link", name=zh("My scorecard")).click()
    advisor.get_by_role("navigation", name=zh("Month")).get_by_role("link", name=f"{card.month:%Y-%m}").click()
    assert accessibility_problems(advisor) == []
    advisor.get_by_role("link", name=zh("Logs that count"), exact=True).click()
    drawer = advisor.locator("#drawer")
    expect(drawer.get_by_text(zh("the text is too short")).first).to_be_visible()
    assert accessibility_problems(advisor) == []
    advisor.goto(f"/service/scorecards/{card.pk}/")
    name = zh("Dispute %(name)s") % {"name": zh("Logs that count")}
    advisor.get_by_role("link", name=name).click()
    advisor.get_by_label(zh("What is wrong with it")).fill("3日、4日两次沟通时间虽短，但客户当场作出了决定")
    advisor.get_by_role("button", name=zh("Send the dispute")).click()
    expect(advisor.get_by_text(zh("waits for an answer"))).to_be_visible()

    # The director may not freeze over it without a word, and does so with one.
    director = new_context().new_page()
    login(director, branch.director)
    director.goto(f"/service/scorecards/?month={card.month:%Y-%m}")
    assert accessibility_problems(director) == []
    director.get_by_role("button", name=zh("Freeze the month")).click()
    expect(director.get_by_text(zh("frozen"), exact=True)).to_have_count(0)
    director.get_by_label(zh("Note")).fill("申诉本周内答复")
    director.get_by_role("button", name=zh("Freeze the month")).click()
    expect(director.get_by_text(zh("frozen"), exact=True)).to_be_visible()

    # The answer gives points back beside the figure, which stays.
    director.get_by_role("link", name=zh("Disputes"), exact=False).last.click()
    director.get_by_label(zh("Answer")).fill("核对电话录音，沟通属实")
    director.get_by_label(zh("Points given back")).fill("2")
    assert accessibility_problems(director) == []
    director.get_by_role("button", name=zh("Grant the dispute")).click()
    expect(director.get_by_text(zh("No open disputes"))).to_be_visible()

    # The advisor is told, and reads both sums.
    advisor.goto(f"/service/scorecards/{card.pk}/")
    before, given = f"{card.points:.1f}", "2.0"
    told = zh("%(before)s as worked out, and %(given)s given back by disputes.") % {"before": before, "given": given}
    expect(advisor.get_by_text(told)).to_be_visible()
    expect(advisor.get_by_text("核对电话录音，沟通属实")).to_be_visible()
    card.refresh_from_db()
    assert (card.state, card.freeze_note) == ("frozen", "申诉本周内答复")
    assert f"{card.points:.1f}" == before
