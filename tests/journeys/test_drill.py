"""Two people drill a closing: one at a desk plays the client, the other practises on a phone; both see what the other does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from retention.domain.drill_rubric import ITEMS
from retention.models import Drill, Reason
from retention.services.bring_in_cards import bring_in_cards
from retention.services.check_card import check_card
from retention.wording_drills import FAILS
from retention.wording_drills import ITEMS as WORDS
from tests.cast import Cast, make_cast
from tests.journeys.words import zh

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
CARD = "互联网券商报价更低"
#: What another screen did is seen after the next question and answer, also on a busy machine.
SEEN = 20_000
#: Only whoever plays the client knows.
NEED = "价格是个由头"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    cast = make_cast()
    # The firm's list may have been emptied by a test before this one.
    for code in ("rival", "rival_rate"):
        Reason.objects.get_or_create(branch=None, code=code, defaults={"name_zh": "同业报价", "name_en": "Rival"})
    for card in bring_in_cards(branch=cast.home, actor=cast.director):
        check_card(card=card, actor=cast.manager)
    return cast


def test_two_people_drill_on_a_desk_and_a_phone(
    page: Page,
    new_context: Callable[..., BrowserContext],
    login: Callable[..., None],
    accessibility_problems: Callable[[Page], list[str]],
    cast: Cast,
) -> None:
    login(page, cast.colleague)
    page.goto("/retention/drills/")
    expect(page.get_by_label(zh("Next for you"))).to_contain_text(CARD)
    assert accessibility_problems(page) == []
    page.get_by_role("link", name=zh("Plan a drill")).click()
    page.get_by_label(zh("Card")).select_option(label=f"{Reason.objects.get(code='rival_rate')} · {CARD}")
    page.get_by_label(zh("Who practises")).select_option("")
    page.get_by_label(zh("Who plays the client")).select_option(str(cast.colleague.pk))
    assert accessibility_problems(page) == []
    page.get_by_role("button", name=zh("Plan the drill")).click()
    code = page.locator(".drill-code strong")
    expect(code).to_have_text(Drill.objects.get().code)
    expect(page.get_by_label(zh("The card"))).to_contain_text(NEED)
    assert accessibility_problems(page) == []

    phone = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
    login(phone, cast.advisor)
    phone.goto("/retention/drills/")
    phone.get_by_label(zh("Four digits")).fill(Drill.objects.get().code)
    phone.get_by_role("button", name=zh("Join", context="drill"), exact=True).click()
    expect(phone.get_by_label(zh("Who is there"))).to_contain_text(cast.advisor.name)
    assert accessibility_problems(phone) == []

    # The desk sees who has come without touching anything, and begins; so does the phone.
    expect(page.get_by_label(zh("Who is there"))).to_contain_text(cast.advisor.name, timeout=SEEN)
    page.get_by_role("button", name=zh("Begin", context="drill"), exact=True).click()
    expect(page.locator(".drill-words")).to_contain_text("我要销户")
    expect(phone.locator(".drill-words")).to_contain_text("我要销户", timeout=SEEN)
    expect(phone.get_by_label(zh("The card"))).not_to_contain_text(NEED)
    assert accessibility_problems(phone) == []
    phone.get_by_role("button", name="好的，我先给您受理").tap()
    expect(phone.locator(".drill-words")).to_contain_text("三年")
    expect(page.locator(".drill-words")).to_contain_text("三年", timeout=SEEN)
    expect(page.get_by_label(zh("So far"))).to_contain_text("好的，我先给您受理")

    phone.get_by_role("button", name="保证比他们便宜").tap()
    expect(page.locator(".drill-words")).to_contain_text("投诉", timeout=SEEN)
    page.get_by_role("button", name=zh("On to the scoring")).click()
    for item in ITEMS:
        page.get_by_role("group", name=str(WORDS[item])).get_by_label("2 · ").check()
    page.get_by_label(zh("What to do better")).fill("报价只按批准表")
    assert accessibility_problems(page) == []
    page.get_by_role("button", name=zh("Hand in", context="score"), exact=True).click()

    # Fourteen points of fourteen, and yet: a promise fails it, on both screens.
    for screen in (page, phone):
        expect(screen.locator(".own-figure")).to_contain_text("100", timeout=SEEN)
        expect(screen.get_by_text(str(FAILS["promise"])).first).to_be_visible()
        assert accessibility_problems(screen) == []
    drill = Drill.objects.get()
    assert (drill.state, drill.share, drill.passed, drill.fails) == ("done", 1.0, False, ["promise"])

    phone.goto(f"/retention/drills/people/{cast.advisor.pk}/")
    expect(phone.get_by_label(zh("By reason"))).to_contain_text(zh("not passed"))
    assert accessibility_problems(phone) == []
