"""Clients change hands: the giver adds a word, the taker reads and signs, one client refuses, the director sees what is left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import BrowserContext, Page, expect

from allocation.models import ChangeRequest, Handover
from tests.allocation.branch import adopted
from tests.allocation.test_handovers import move, own_clients
from tests.cast import make_cast
from tests.journeys.words import zh

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_the_move_to_the_last_signature(
    page: Page,
    new_context: Callable[..., BrowserContext],
    login: Callable[..., None],
    accessibility_problems: Callable[[Page], list[str]],
) -> None:
    ready = adopted(make_cast())
    with transaction.atomic():
        move(ready, own_clients(ready)[:2], ready.cast.colleague_profile)
    first, second = [row.client.name for row in Handover.objects.select_related("client").order_by("pk")]

    # The giver is told by the bell, finds the clients under "given", and adds what no record says.
    giver = page
    login(giver, ready.cast.advisor)
    giver.goto("/allocation/handovers/?tab=given")
    assert accessibility_problems(giver) == []
    giver.get_by_role("link", name=first).click()
    giver.get_by_label(zh("What the successor should know")).fill("上午开盘时不接电话，女儿一起商量")
    giver.get_by_role("button", name=zh("Save the remarks")).click()
    expect(giver.get_by_text("女儿一起商量").first).to_be_visible()
    assert accessibility_problems(giver) == []

    # The taker reads from the first call to the seal, and signs both.
    taker = new_context().new_page()
    login(taker, ready.cast.colleague)
    taker.goto("/allocation/handovers/")
    assert accessibility_problems(taker) == []
    for name in (first, second):
        taker.get_by_role("link", name=name).click()
        expect(taker.get_by_text(zh("First call"))).to_be_visible()
        assert accessibility_problems(taker) == []
        taker.get_by_role("button", name=zh("Read and signed")).click()
    expect(taker.get_by_text(zh("Nothing waits to be signed"))).to_be_visible()

    # One client refuses: a request for another advisor stands, and is named on the dossier.
    taker.goto("/allocation/handovers/?tab=waiting")
    taker.get_by_role("link", name=first).click()
    taker.get_by_role("radio", name=zh("refused by the client")).check()
    taker.get_by_role("button", name=zh("Note the answer")).click()
    expect(taker.get_by_role("link", name=zh("Look at the request"))).to_be_visible()
    assert ChangeRequest.objects.get().client.name == first

    # The director prints the book; nothing is unsigned any more.
    director = new_context().new_page()
    login(director, ready.cast.director)
    director.goto("/allocation/handovers/")
    expect(director.get_by_text(zh("Nothing waits to be signed"))).to_be_visible()
    director.goto("/allocation/handovers/?tab=waiting")
    director.get_by_role("button", name=zh("Print these dossiers")).click()
    expect(director.locator(".dossier-sheet")).to_have_count(2)
    assert accessibility_problems(director) == []
