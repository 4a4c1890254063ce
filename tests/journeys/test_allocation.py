"""The director's main path in a real browser: run, review, publish, see the books change, roll back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from allocation.models import Assignment, Plan
from branch_crm.core.jobs import runner
from clients.models import Client
from tests.allocation.branch import adopted
from tests.cast import make_cast
from tests.fixtures.browser import Watch

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_a_run_to_the_books_and_back(
    page: Page, login: Callable[..., None], watch: Watch, accessibility_problems: Callable[[Page], list[str]]
) -> None:
    ready = adopted(make_cast(), clients=160, advisors=6)
    login(page, ready.cast.director)

    page.goto("/allocation/")
    page.get_by_role("link", name="新建分配方案").first.click()
    page.get_by_label("标题").fill("第四季度分配")
    page.get_by_label("公平区间").fill("")
    page.get_by_label("调整代价").fill("0.02")
    page.get_by_role("button", name="开始求解").click()
    expect(page.get_by_text("正在求解方案")).to_be_visible()
    plan = Plan.objects.get()
    assert plan.job is not None
    runner.run(plan.job.pk)
    expect(page.get_by_role("link", name="批准并发布")).to_be_visible(timeout=15_000)
    plan.refresh_from_db()
    moves = plan.lines.count()
    assert moves > 3
    assert accessibility_problems(page) == []

    # The best move: its reason card stands beside it; accept it by keyboard, reject the next.
    first, second, third, *_rest = plan.lines.select_related("client", "after").order_by("-gain", "pk")
    card = page.locator("#review-card")
    page.get_by_role("link", name=first.client.name, exact=True).click()
    expect(card.get_by_role("heading", name=first.client.name)).to_be_visible()
    expect(card.get_by_text("匹配项")).to_be_visible()
    assert accessibility_problems(page) == []
    page.keyboard.press("a")
    expect(page.locator(f"#move-{first.pk}")).to_contain_text("已同意")
    expect(page.locator(f"#move-{second.pk}[data-current]")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator(f"#move-{second.pk}")).to_contain_text("已驳回")
    expect(page.locator("#review-progress")).to_contain_text(f"2/{moves}")

    # Redirect the third from its card; on a narrow screen the card is a drawer, and closes with the decision.
    page.set_viewport_size({"width": 1024, "height": 768})
    drawer = page.locator("#drawer")
    page.locator(f"#move-{third.pk}").get_by_role("link", name=third.client.name, exact=True).click()
    other = next(a for a in ready.advisors if a.pk not in (third.after_id, third.before_id))
    expect(drawer.get_by_role("heading", name=third.client.name)).to_be_visible()
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    drawer.get_by_label("改派给").select_option(str(other.pk))
    expect(drawer.locator("#redirect-effect")).to_contain_text(other.name)
    drawer.get_by_role("button", name="改派").click()
    expect(page.locator(f"#move-{third.pk}")).to_contain_text("已改派")
    expect(drawer).to_be_hidden()
    page.set_viewport_size({"width": 1440, "height": 900})

    page.get_by_role("link", name="客户经理前后对比").click()
    expect(page.get_by_role("row", name=other.name)).to_be_visible()
    assert accessibility_problems(page) == []

    page.get_by_role("link", name="批准并发布").click()
    page.get_by_label("同时发布未审核的").check()
    page.get_by_role("button", name="发布分配方案").click()
    expect(page.get_by_text("方案已发布")).to_be_visible()
    assert Assignment.objects.filter(plan=plan, ends__isnull=True, client=third.client_id).get().advisor == other
    assert Client.objects.get(pk=second.client_id).advisor_id == second.before_id

    page.goto(f"/allocation/clients/{third.client_id}/history/")
    expect(page.get_by_text(other.name).first).to_be_visible()
    page.goto(f"/allocation/advisors/{other.pk}/book/")
    expect(page.get_by_text("客户进出")).to_be_visible()

    page.goto(f"/allocation/{plan.pk}/")
    page.get_by_role("link", name="回滚").click()
    page.get_by_role("button", name="回滚方案").click()
    expect(page.get_by_text("已回滚").first).to_be_visible()
    assert Client.objects.get(pk=third.client_id).advisor_id == third.before_id
