"""An advisor with 400 clients resigns: from the notice to the last signature, and nothing is lost on the way."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from advisors.models import Advisor
from allocation.domain.dossier import seen_mark
from allocation.models import Assignment, Handover, LeaverCase, Plan
from allocation.services.freeze_handovers import freeze_handovers
from allocation.services.leavers_of_night import look_after_leavers
from allocation.services.publish_due_plans import publish_due_plans
from allocation.services.sign_handover import sign_handover
from branch_crm.core.jobs import runner
from branch_crm.core.models import Staff
from clients.models import Client
from tests.allocation.branch import adopted
from tests.cast import make_cast
from tests.journeys.words import zh

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

BOOK = 400


def test_from_notice_to_last_signature(
    page: Page,
    new_context: Callable[..., BrowserContext],
    login: Callable[..., None],
    accessibility_problems: Callable[[Page], list[str]],
) -> None:
    ready = adopted(make_cast(), clients=600, advisors=8)
    leaver = ready.cast.advisor_profile
    _fill_book(leaver.pk)
    Advisor.objects.update(monthly_hours=500)
    login(page, ready.cast.director)

    # Notice is given; the case says at once what needs a home, and the account no longer reveals.
    page.goto(f"/advisors/{leaver.pk}/")
    page.get_by_role("link", name=zh("Leaves or is away")).click()
    assert accessibility_problems(page) == []
    page.get_by_label(zh("Last day at work")).fill((timezone.localdate() + timedelta(days=7)).isoformat())
    page.get_by_role("button", name=zh("Open the case")).click()
    expect(page.get_by_text(zh("The case is open. Below stands everything that needs a home."))).to_be_visible()
    expect(page.locator(".loose-end").first).to_contain_text(str(BOOK))
    assert accessibility_problems(page) == []
    shot(page, "case")
    assert not Staff.objects.get(pk=ready.cast.advisor.pk).has_perm("clients.reveal")

    # The person sees the own list, without the deeds of others.
    own = new_context().new_page()
    login(own, ready.cast.advisor)
    case = LeaverCase.objects.get()
    own.goto(f"/allocation/leavers/{case.pk}/")
    expect(own.get_by_role("heading", name=zh("What needs a home"))).to_be_visible()
    expect(own.get_by_role("button", name=zh("Split with the engine"))).to_have_count(0)

    # The engine splits the book; the director approves for the first day without the person.
    page.get_by_role("button", name=zh("Split with the engine")).click()
    plan = Plan.objects.get()
    assert plan.job is not None
    runner.run(plan.job.pk)
    page.goto(f"/allocation/{plan.pk}/approval/")
    day = page.get_by_label(zh("Effective on")).input_value()
    assert day > case.last_day.isoformat()
    page.locator("[name=include_pending]").check()
    page.locator("button.variant-all").click()
    expect(page.locator(".notice", has_text=day).first).to_be_visible()
    plan.refresh_from_db()
    assert (plan.state, plan.effective_on.isoformat() if plan.effective_on else "") == (Plan.State.SCHEDULED, day)
    page.goto(f"/allocation/leavers/{case.pk}/")
    expect(page.get_by_role("link", name=f"#{plan.number}").first).to_be_visible()
    shot(page, "scheduled")

    # That night the book goes over, the account ends, and the case waits for the signatures alone.
    assert plan.effective_on is not None
    with time_machine.travel(timezone.now() + (plan.effective_on - timezone.localdate()), tick=True):
        assert publish_due_plans(ready.branch, plan.effective_on)["published"] == [plan.number]
        freeze_handovers(branch=ready.branch, on=plan.effective_on)
        assert Assignment.objects.filter(case=case, ends__isnull=True).count() == BOOK
        look_after_leavers(ready.branch, day=plan.effective_on, books_on=plan.effective_on)
    case.refresh_from_db()
    assert case.state == LeaverCase.State.OPEN
    assert not Staff.objects.get(pk=ready.cast.advisor.pk).is_active

    # Every taker reads and signs; the last signature closes the case.
    for handover in Handover.objects.select_related("taker__account"):
        signer = handover.taker.account or ready.cast.colleague
        sign_handover(handover=handover, actor=signer, seen=seen_mark(handover.digest, handover.remarks))
    look_after_leavers(ready.branch, day=plan.effective_on, books_on=plan.effective_on)
    case.refresh_from_db()
    assert case.state == LeaverCase.State.CLOSED
    page.reload()
    expect(page.get_by_text(f"{BOOK}/{BOOK}")).to_be_visible()
    assert accessibility_problems(page) == []
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for address in (f"/allocation/leavers/{case.pk}/", "/allocation/leavers/", "/allocation/leavers/?tab=over"):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            shot(page, f"{width}-{address.strip('/?=').replace('/', '-').replace('?', '')}")


def _fill_book(advisor: int) -> None:
    """Exactly BOOK clients, as many of the others' as it takes."""
    held = Assignment.objects.filter(ends__isnull=True)
    missing = BOOK - held.filter(advisor=advisor).count()
    others = list(held.exclude(advisor=advisor).values_list("client", flat=True)[:missing])
    held.filter(client__in=others).update(advisor=advisor)
    Client.objects.filter(pk__in=others).update(advisor=advisor)


def shot(page: Page, name: str) -> None:
    """A picture for the reader of the test, where SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
