"""The bell in a browser: by keyboard at the desk, by thumb on the phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from branch_crm.core.models import Notification
from branch_crm.core.notifications import notify
from tests.cast import Cast, make_cast
from tests.fixtures.browser import Watch

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def tell(cast: Cast, key: str) -> None:
    notify(
        recipients=[cast.director],
        kind="core.job_finished",
        key=key,
        branch=cast.home,
        url="/jobs/",
        work="clients.rescore",
    )


def test_the_bell_rings_opens_and_falls_silent(
    page: Page,
    new_context: Callable[..., object],
    login: Callable[[Page, object], None],
    cast: Cast,
    watch: Watch,
    accessibility_problems: Callable[[Page], list[str]],
) -> None:
    login(page, cast.director)
    page.goto("/notifications/settings/")
    expect(page.locator(".bell-number")).to_have_count(0)
    tell(cast, "first")
    tell(cast, "second")
    # What the bell does by itself every 30 seconds, and at once when the tab is seen again.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".bell-number")).to_have_text("2")

    page.keyboard.press("g")
    page.keyboard.press("b")
    rows = page.locator(".bell-menu .bell-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_have_attribute("data-unread", "")
    assert accessibility_problems(page) == []
    with page.expect_response("**/read/"):
        rows.first.click()
    expect(page).to_have_url("/jobs/")
    expect(page.locator(".bell-number")).to_have_text("1")
    assert Notification.objects.unread().count() == 1

    phone = new_context(viewport={"width": 390, "height": 844}).new_page()  # type: ignore[attr-defined]
    login(phone, cast.director)
    phone.goto("/notifications/")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator(".bell").click()
    box = phone.locator(".bell-menu").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    phone.locator(".bell-menu form button").click()
    expect(phone.locator(".bell-number")).to_have_count(0)
    expect(phone.locator(".bell-menu .bell-row[data-unread]")).to_have_count(0)
