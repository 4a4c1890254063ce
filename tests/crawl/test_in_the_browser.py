"""Every page in Chromium: silent console, no other host, no refused script, usable by everybody, in both themes, on a phone.

`SHOTS=folder pytest tests/crawl` keeps a picture of each page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from playwright.sync_api import BrowserContext, Page, expect

from tests.crawl.addresses import addresses_of
from tests.crawl.conftest import Served

pytestmark = [pytest.mark.journey, pytest.mark.django_db]

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: The director sees nearly every page, on the desk and on the phone; of the others' pages, those that he does not have.
LOOKS = [
    ("director", "light", "zh-hans", DESK),
    ("director", "dark", "en", PHONE),
    ("advisor", "dark", "zh-hans", PHONE),
    ("counter", "light", "en", PHONE),
    ("compliance", "dark", "zh-hans", DESK),
    ("admin", "light", "zh-hans", DESK),
]
#: Swagger brings its own look.
OTHERS = {"/api/docs/"}


@pytest.mark.parametrize(
    ("who", "theme", "language", "size"),
    LOOKS,
    ids=lambda value: value if isinstance(value, str) else str(value["width"]),
)
def test_pages_are_quiet_and_usable(
    served: Served,
    new_context: Callable[..., BrowserContext],
    accessibility_problems: Callable[[Page], list[str]],
    who: str,
    theme: str,
    language: str,
    size: dict[str, int],
) -> None:
    page = open_window(served, new_context, who, theme, language, size)
    problems: list[str] = []
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(page.url), dialog.dismiss()))
    for address in own_pages(served, who):
        page.goto(address, wait_until="load")
        # Parts that load after the page are there, or have said that they failed.
        page.wait_for_timeout(200)
        expect(page.locator(".htmx-request, [data-panel] > .wait")).to_have_count(0)
        if urlsplit(page.url).path == resolve_url(settings.LOGIN_URL):
            problems.append(f"{address}: asks to sign in")
        keep_picture(page, f"{who}-{theme}-{language[:2]}-{size['width']}-{address}")
        problems += [f"{address}: {problem}" for problem in accessibility_problems(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > size["width"]:
            problems.append(f"{address}: {wide} px wide in a window of {size['width']}")
        if (headings := page.locator("h1:visible").count()) != 1:
            problems.append(f"{address}: {headings} h1")
    assert not problems, "\n".join(problems)
    assert dialogs == []


def own_pages(served: Served, who: str) -> list[str]:
    seen = {*OTHERS, *(addresses_of(served.records, "director") if who != "director" else ())}
    return ["/", *(address for address in addresses_of(served.records, who) if address not in seen and address != "/")]


def open_window(
    served: Served,
    new_context: Callable[..., BrowserContext],
    who: str,
    theme: str,
    language: str,
    size: dict[str, int],
) -> Page:
    context = new_context(viewport=size, reduced_motion="reduce", color_scheme=theme)
    session = served.browsers[who].cookies["sessionid"].value
    context.add_cookies(
        [
            {"name": "sessionid", "value": session, "url": served.url},
            {"name": "django_language", "value": language, "url": served.url},
        ]
    )
    return context.new_page()


def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / (re.sub(r"[^\w-]+", "_", name)[:120] + ".png"), full_page=True)
