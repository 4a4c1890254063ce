"""An adviser finds what fits a client, recommends it with what must be said, and is refused what does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from clients.models import Client
from servicelog.models import Recommendation
from tests.cast import Cast, make_cast
from tests.fixtures.browser import Watch
from tests.journeys.words import zh
from tests.servicelog.branch import client_of, product

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

Login = Callable[[Page, object], None]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def held(cast: Cast) -> Client:
    """C3, valid."""
    return client_of(cast)


def test_what_fits_is_recommended_and_what_does_not_is_refused_and_kept(
    page: Page, login: Login, cast: Cast, held: Client, watch: Watch
) -> None:
    watch.expect("422")
    fund, private = product(cast, "R2", kind="公募"), product(cast, "R5", kind="私募")
    login(page, cast.advisor)
    page.goto(f"/clients/{held.pk}/")
    fits = page.locator(".talk-card .fit-list")
    expect(fits).to_contain_text(fund.name)
    expect(fits).not_to_contain_text(private.name)

    # Why it ranks where it ranks: terms that add up.
    fits.locator(".why-link").click()
    expect(page.locator("#drawer .why-terms tbody tr")).to_have_count(5)
    page.locator("#drawer .btn-primary").click()

    # Nothing is recorded before the client has been told.
    recommend = page.locator("#drawer .recommend")
    expect(recommend.locator(".must-say")).to_contain_text("R2")
    recommend.get_by_role("button", name=zh("Record the recommendation")).click()
    expect(recommend.locator(".invalid-feedback, .field-errors, .errorlist").first).to_be_visible()
    recommend.locator("[name=said]").check()
    recommend.get_by_role("button", name=zh("Record the recommendation")).click()
    expect(page.locator("#drawer .notice-success")).to_be_visible()
    assert Recommendation.objects.get().result == "match"

    # What does not fit stands on the page of all products, with the reason; recommending it is refused and kept.
    page.goto(f"/service/clients/{held.pk}/products/all/")
    page.locator("summary").last.click()
    row = page.locator("tr", has_text=private.name)
    expect(row).to_contain_text(zh("The product's risk level lies above the client's."))
    row.locator("a.btn").click()
    recommend = page.locator("#drawer .recommend")
    expect(recommend.locator(".notice-warning")).to_be_visible()
    recommend.get_by_role("button", name=zh("Record the recommendation")).click()
    expect(recommend.locator(".notice-error")).to_contain_text(zh("The attempt has been recorded for compliance."))
    attempt = Recommendation.objects.filter(result="blocked").first()
    assert attempt is not None
    assert (attempt.product, attempt.grounds["codes"]) == (private, ["above_level"])

    # Compliance finds it.
    login(page, cast.compliance)
    page.goto("/service/recommendations/?result=blocked")
    expect(page.locator("tbody tr").first).to_contain_text(private.name)
