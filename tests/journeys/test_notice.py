"""A proposal before the advisors in a real browser: opened, objected to, asked for, answered, ended, then free to publish."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from allocation.models import Bid, Notice, Objection, PlanLine
from clients.services.refresh_figures import refresh_figures
from tests.allocation.branch import adopted, solved_plan
from tests.cast import make_cast
from tests.fixtures.browser import Watch

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_the_opening_to_the_last_answer(
    page: Page,
    login: Callable[..., None],
    new_context: Callable[..., BrowserContext],
    accessibility_problems: Callable[[Page], list[str]],
    watch: Watch,
) -> None:
    watch.expect("422")
    cast = make_cast()
    plan = solved_plan(adopted(cast, clients=120, advisors=6))
    refresh_figures(branch=cast.home)
    # The colleague is touched too: one of the first advisor's clients would go to her.
    gift, lost, wanted = plan.lines.filter(before=cast.advisor_profile).select_related("client").order_by("-value")[:3]
    PlanLine.objects.filter(pk=gift.pk).update(proposed=cast.colleague_profile, after=cast.colleague_profile)

    login(page, cast.director)
    page.goto(f"/allocation/{plan.pk}/")
    page.get_by_role("link", name="公示与异议").click()
    page.get_by_role("link", name="发起公示").click()
    page.get_by_label("公示交易日数").fill("2")
    page.get_by_label("公示说明").fill("请核对本人客户的变动")
    assert accessibility_problems(page) == []
    page.get_by_role("button", name="发起公示").click()
    notice = Notice.objects.get()
    expect(page.get_by_text(f"公示期至 {notice.ends.isoformat()}").first).to_be_visible()
    page.goto(f"/allocation/{plan.pk}/approval/")
    expect(page.get_by_text("方案正在公示").first).to_be_visible()

    # The advisor objects to a loss ...
    advisor = new_context().new_page()
    login(advisor, cast.advisor)
    advisor.goto("/")
    advisor.get_by_role("link", name="查看本人的调入与调出").click()
    expect(advisor.get_by_text("请核对本人客户的变动")).to_be_visible()
    assert accessibility_problems(advisor) == []
    advisor.locator(f"#move-{lost.pk}").get_by_role("link", name="提出异议").click()
    drawer = advisor.locator("#drawer")
    drawer.get_by_label("与客户关系长久").check()
    drawer.get_by_label("具体说明").fill("服务八年，子女账户亦由我服务")
    assert accessibility_problems(advisor) == []
    drawer.get_by_role("button", name="对这项变动提出异议").click()
    expect(advisor.get_by_text("异议已提交市场总监")).to_be_visible()

    # ... and the colleague, who sees no name, asks for one more of his clients by number.
    colleague = new_context(viewport={"width": 390, "height": 844}).new_page()
    login(colleague, cast.colleague)
    colleague.goto(f"/allocation/notices/{notice.pk}/?side=arriving")
    expect(colleague.locator(f"#move-{gift.pk}")).to_contain_text("客*")
    expect(colleague.get_by_text(gift.client.name)).to_have_count(0)
    assert accessibility_problems(colleague) == []
    colleague.get_by_role("link", name="我要自荐").click()
    colleague.get_by_label("客户号").fill(wanted.client.client_no)
    colleague.get_by_label("自荐理由").fill("熟悉该客户所在行业")
    assert accessibility_problems(colleague) == []
    colleague.get_by_role("button", name="我要自荐").click()
    expect(colleague.get_by_text("自荐已提交市场总监")).to_be_visible()

    # The director answers both: the objection by keyboard, the bid with words.
    objection, bid = Objection.objects.get(), Bid.objects.get()
    page.goto(f"/allocation/{plan.pk}/notice/")
    row = page.locator(f"#objection-{objection.pk}")
    expect(row).to_contain_text("服务八年")
    assert accessibility_problems(page) == []
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(row).to_contain_text("采纳")
    page.locator("#notice-tabs").get_by_role("link", name="自荐").click()
    page.wait_for_url("**kind=bids**")  # until it has loaded, scripts included: a key pressed earlier is nobody's
    page.keyboard.press("j")
    page.keyboard.press("r")
    drawer = page.locator("#drawer")
    expect(drawer.get_by_label("答复说明")).to_be_focused()
    assert accessibility_problems(page) == []
    drawer.get_by_role("button", name="不采纳").click()
    expect(drawer.get_by_text("请填写不采纳的理由")).to_be_visible()
    drawer.get_by_label("答复说明").fill("名下工时已满")
    drawer.get_by_role("button", name="不采纳").click()
    expect(page.locator(f"#bid-{bid.pk}")).to_contain_text("不予采纳")
    expect(drawer).to_be_hidden()
    lost.refresh_from_db()
    assert (lost.decision, lost.after_id) == ("rejected", cast.advisor_profile.pk)
    colleague.goto(f"/allocation/notices/{notice.pk}/?side=put")
    expect(colleague.get_by_text("名下工时已满")).to_be_visible()

    # Closed early with a reason, the plan may be approved.
    page.get_by_role("link", name="提前结束公示").click()
    page.get_by_label("提前结束原因").fill("全部客户经理已确认")
    page.get_by_role("button", name="结束公示").click()
    expect(page.get_by_text("方案可以发布")).to_be_visible()
    page.goto(f"/allocation/{plan.pk}/approval/")
    expect(page.get_by_text("方案正在公示")).to_have_count(0)

    # The card of the fair share, own and by the director.
    advisor.goto("/allocation/fair-share/")
    expect(advisor.get_by_role("heading", name="公平份额卡")).to_be_visible()
    assert accessibility_problems(advisor) == []
