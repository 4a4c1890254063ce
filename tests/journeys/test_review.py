"""The review by keyboard alone, two people at once, and solving again around what they decided."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from allocation.models import AssignmentLock, LineComment, Plan, PlanLine
from branch_crm.core.jobs import runner
from tests.allocation.branch import ScoredBranch, adopted, solved_plan
from tests.cast import make_cast
from tests.fixtures.browser import Watch
from tests.journeys.words import zh

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ready() -> ScoredBranch:
    return adopted(make_cast(), clients=160, advisors=6)


@pytest.fixture
def plan(ready: ScoredBranch) -> Plan:
    return solved_plan(ready, fairness=0.3)


def by_gain(plan: Plan) -> list[PlanLine]:
    return list(plan.lines.select_related("client", "before", "proposed").order_by("-gain", "pk"))


def row(page: Page, line: PlanLine) -> object:
    return page.locator(f"#move-{line.pk}")


def settled(page: Page) -> None:
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def card_of(page: Page, line: PlanLine) -> None:
    """The third column shows this client's card."""
    heading = page.locator("#review-card").get_by_role("heading", name=line.client.name)
    expect(heading).to_be_visible()


def test_the_whole_review_by_keyboard(
    ready: ScoredBranch,
    plan: Plan,
    page: Page,
    login: Callable[..., None],
    accessibility_problems: Callable[[Page], list[str]],
) -> None:
    served = f"?from={ready.advisors[0].pk}"
    lines = [line for line in by_gain(plan) if line.before_id == ready.advisors[0].pk]
    login(page, ready.cast.director)
    page.goto(f"/allocation/{plan.pk}/{served}")
    keys = page.keyboard

    # The first move is current and its card stands beside the list; j and k walk, the card follows.
    card_of(page, lines[0])
    keys.press("j")
    card_of(page, lines[1])
    keys.press("k")
    card_of(page, lines[0])
    assert accessibility_problems(page) == []

    # Accept, reject: each goes on to the next move that nobody has reviewed.
    keys.press("a")
    expect(page.locator(f"#move-{lines[0].pk}")).to_contain_text("已同意")
    card_of(page, lines[1])
    keys.press("r")
    expect(page.locator(f"#move-{lines[1].pk}")).to_contain_text("已驳回")
    card_of(page, lines[2])

    # u takes the last decision back, and the move is current again.
    keys.press("k")
    keys.press("u")
    expect(page.locator(f"#move-{lines[1].pk}.is-pending[data-current]")).to_be_visible()

    # d goes to the redirection in the card.
    keys.press("j")
    card_of(page, lines[2])
    keys.press("d")
    select = page.locator("#review-card #redirect-to")
    expect(select).to_be_focused()
    other = next(a for a in ready.advisors if a.pk not in (lines[2].before_id, lines[2].proposed_id))
    select.select_option(str(other.pk))
    expect(page.locator("#redirect-effect")).to_contain_text(other.name)
    page.locator("#review-card").get_by_role("button", name=zh("Redirect"), exact=True).press("Enter")
    expect(page.locator(f"#move-{lines[2].pk}")).to_contain_text(other.name)

    # l shows the price before anything is locked; a usual reason is chosen already.
    card_of(page, lines[3])
    keys.press("l")
    lock = page.locator("#review-card #lock")
    expect(lock).to_contain_text(zh("Estimated with the prices of this round; solving again gives the exact figures."))
    expect(lock).to_contain_text(lines[3].before.name if lines[3].before else "")
    expect(lock.locator("[name=reason]").first).to_be_focused()
    assert not AssignmentLock.objects.exists()
    lock.get_by_role("button", name=zh("Lock the client")).press("Enter")
    expect(page.locator(f"#move-{lines[3].pk}")).to_contain_text("锁定")
    assert AssignmentLock.objects.get().client_id == lines[3].client_id

    # c comments; Ctrl+Enter sends; Esc goes back to the row.
    card_of(page, lines[4])
    keys.press("c")
    expect(page.locator("#review-card #comment-text")).to_be_focused()
    keys.type("先问过本人 jar")
    keys.press("Control+Enter")
    expect(page.locator("#review-card .comment-list")).to_contain_text("先问过本人 jar")
    expect(page.locator(f"#marks-{lines[4].pk}")).to_contain_text("1")
    assert LineComment.objects.get().author == ready.cast.director
    page.locator("#review-card #comment-text").press("Escape")
    expect(page.locator(f"#move-{lines[4].pk} a").first).to_be_focused()

    # While an input method composes, letters are letters.
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', isComposing: true, bubbles: true}))")
    keys.press("Shift+?")
    expect(page.locator("#keys-help")).to_contain_text(zh("Solve again around the decisions"))
    keys.press("Escape")
    assert PlanLine.objects.get(pk=lines[4].pk).decision == "pending"

    # s solves again; the page shows the new round by itself, with the decisions kept.
    keys.press("s")
    expect(page.get_by_text(zh("Being solved again around the decisions")).first).to_be_visible()
    plan.refresh_from_db()
    assert plan.again_job_id is not None
    runner.run(plan.again_job_id)
    expect(page.locator(".round-changes")).to_contain_text("第 2 轮", timeout=15_000)
    assert plan.lines.get(pk=lines[0].pk).decision == "accepted"
    assert plan.lines.get(pk=lines[3].pk).decision == "locked"
    expect(page.locator("#review-bar-progress")).to_contain_text("3")


