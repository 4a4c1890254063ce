"""The briefing on paper: a few whole sheets of A4, without the frame, with page numbers and who printed it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from advisors.models import Advisor
from clients.models import Client
from tests.cast import Cast, make_cast, profile
from tests.home.branch import NOW, Standing, account, ask, moved_branch, scored

#: What lies between the margins of a sheet, in CSS pixels.
SHEET = {"width": round(182 / 25.4 * 96), "height": round(263 / 25.4 * 96)}
LONG = "陕西秦岭智能装备与新材料产业投资发展集团股份有限公司西安高新技术产业开发区第一分公司"


def full_branch(cast: Cast) -> None:
    """Thirty advisors, thirty unserved clients, a name of forty characters."""
    moved_branch(cast)
    standings = {client: Standing(100) for client in Client.objects.filter(branch=cast.home)}
    for number in range(30):
        holder = profile(cast.home, f"3041{number:04}", f"顾问{number}")
        standings[account(cast.home, f"304170{number:06}", holder)] = Standing(1000 + number, core=True, tier=4)
        standings[account(cast.home, f"304171{number:06}")] = Standing(50, tier=5, value=90)
    longest = account(cast.home, "304172000001")
    Client.objects.filter(pk=longest.pk).update(name=LONG)
    standings[longest] = Standing(90_000_000, core=True, tier=5, value=100)
    Advisor.objects.filter(branch=cast.home).update(monthly_hours=132)
    scored(cast.home, NOW, standings, current=True)


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_briefing_fits_its_sheets(
    page: Page,
    site: str,
    login: Callable[[Page, Any], None],
    language: str,
    accessibility_problems: Callable[[Page], list[str]],
) -> None:
    cast = make_cast()
    full_branch(cast)
    login(page, cast.director)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    page.goto("/")
    expect(page.locator("main .week-line")).to_be_visible()
    expect(page.locator("main [aria-busy]")).to_have_count(0)
    assert accessibility_problems(page) == []
    page.get_by_role("link", name="打印简报" if language == "zh-hans" else "Print the briefing").click()
    page.wait_for_url("**/briefing/")
    assert accessibility_problems(page) == []

    pdf = page.pdf(prefer_css_page_size=True)
    assert 2 <= sheets(pdf) <= 5
    boxes = {tuple(float(side) for side in box.split()) for box in re.findall(rb"/MediaBox\s*\[([^\]]*)\]", pdf)}
    assert all(abs(width - 595) < 2 and abs(height - 842) < 2 for _x, _y, width, height in boxes), "A4 upright"

    page.set_viewport_size(SHEET)
    page.emulate_media(media="print")
    for chrome in (".rail", ".bar", ".page-head"):
        assert not page.locator(chrome).first.is_visible(), chrome
    assert page.locator(".print-mark").is_visible()
    assert cast.director.name in page.locator(".print-mark").inner_text()
    right = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('.sheet, .sheet *')].map(e => e.getBoundingClientRect().right))"
    )
    assert right <= SHEET["width"] + 1, "nothing runs over the edge of the sheet"


def test_the_briefing_says_what_the_pages_say(cast: Cast, clients: dict[str, Client]) -> None:
    page = ask(cast, "manager", "briefing")
    for text in ("西安高新路营业部简报", "入选线下降", "从未联系", "无服务人员", "无风险等级", "价值规则 v1", "赵强"):
        assert text in page, text
    assert "客户newcomer" in page


def test_a_branch_without_figures_has_no_briefing_yet(cast: Cast) -> None:
    page = ask(cast, "stranger", "briefing")
    assert "data-print" not in page
    assert "导入" in page
