"""A client walks in and wants another advisor: counter, director, client page, next run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from allocation.models import ChangeRequest
from clients.models import Client
from tests.allocation.branch import adopted, solved_plan
from tests.cast import make_cast
from tests.journeys.words import zh

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_the_counter_to_the_next_run(
    page: Page,
    new_context: Callable[..., BrowserContext],
    login: Callable[..., None],
    accessibility_problems: Callable[[Page], list[str]],
) -> None:
    ready = adopted(make_cast())
    client = Client.objects.filter(advisor=ready.cast.advisor_profile).order_by("pk")[3]

    # The client stands at the exit console: the same form is a click away from there.
    counter = page
    login(counter, ready.cast.counter)
    counter.goto("/retention/")
    counter.get_by_label(zh("Who stands here?")).press_sequentially(client.client_no)
    counter.locator("#found").get_by_role("link", name=client.name).click()
    expect(counter.get_by_label(zh("Must be said"))).to_be_visible()
    counter.get_by_role("link", name=zh("Another advisor")).click()
    expect(counter.get_by_role("button", name=zh("Enter the request"))).to_be_visible()

    # Or found by number in the queue; nothing has to be filled in.
    counter.goto("/allocation/requests/")
    counter.get_by_role("link", name=zh("Enter a request")).first.click()
    counter.get_by_label(zh("Client number, fund account, name, pinyin or its initials.")).fill(client.client_no)
    counter.get_by_role("button", name=zh("Find the client")).click()
    counter.get_by_role("link", name=client.name).click()
    assert accessibility_problems(counter) == []
    counter.get_by_role("button", name=zh("Enter the request")).click()
    expect(counter.get_by_text(zh("The request has been entered."))).to_be_visible()
    expect(counter.get_by_role("button", name=zh("Change the advisor today"))).to_have_count(0)
    change = ChangeRequest.objects.get()

    # The director opens it beside the queue, reads who could serve instead, and follows the suggestion.
    director = new_context().new_page()
    login(director, ready.cast.director)
    director.goto("/allocation/requests/")
    assert accessibility_problems(director) == []
    director.get_by_role("link", name=client.name).click()
    drawer = director.locator("#drawer")
    expect(drawer.get_by_text(zh("Who could serve instead"))).to_be_visible()
    assert accessibility_problems(director) == []
    chosen = drawer.get_by_label(zh("New advisor")).locator("option").first
    successor = next(a for a in ready.advisors if str(a.pk) == chosen.get_attribute("value"))
    assert successor != ready.cast.advisor_profile
    drawer.get_by_role("button", name=zh("Change the advisor today")).click()
    expect(director.get_by_text(zh("Nobody asks for another advisor"))).to_be_visible()

    # The client's page names the new advisor, and says why.
    director.goto(f"/clients/{client.pk}/?tab=service")
    expect(director.get_by_label(zh("Who this is")).get_by_text(successor.name)).to_be_visible()
    expect(director.get_by_text(zh("client's request")).first).to_be_visible()
    assert accessibility_problems(director) == []

    # No later run gives the client back, and the queue remembers.
    line = solved_plan(ready, switch_penalty=0.0).lines.filter(client=client).first()
    assert line is None or line.proposed_id != change.present_id
    director.goto("/allocation/requests/?tab=decided")
    expect(director.get_by_role("row", name=client.name)).to_contain_text(successor.name)
    assert accessibility_problems(director) == []