def test_two_reviewers_and_a_whole_filter(
    ready: ScoredBranch,
    plan: Plan,
    new_context: Callable[..., BrowserContext],
    login: Callable[..., None],
    watch: Watch,
    accessibility_problems: Callable[[Page], list[str]],
) -> None:
    watch.expect("409")
    first, second, *rest = by_gain(plan)
    director, assistant = new_context().new_page(), new_context(viewport={"width": 390, "height": 844}).new_page()
    login(director, ready.cast.director)
    login(assistant, ready.cast.assistant)
    for page in (director, assistant):
        page.goto(f"/allocation/{plan.pk}/")

    # The assistant, on a phone, decides first; the director's click then says who did what and changes nothing.
    assistant.locator(f"#move-{first.pk}").get_by_role("button", name=zh("Reject, stays")).or_(
        assistant.locator(f'#move-{first.pk} [data-act="reject"]')
    ).first.click()
    expect(assistant.locator(f"#move-{first.pk}")).to_contain_text("已驳回")
    director.locator(f'#move-{first.pk} [data-act="accept"]').click()
    expect(director.locator(f"#move-{first.pk} [role=alert]")).to_contain_text(ready.cast.assistant.name)
    assert PlanLine.objects.get(pk=first.pk).decision == "rejected"

    # All of a filter: the number first, what is decided already left alone; then undone in one go.
    tier = rest[0].tier
    director.goto(f"/allocation/{plan.pk}/?tier={tier}")
    open_ones = plan.lines.filter(tier=tier, decision="pending").count()
    director.locator("[data-choose-page]").check()
    if director.locator("[data-choose-all]").is_visible():
        director.locator("[data-choose-all]").click()
        director.get_by_role("button", name=zh("Accept the chosen moves")).click()
        director.get_by_role("button", name=f"同意 {open_ones} 项").click()
    else:
        director.get_by_role("button", name=zh("Accept the chosen moves")).click()
    expect(director.get_by_role("link", name=zh("Show them"))).to_be_visible()
    assert not plan.lines.filter(tier=tier, decision="pending").exists()
    director.get_by_role("link", name=zh("Show them")).click()
    director.get_by_role("button", name=zh("Take these decisions back")).click()
    director.locator(".bulk-form .btn-primary").click()
    expect(director.locator(".notice-success")).to_be_visible()
    assert plan.lines.filter(tier=tier, decision="accepted").count() == 0
    assert PlanLine.objects.get(pk=first.pk).decision in ("rejected", "pending")
    assert accessibility_problems(director) == []
    assert accessibility_problems(assistant) == []
    assert second.pk
