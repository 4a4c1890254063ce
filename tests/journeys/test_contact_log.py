"""A talk is logged by keyboard, flagged while typing, and survives a cut connection without becoming two."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from clients.domain.names import search_tokens
from clients.models import Client
from servicelog.models import Contact, MotTask
from tests.cast import Cast, make_cast
from tests.fixtures.browser import Watch
from tests.journeys.words import zh
from tests.servicelog.branch import TALK, client_of, task

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

Login = Callable[[Page, object], None]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def held(cast: Cast) -> Client:
    return client_of(cast)


def promise(page: Page, line: int, text: str) -> None:
    page.locator(f"[name=promises-{line}-text]").fill(text)
    page.locator(f"[name=promises-{line}-due_on]").fill("2099-03-01")


def test_a_call_is_logged_from_the_client_page_by_keyboard(page: Page, login: Login, cast: Cast, held: Client) -> None:
    served = task(cast, held)
    login(page, cast.advisor)
    page.goto(f"/clients/{held.pk}/")
    page.keyboard.press("n")
    summary = page.locator("#drawer textarea[name=summary]")
    expect(summary).to_be_focused()
    page.keyboard.type(TALK)
    page.locator("#drawer [name=tasks]").check()
    summary.press("Control+Enter")
    expect(page.locator("#drawer .notice-success")).to_be_visible()
    contact = Contact.objects.get()
    served.refresh_from_db()
    assert (contact.client, contact.author, contact.channel, contact.summary) == (held, cast.advisor, "phone", TALK)
    assert (served.state, served.contact) == (MotTask.State.DONE, contact)


def test_a_promise_of_returns_is_marked_while_typing_and_refused_at_saving(
    page: Page, login: Login, cast: Cast, held: Client, watch: Watch
) -> None:
    watch.expect("422")
    login(page, cast.advisor)
    page.goto(f"/service/contacts/new/?client={held.pk}")
    page.locator("textarea[name=summary]").press_sequentially("客户问产品是否保本，解释了条款和风险")
    expect(page.locator("#screened")).to_contain_text("保本")
    page.get_by_role("button", name=zh("Log the contact")).click()
    expect(page.locator(".field-errors, .invalid-feedback, .errorlist").first).to_contain_text("保本")
    assert not Contact.objects.exists()
    expect(page.locator("textarea[name=summary]")).to_have_value("客户问产品是否保本，解释了条款和风险")
    page.locator("input[type=checkbox][name=quoted]").check()
    page.get_by_role("button", name=zh("Log the contact")).click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert Contact.objects.get().flagged


def test_a_visit_logged_on_the_phone_survives_a_cut_connection_as_one_contact(
    new_context: Callable[..., BrowserContext], login: Login, cast: Cast, held: Client, watch: Watch
) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|htmx:(sendError|afterRequest)")
    page = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
    login(page, cast.advisor)
    page.goto(f"/service/contacts/new/?client={held.pk}")
    page.get_by_text(zh("Visit to the client"), exact=True).click()
    page.locator("textarea[name=summary]").fill(TALK)
    page.locator(".log-more > summary").click()
    promise(page, 0, "寄送调仓建议书")
    # In the lift: lines and questions need no server.
    page.context.set_offline(True)
    page.get_by_role("button", name=zh("Another promise")).tap()
    promise(page, 1, "周五前答复费率")
    page.get_by_text(zh("High: needed within three months")).tap()
    expect(page.locator("[data-ask]:visible")).to_have_count(2)
    page.get_by_role("button", name=zh("Skip")).tap()
    page.locator("[name=profile-experience_years]").fill("8")
    page.get_by_role("button", name=zh("Log the contact")).click()
    expect(page.locator("[data-offline]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".notice-success")).to_be_visible()
    contact = Contact.objects.get()
    assert (contact.channel, contact.promises.count()) == ("visit", 2)
    assert contact.learnt == ["liquidity_need", "experience_years"]
    expect(page.locator("[data-until]")).to_have_text("30")
    # Nothing of the draft stays on the machine.
    assert page.evaluate("localStorage.getItem('contact-drafts')") == "{}"


def test_what_was_typed_before_the_browser_died_is_there_again(
    page: Page, login: Login, cast: Cast, held: Client
) -> None:
    login(page, cast.advisor)
    page.goto(f"/service/contacts/new/?client={held.pk}")
    page.locator("textarea[name=summary]").fill(TALK)
    page.locator(".log-more > summary").click()
    more = page.get_by_role("button", name=zh("Another promise"))
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=promises-1-text]")).to_be_focused()
    promise(page, 1, "周五前答复费率")
    page.reload()
    expect(page.locator("textarea[name=summary]")).to_have_value(TALK)
    expect(page.locator("[name=promises-1-text]")).to_have_value("周五前答复费率")
    expect(page.locator("[data-lines=promises] [data-line]")).to_have_count(2)


def test_the_search_box_offers_to_log_and_signing_out_leaves_no_draft(
    page: Page, login: Login, cast: Cast, held: Client
) -> None:
    held.search_tokens = search_tokens(name=held.name, client_no=held.client_no)
    held.save(update_fields=["search_tokens"])
    login(page, cast.advisor)
    page.goto("/clients/")
    page.keyboard.press("Control+k")
    page.keyboard.type(held.client_no)
    expect(page.locator("#palette [data-results] [aria-selected=true]")).to_contain_text(held.name)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    summary = page.locator("#drawer textarea[name=summary]")
    expect(summary).to_be_focused()
    summary.fill(TALK)
    assert TALK in page.evaluate("localStorage.getItem('contact-drafts')")
    page.keyboard.press("Escape")
    page.locator(".bar .dropdown > button", has=page.locator(".me-name")).click()
    page.get_by_role("button", name=zh("Sign out")).click()
    expect(page.locator("input[name=login]")).to_be_visible()
    assert page.evaluate("localStorage.getItem('contact-drafts')") is None


def test_a_message_goes_to_the_chosen_of_the_list_once(page: Page, login: Login, cast: Cast, held: Client) -> None:
    client_of(cast, "80000002", "赵二")
    login(page, cast.advisor)
    page.goto("/clients/")
    for box in page.locator("[data-choose]").all():
        box.check()
    page.get_by_role("button", name=zh("Log a message to the chosen")).click()
    page.locator("textarea[name=text]").fill("下周一起调整融资保证金比例，请查阅交易所公告")
    page.get_by_role("button", name=zh("Log the message")).click()
    expect(page.locator(".prewrap")).to_contain_text("融资保证金")
    assert sorted(Contact.objects.values_list("client__name", "counts")) == [("张建国", False), ("赵二", False)]
