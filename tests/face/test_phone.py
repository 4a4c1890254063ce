"""The phone in one hand: what is tapped is large enough and apart, what is typed does not zoom, nothing scrolls sideways.

Measured in Chromium at 390 x 844 with touch. `SHOTS=folder` keeps a picture of each page.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from branch_crm.core.sealing import blind, seal
from clients.models import Client
from servicelog.services.log_contact import PromiseDraft
from tests.cast import Cast, make_cast
from tests.servicelog.branch import client_of, log, product, task

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

Login = Callable[[Page, object], None]
Axe = Callable[[Page], list[str]]
LONG = "西安高新技术产业开发区某某新能源汽车零部件制造与销售股份有限责任公司第一分公司"

MEASURE = Path(__file__).with_name("measure_phone.js").read_text(encoding="utf-8")


def test_a_browser_finds_the_app_installable_in_both_languages(phone: Callable[..., Page], cast: Cast) -> None:
    for language, name in (("zh-hans", "营业部客户经营"), ("en", "Branch CRM")):
        page = phone("light", language)
        page.goto("/")
        devtools = page.context.new_cdp_session(page)
        found = devtools.send("Page.getAppManifest")
        assert found["errors"] == []
        errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
        # Windows of tests are private ones.
        assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []
        manifest = json.loads(found["data"])
        assert (manifest["name"], manifest["display"], manifest["id"]) == (name, "standalone", "/")
        assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def held(cast: Cast) -> Client:
    """Of everything a little, and a long name."""
    phone = "139 8765-4321"
    held = client_of(cast, name=LONG, phone_sealed=seal(phone), phone_blind=blind(phone), phone_masked="139****4321")
    product(cast, "R2")
    log(cast, held, promises=[PromiseDraft("下周给出调仓建议书", timezone.localdate() + timedelta(days=3))])
    for kind in ("large_outflow", "risk_expiring"):
        task(cast, held, kind)
    task(cast, client_of(cast, "80000002", "赵二"), "birthday", mandatory=False, aim=True)
    return held


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext], login: Login, cast: Cast, site: str) -> Callable[..., Page]:
    def open_window(theme: str = "light", language: str = "zh-hans") -> Page:
        context = new_context(
            viewport={"width": 390, "height": 844},
            has_touch=True,
            is_mobile=True,
            device_scale_factor=2,
            color_scheme=theme,
            reduced_motion="reduce",
        )
        page = context.new_page()
        login(page, cast.advisor)
        context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        return page

    return open_window


def look(page: Page, name: str, problems: list[str], axe: Axe) -> None:
    page.wait_for_load_state("networkidle")
    expect(page.locator(".htmx-request, [data-panel] > .wait, .drawer .wait")).to_have_count(0)
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / (re.sub(r"\W+", "_", name) + ".png"), full_page="sheet" not in name)
    problems += [f"{name}: {found}" for found in [*page.evaluate(MEASURE), *axe(page)]]


@pytest.mark.parametrize(("theme", "language"), [("light", "zh-hans"), ("dark", "en")])
def test_the_pages_of_a_day_outside_fit_one_hand(
    phone: Callable[..., Page], held: Client, accessibility_problems: Axe, theme: str, language: str
) -> None:
    page, problems = phone(theme, language), []

    def see(name: str) -> None:
        look(page, f"{name} {theme} {language}", problems, accessibility_problems)

    page.goto("/service/today/")
    see("today")
    page.locator("[data-row-new]").first.click()
    expect(page.locator("#drawer textarea[name=summary]")).to_be_visible()
    see("log sheet")
    page.locator("#drawer .log-more > summary").click()
    see("log sheet unfolded")
    page.goto(f"/clients/{held.pk}/")
    see("client")
    page.locator(".phone-bar a").first.click()
    expect(page.locator("#drawer .form-page")).to_be_visible()
    see("reveal sheet")
    page.locator("#drawer .btn-primary").click()
    expect(page.locator("#drawer a[href^='tel:']")).to_be_visible()
    see("revealed sheet")
    page.goto(f"/clients/{held.pk}/")
    page.locator(".phone-bar a").last.click()
    expect(page.locator("#drawer .talk-grid")).to_be_visible()
    see("open tasks sheet")
    assert not problems, "\n".join(problems)
