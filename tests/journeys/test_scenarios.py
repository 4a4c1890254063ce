"""The scenario desk in a real browser: a budget, the curve and a point of it, two scenarios side by side, an advisor who leaves."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from allocation.models import Plan
from branch_crm.core.jobs import runner
from tests.allocation.branch import adopted, solved_plan
from tests.cast import make_cast

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_scenarios_are_tried_compared_and_cost_nothing(
    page: Page, login: Callable[..., None], accessibility_problems: Callable[[Page], list[str]]
) -> None:
    ready = adopted(make_cast(), clients=160, advisors=6)
    first = solved_plan(ready)
    login(page, ready.cast.director)

    # The curve: asked for by a button, its points in chart and table.
    page.goto(f"/allocation/{first.pk}/")
    page.get_by_role("link", name="调整曲线").click()
    page.get_by_role("button", name="求解调整曲线").click()
    expect(page.get_by_text("正在求解调整曲线")).to_be_visible()
    first.refresh_from_db()
    assert first.curve_job is not None
    runner.run(first.curve_job.pk)
    points = page.locator(".curve-points tbody tr")
    first.refresh_from_db()
    expect(points).to_have_count(len(first.curve["points"]) + 1, timeout=15_000)
    expect(page.get_by_text("正在求解调整曲线")).to_have_count(0)
    expect(page.locator("[data-chart='curve'] svg")).to_be_visible()
    assert accessibility_problems(page) == []
    shot(page, "curve")

    # A point of it becomes a scenario of its own, by keyboard.
    budget = first.curve["points"][3]["moves"]
    page.get_by_role("button", name=f"采用此点 {budget}", exact=True).press("Enter")
    expect(page.get_by_text("正在求解方案")).to_be_visible()
    second = Plan.objects.exclude(pk=first.pk).get()
    assert second.job is not None
    runner.run(second.job.pk)
    expect(page.get_by_role("link", name="批准并发布")).to_be_visible(timeout=15_000)
    expect(page.get_by_text(f"最多 {budget} 位客户").first).to_be_visible()
    shot(page, "point")

    # Side by side, from the list.
    page.goto("/allocation/")
    page.get_by_label(f"对比 #{first.number}").check()
    page.get_by_label(f"对比 #{second.number}").check()
    page.get_by_role("button", name="对比所选").click()
    expect(page.get_by_role("row", name="调整上限")).to_contain_text(f"最多 {budget} 位客户")
    page.get_by_role("row", name="仅此情景调整").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="对应的客户")).to_be_visible()
    assert accessibility_problems(page) == []
    shot(page, "compare")

    # If an advisor leaves.
    leaver = ready.advisors[1]
    page.goto(f"/advisors/{leaver.pk}/")
    page.get_by_role("button", name="假如此人离任").click()
    third = Plan.objects.latest("pk")
    assert third.job is not None and third.options["leaving"] == [leaver.pk]
    runner.run(third.job.pk)
    expect(page.get_by_text(f"{leaver.name} {leaver.staff_no} 离任")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("这些客户的匹配度由")).to_be_visible()
    assert accessibility_problems(page) == []
    shot(page, "leaver")

    # The whole form again, with what was changed.
    page.get_by_role("link", name="调整参数重新求解").click()
    expect(page.get_by_role("checkbox", name=f"离任 : {leaver.name}")).to_be_checked()
    assert accessibility_problems(page) == []
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for address in (
            "/allocation/new/",
            f"/allocation/{first.pk}/curve/",
            f"/allocation/compare/?plan={first.pk}&plan={second.pk}&plan={third.pk}",
            "/allocation/",
        ):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            shot(page, f"{width}-{address.strip('/').replace('/', '-').partition('?')[0]}")


def shot(page: Page, name: str) -> None:
    """A picture for the reader of the test, where SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
