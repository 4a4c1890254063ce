"""The book in a real browser: walked with the keyboard, filtered in the side panel, a phone number asked for and hidden."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from clients.models import Reveal
from tests.clients.book.conftest import PHONE, Book

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

Login = Callable[[Page, Any], None]
Axe = Callable[[Page], list[str]]


@pytest.fixture
def desk(book: Book, page: Page, login: Login) -> Page:
    login(page, book.cast.director)
    page.goto("/clients/")
    return page


def test_the_list_is_walked_with_the_keyboard(desk: Page, book: Book) -> None:
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(f"{desk.url.split('/clients/')[0]}/clients/{book.zhang.pk}/")


def test_tabs_are_counted_after_the_page(desk: Page) -> None:
    expect(desk.locator("#view-count-all")).to_have_text("4")
    expect(desk.locator("#view-count-unassigned")).to_have_text("1")


def test_a_filter_is_set_in_the_panel_and_taken_away(desk: Page) -> None:
    desk.get_by_role("link", name="筛选").click()
    panel = desk.locator("#drawer")
    panel.get_by_label("级别不低于").select_option("5")
    panel.get_by_role("button", name="查看这些客户").click()
    expect(desk.locator("tbody tr")).to_have_count(1)
    desk.get_by_role("link", name="移除筛选").click()
    expect(desk.locator("tbody tr")).to_have_count(4)


def test_chosen_rows_survive_the_page_and_go_into_the_export(desk: Page) -> None:
    desk.goto("/clients/?rows=2")
    desk.locator("[data-choose]").first.check()
    desk.get_by_role("link", name="下一页").click()
    desk.locator("[data-choose]").first.check()
    expect(desk.locator("[data-count]")).to_have_text("2")
    desk.get_by_role("button", name="导出所选").click()
    expect(desk.get_by_role("heading", name="导出 2 位客户")).to_be_visible()


def test_a_phone_number_is_shown_for_a_purpose_and_hidden_again(desk: Page, book: Book) -> None:
    desk.goto(f"/clients/{book.zhang.pk}/")
    desk.get_by_role("link", name=re.compile("手机")).click()
    assert Reveal.objects.count() == 0
    desk.get_by_role("combobox", name=re.compile("手机")).select_option("service_call")
    desk.locator(".reveal-form button").click()
    expect(desk.get_by_text(PHONE)).to_be_visible()
    assert Reveal.objects.count() == 1
    desk.get_by_role("button", name="隐藏").click()
    expect(desk.get_by_text(PHONE)).to_have_count(0)
    expect(desk.get_by_text("138****5678")).to_be_visible()


def test_tabs_of_a_client_have_addresses_and_a_way_back(desk: Page, book: Book) -> None:
    desk.goto(f"/clients/{book.zhang.pk}/")
    desk.get_by_role("link", name="持仓").click()
    expect(desk.locator("#tab-holdings")).to_have_attribute("aria-current", "page")
    expect(desk).to_have_url(f"{desk.url.split('/clients/')[0]}/clients/{book.zhang.pk}/?tab=holdings")
    desk.go_back()
    expect(desk.locator("#tab-overview")).to_have_attribute("aria-current", "page")


def test_the_palette_finds_two_characters(desk: Page, book: Book) -> None:
    desk.keyboard.press("/")
    desk.get_by_role("combobox").fill("张伟")
    desk.get_by_role("option", name=re.compile("^张伟")).click()
    expect(desk.get_by_role("heading", name="张伟", level=1)).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_serious_for_axe(
    book: Book, new_context: Callable[..., Any], login: Login, accessibility_problems: Axe, dark: bool
) -> None:
    page = new_context(color_scheme="dark" if dark else "light").new_page()
    login(page, book.cast.director)
    for path in (
        *("/clients/?tier=3", "/clients/?q=nobody", "/clients/filter/", "/clients/views/new/?tier=3", "/search/?q=zw"),
        *("/clients/export/", "/clients/exports/", f"/clients/{book.zhang.pk}/reveal/?field=phone"),
        *(f"/clients/{book.zhang.pk}/?tab={tab}" for tab in ("overview", "movements", "products", "notes")),
    ):
        page.goto(path)
        assert accessibility_problems(page) == [], path


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_a_long_name_does_not_push_the_page_wide(
    book: Book, new_context: Callable[..., Any], login: Login, width: int
) -> None:
    book.zhang.name = "西安高新技术产业开发区某某新能源汽车零部件制造与销售股份有限责任公司第一分公司"
    book.zhang.save()
    page = new_context(viewport={"width": width, "height": 844}).new_page()
    login(page, book.cast.director)
    for path in ("/clients/", f"/clients/{book.zhang.pk}/", "/clients/filter/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
