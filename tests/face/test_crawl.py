"""Every page of the product in a real browser, and in English: nothing blocked, nothing from elsewhere, nothing serious for
axe, no text left in Chinese. The pages are those of the table of access, so a new one is crawled as soon as it is entered."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from branch_crm.core.models.staff import Theme
from tests.architecture.access_table import TABLE
from tests.architecture.world import World, make_world

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
#: Not pages: interfaces for programs, downloads, and pieces that only polls ask for.
NO_PAGE = re.compile(r"^api|_file$|running_jobs|job_progress|demo_loading|view_counts|redirect_effect|healthz")
#: Lists the Chinese headers of counter systems, which are data in every language.
SHOWS_HEADERS = "clients:import_mapping"
WHO_FIRST = ("director", "advisor", "compliance", "admin", "counter", "manager")

PAGES = sorted(name for name, row in TABLE.items() if row.method in {"get", "form"} and not NO_PAGE.search(name))


def visitor(name: str) -> str:
    return next(who for who in WHO_FIRST if who in TABLE[name].roles)


def address(world: World, name: str) -> str:
    own, _foreign = world.arguments(TABLE[name].record)
    query = TABLE[name].query
    return reverse(name, kwargs=own) + (f"?{query}" if query else "")


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_every_page_in_a_browser(
    new_context: Callable[..., BrowserContext],
    login: Callable[[Page, object], None],
    accessibility_problems: Callable[[Page], list[str]],
    live_server: Any,
    tmp_path: Path,
) -> None:
    """Light and Chinese, dark and English by turns, wide and narrow: each page is seen once in one of the four."""
    world = make_world(tmp_path)
    found: dict[str, object] = {}
    for turn, theme in enumerate((Theme.LIGHT, Theme.DARK)):
        width, language = ((1440, "zh-hans"), (390, "en"))[turn]
        page = new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce").new_page()
        page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        present = None
        for name in sorted(PAGES[turn::2], key=visitor):
            if present != visitor(name):
                present = visitor(name)
                staff = world.cast.staff[present]
                staff.theme = theme
                staff.save()
                login(page, staff)
            page.goto(address(world, name), wait_until="networkidle")
            if problems := accessibility_problems(page):
                found[f"{name} ({theme}, {language})"] = problems
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found[f"{name} at {width}"] = "wider than the window"
    assert found == {}


def own_words(world: World) -> list[str]:
    """Chinese that is data, longest first: people and their initials, branches, clients, what the records hold."""
    words = {"简体中文", "考试", "核心", "退休", "客户资料"}
    for side in (world.home, world.away):
        words |= {side.branch.name, side.client.name, side.newcomer.name, side.advisor.name}
    names = {staff.name for staff in world.cast.staff.values()} | {world.cast.colleague_profile.name}
    return sorted(words | names | {name[0] for name in names}, key=len, reverse=True)


@pytest.mark.django_db
def test_english_pages_are_english(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    found: dict[str, set[str]] = {}
    for name in PAGES:
        if name == SHOWS_HEADERS:
            continue
        browser = Client()
        browser.force_login(world.cast.staff[visitor(name)], backend="django.contrib.auth.backends.ModelBackend")
        browser.cookies["django_language"] = "en"
        response = browser.get(address(world, name), follow=True)
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        text = unescape(response.content.decode())
        for word in own_words(world):
            text = text.replace(word, "")
        if left := set(CHINESE.findall(text)):
            found[name] = left
    assert found == {}
