"""The product's main job with a real browser, server and worker: an extract goes in, a published allocation comes out."""

from __future__ import annotations

import subprocess
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from playwright.sync_api import Page, expect

from allocation.models import Assignment, Plan
from clients.models import Client, ScoringRun
from tests.allocation.branch import one_approval_is_enough
from tests.cast import PASSWORD, make_cast
from tests.fixtures.rich_branch import write_extract
from tests.journeys.words import zh

pytestmark = [pytest.mark.journey, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

#: For work of the worker: starting it, importing, scoring, solving.
PATIENCE = 60_000


def test_from_the_extract_to_the_published_plan_and_back(
    page: Page, worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    cast = make_cast()
    one_approval_is_enough(cast.home)
    sign_in(page, cast.director.username)

    # The extract goes in.
    page.goto("/imports/new/")
    page.locator("input[type=file]").set_input_files(zipped(write_extract(tmp_path / "extract", clients=60, months=3)))
    page.get_by_role("button", name=zh("Upload and look")).click()
    page.get_by_role("button", name=zh("Import these files")).click()
    expect(page.get_by_role("columnheader", name=zh("Rejected"))).to_be_visible(timeout=PATIENCE)
    assert Client.objects.filter(branch=cast.home).count() == 60

    # The night works out value and personas, and takes the holders over.
    page.goto("/nights/")
    page.get_by_role("button", name=zh("Run the night of this day")).click()
    expect(page.locator("#main").get_by_text(zh("finished")).first).to_be_visible(timeout=PATIENCE)
    run = ScoringRun.objects.get(branch=cast.home, is_current=True)
    assert run.clients > 50

    # Why is the first client of the list worth what he is?
    page.goto("/clients/")
    page.locator("a.row-link").first.click()
    page.wait_for_url("**/clients/*/")
    page.locator("#tab-value").click()
    expect(page.locator(".why-terms").first).to_be_visible()

    # A plan over the branch.
    page.goto("/allocation/new/")
    page.locator("[name=title]").fill("主线")
    page.locator("[name=switch_penalty]").fill("0.02")
    page.get_by_role("button", name=zh("Work out a plan")).click()
    expect(page.get_by_role("link", name=zh("Approve and publish"))).to_be_visible(timeout=PATIENCE)
    plan = Plan.objects.get()
    before = holders()
    kept, moved = plan.lines.select_related("client", "after").order_by("-gain", "pk")[:2]
    page.locator(f"#move-{kept.pk} .row-link").click()
    card = page.locator("#review-card")
    expect(card.locator("table").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(f"#move-{kept.pk} [data-act=reject]").click()
    expect(page.locator(f"#move-{kept.pk}")).to_contain_text(zh("rejected, stays"))

    # Published today, whole.
    page.get_by_role("link", name=zh("Approve and publish")).click()
    page.locator("[name=include_pending]").check()
    page.get_by_role("button", name=zh("Publish the plan")).click()
    expect(page.locator(".notice-success").first).to_be_visible()
    after = holders()
    changed = {pk for pk in after if after[pk] != before[pk]}
    assert changed == set(plan.lines.exclude(pk=kept.pk).values_list("client_id", flat=True))

    page.goto(f"/clients/{moved.client_id}/?tab=service")
    name = moved.after.name if moved.after else zh("shared pool")
    expect(page.locator("#client-tab").get_by_text(name).first).to_be_visible()

    # And back.
    page.goto(f"/allocation/{plan.pk}/")
    page.get_by_role("link", name=zh("Roll back")).click()
    page.get_by_role("button", name=zh("Roll the plan back")).click()
    expect(page.locator(".notice-warning").first).to_be_visible()
    assert holders() == before
    assert not Assignment.objects.filter(plan=plan, ends__isnull=True, reason="plan").exists()


def sign_in(page: Page, username: str) -> None:
    page.goto("/")
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.locator(".bar")).to_be_visible()


def zipped(folder: Path) -> Path:
    path = folder.parent / f"{folder.name}.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            if file.suffix != ".json":
                archive.write(file, file.name)
    return path


def holders() -> dict[int, int | None]:
    return dict(Client.objects.values_list("pk", "advisor_id"))
