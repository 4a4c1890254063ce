"""A value policy in a real browser: tried by slider, proposed, approved by a second person, and the values change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from branch_crm.core.jobs import runner
from branch_crm.core.models import JobRun
from clients.models import ClientFigures, ImportRun, ScoringRun, ValuePolicy
from clients.services.rescore import rescore
from tests.cast import make_cast
from tests.clients.value.facts import assets, client, month
from tests.journeys.words import zh

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DAY = date(2026, 11, 23)


def test_from_a_slider_to_other_values(
    page: Page,
    login: Callable[..., None],
    new_context: Callable[..., BrowserContext],
    accessibility_problems: Callable[[Page], list[str]],
) -> None:
    cast = make_cast()
    ImportRun.objects.create(
        branch=cast.home, state=ImportRun.State.DONE, source="command", path="/", label="x", data_as_of=DAY
    )
    people = [client(cast.home, f"{number:04}", advisor=cast.advisor_profile) for number in range(1, 21)]
    for place, who in enumerate(people):
        month(who, date(2026, 10, 1), net=200 * (20 - place))
        assets(who, DAY, 40_000 * (place + 1), cash=100)
    rescore(branch=cast.home, as_of=DAY)
    keeper = people[-1]
    before = ClientFigures.objects.get(client=keeper).value

    # A slider moves one weight, the others make room, and the names of those who move are there.
    login(page, cast.director)
    page.goto("/policies/value/new/")
    effect = page.locator("#value-effect")
    expect(effect.get_by_text(zh("Nobody."))).to_be_visible()
    page.get_by_role("slider", name=zh("C, assets, %")).press("End")
    expect(page.locator("#id_weight_commission")).to_have_value("0")
    expect(effect.get_by_role("link", name=keeper.name)).to_be_visible()
    assert accessibility_problems(page) == []
    # A weight that is kept stays; the third one gives way.
    page.locator("#id_weight_commission").fill("10")
    page.locator("#id_weight_commission").blur()
    page.locator('[data-lock="id_weight_commission"]').check()
    page.get_by_role("slider", name=zh("B, purchasing power, %")).press("ArrowRight")
    assert [page.locator(f"#id_weight_{name}").input_value() for name in ("commission", "purchasing", "assets")] == [
        "10", "1", "89",
    ]  # fmt: skip

    # A wrong number is told at its field; the last good trial stays.
    page.locator("#id_tier_3_assets").fill("5")
    expect(page.locator("#id_tier_3_assets_error")).to_be_visible()
    expect(effect.get_by_role("link", name=keeper.name)).to_be_visible()
    page.locator("#id_tier_3_assets").fill("300000")
    expect(page.locator("#id_tier_3_assets_error")).to_have_count(0)
    # Every count of the matrix opens its names.
    effect.get_by_role("table", name=zh("Tiers, by figures alone")).get_by_role("button").first.click()
    expect(effect.locator("#movers tbody tr").first).to_be_visible()
    assert ValuePolicy.objects.count() == 1
    page.get_by_label(zh("Why this change")).fill("资产为先")
    page.get_by_role("button", name=zh("Save the draft")).click()
    expect(page.get_by_role("heading", name="v2")).to_be_visible()
    page.get_by_role("button", name=zh("Propose for approval")).click()
    expect(page.get_by_role("button", name=zh("Take the proposal back"))).to_be_visible()
    expect(page.get_by_role("button", name=zh("Approve and publish"))).to_have_count(0)

    # The manager finds it waiting, sends it back, gets it again and approves.
    second = new_context().new_page()
    login(second, cast.manager)
    second.goto("/policies/value/")
    second.get_by_role("link", name=zh("Look at it and decide")).click()
    expect(second.locator("#value-effect").get_by_role("link", name=keeper.name)).to_be_visible()
    assert accessibility_problems(second) == []
    second.get_by_text(zh("Send it back instead")).click()
    second.get_by_label(zh("What has to change")).fill("请写明理由")
    second.get_by_role("button", name=zh("Send back"), exact=True).click()
    expect(second.get_by_text("请写明理由").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("请写明理由").first).to_be_visible()
    page.get_by_label(zh("Why this change")).fill("资产为先，按季度复核")
    page.get_by_role("button", name=zh("Propose for approval")).click()
    expect(page.get_by_role("button", name=zh("Take the proposal back"))).to_be_visible()
    second.reload()
    second.get_by_role("button", name=zh("Approve and publish")).click()
    expect(second.get_by_text(zh("in force")).first).to_be_visible()

    runner.run(JobRun.objects.get(kind="clients.rescore").pk)
    run = ScoringRun.objects.get(is_current=True)
    assert run.policy.version == 2 and run.policy.published_by == cast.manager
    assert ClientFigures.objects.get(client=keeper).value > before

    # The old version runs again on the data of its time and gives what was stored.
    old = ScoringRun.objects.get(policy__version=1)
    page.goto(f"/policies/value/{old.policy_id}/rerun/?run={old.pk}")
    expect(page.get_by_text(old.inputs_hash[:12])).to_be_visible()
    assert accessibility_problems(page) == []
