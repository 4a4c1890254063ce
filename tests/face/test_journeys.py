"""The shared pieces in a real browser: keyboard, drawer, double clicks, failed parts, phone width, accessibility."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from branch_crm.core.models.staff import Theme
from tests.cast import Cast, make_cast
from tests.fixtures.browser import Watch

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

Login = Callable[[Page, object], None]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def style(page: Page, login: Login, cast: Cast) -> Page:
    login(page, cast.admin)
    page.goto("/style/")
    return page


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_components_are_accessible(
    new_context: Callable[..., BrowserContext],
    login: Login,
    cast: Cast,
    accessibility_problems: Callable[[Page], list[str]],
    live_server: Any,
    theme: str,
    language: str,
) -> None:
    cast.admin.theme = theme
    cast.admin.save()
    page = new_context(reduced_motion="reduce").new_page()
    login(page, cast.admin)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page.goto("/style/?errors=1")
    assert accessibility_problems(page) == []
    page.locator("table .why-link").first.click()
    expect(page.locator("#drawer .why-terms")).to_be_visible()
    assert accessibility_problems(page) == []


def test_english_pages_hold_no_chinese(style: Page) -> None:
    style.get_by_role("button", name="郑宇").click()
    style.get_by_role("button", name="English").click()
    expect(style.locator("h1")).to_have_text("Components")
    words = style.locator("main").inner_text()
    assert [letter for letter in words if "\u4e00" <= letter <= "\u9fff"] == []


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_is_wider_than_the_window(
    new_context: Callable[..., BrowserContext], login: Login, cast: Cast, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 844}).new_page()
    login(page, cast.admin)
    for address in ("/style/", "/", "/accounts/password/change/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_palette_goes_anywhere_by_keyboard(style: Page) -> None:
    style.keyboard.press("/")
    box = style.get_by_role("combobox", name="搜索")
    expect(box).to_be_focused()
    box.fill("账号")
    expect(style.locator("#palette [role=option]:visible")).to_have_count(1)
    style.keyboard.press("Enter")
    style.wait_for_url("**/staff/")


def test_the_palette_takes_results_of_the_search(style: Page) -> None:
    style.locator("#palette").evaluate("dialog => { dialog.dataset.searchUrl = '/search-stub/' }")
    style.route("**/search-stub/**", answer_search)
    style.keyboard.press("Control+k")
    style.get_by_role("combobox", name="搜索").fill("zsf")
    expect(style.locator("[data-results] [role=option]")).to_have_count(2)
    style.keyboard.press("ArrowDown")
    expect(style.locator("[aria-selected=true]")).to_have_text("乙")


def answer_search(route: Route) -> None:
    assert "q=zsf" in route.request.url
    route.fulfill(
        content_type="text/html", body='<a role="option" href="/staff/">甲</a><a role="option" href="/jobs/">乙</a>'
    )


def test_an_absent_search_leaves_the_pages(style: Page, watch: Watch) -> None:
    watch.expect("503|status of 503")
    style.locator("#palette").evaluate("dialog => { dialog.dataset.searchUrl = '/search-stub/' }")
    style.route("**/search-stub/**", lambda route: route.fulfill(status=503, body=""))
    style.keyboard.press("/")
    style.get_by_role("combobox", name="搜索").fill("首")
    expect(style.locator("[data-failed]")).to_be_visible()
    expect(style.locator("#palette [role=option]:visible")).to_have_text(["首页g h"])


def test_letters_are_silent_while_somebody_composes_or_writes(style: Page) -> None:
    style.locator("#id_title").focus()
    style.keyboard.type("g/j?")
    expect(style.locator("#palette")).not_to_be_visible()
    expect(style.locator("#keys-help")).not_to_be_visible()
    style.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '/', isComposing: true, bubbles: true}))"
    )
    expect(style.locator("#palette")).not_to_be_visible()


def test_keys_walk_the_list_and_open_the_row(style: Page) -> None:
    style.keyboard.press("j")
    style.keyboard.press("j")
    style.keyboard.press("k")
    expect(style.locator("tr[data-current] .row-link")).to_have_text("Client 0")
    style.keyboard.press("x")
    expect(style.locator("[data-count]")).to_have_text("1")
    style.keyboard.press("Enter")
    expect(style.locator("#drawer .why-terms")).to_be_visible()


def test_g_and_a_letter_go(style: Page) -> None:
    style.keyboard.press("g")
    style.keyboard.press("j")
    style.wait_for_url("**/jobs/")


def test_the_drawer_has_its_own_address_and_back_closes_it(style: Page) -> None:
    style.locator("table .why-link").first.click()
    expect(style.locator("#drawer .why-terms")).to_be_visible()
    assert style.url.endswith("/style/why/")
    style.go_back()
    expect(style.locator("#drawer")).not_to_be_visible()
    assert style.url.endswith("/style/")
    style.locator("table .why-link").first.click()
    expect(style.locator("#drawer .why-terms")).to_be_visible()
    style.keyboard.press("Escape")
    expect(style.locator("#drawer")).not_to_be_visible()
    style.wait_for_url("**/style/")
    style.goto("/style/why/")
    expect(style.locator("h1")).to_have_text("价值如何得出")


def test_a_failed_part_says_so_and_can_be_tried_again(style: Page, watch: Watch) -> None:
    watch.expect("500")
    broken = [True]

    def answer(route: Route) -> None:
        if broken.pop() if broken else False:
            route.fulfill(status=500, body="")
        else:
            route.continue_()

    style.route("**/style/why/", answer)
    style.locator("table .why-link").first.click()
    expect(style.locator("#drawer [role=alert]")).to_be_visible()
    style.locator("#drawer [data-retry]").click()
    expect(style.locator("#drawer .why-terms")).to_be_visible()


def test_a_double_click_posts_once(style: Page) -> None:
    posts: list[str] = []
    style.route("**/style/", lambda route: count_post(route, posts))
    style.evaluate("document.querySelector('form.form-page').noValidate = true")
    style.get_by_role("button", name="保存示例").dblclick()
    style.wait_for_timeout(600)
    assert len(posts) == 1


def count_post(route: Route, posts: list[str]) -> None:
    if route.request.method == "POST":
        posts.append(route.request.url)
        route.fulfill(status=204)
    else:
        route.continue_()


def test_a_choice_survives_paging(style: Page) -> None:
    style.locator("[data-choose]").nth(2).check()
    style.locator("[data-choose]").nth(4).check()
    style.reload()
    expect(style.locator("[data-count]")).to_have_text("2")
    expect(style.locator("[data-choose]").nth(4)).to_be_checked()
    style.get_by_role("button", name="选择当前筛选下全部 312 项").click()
    expect(style.locator("[data-count]")).to_have_text("312")
    style.get_by_role("button", name="取消选择").click()
    expect(style.locator("[data-bulk-bar]")).not_to_be_visible()


def test_charts_follow_the_theme(style: Page) -> None:
    line = style.locator("[data-chart=pareto] path[stroke-width='2']").first
    light = line.get_attribute("stroke")
    style.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")
    expect(line).not_to_have_attribute("stroke", light or "")


def test_the_theme_is_there_before_the_first_paint(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(color_scheme="dark").new_page()
    page.goto("/accounts/login/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_signing_in_and_out(page: Page, cast: Cast, accessibility_problems: Callable[[Page], list[str]]) -> None:
    page.goto("/")
    assert accessibility_problems(page) == []
    page.get_by_label("账号").fill("counter")
    page.get_by_label("密码").fill("a-long-test-password")
    page.get_by_label("密码").press("Enter")
    expect(page.locator(".bar")).to_be_visible()
    page.get_by_role("button", name="孙丽").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/accounts/login/")
