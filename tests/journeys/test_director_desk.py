"""The director's whole path: run, review, solve again, notice and objection, two approvals, the books, and back."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from allocation.models import Assignment, MatchPolicy, Notice, Objection, Plan
from branch_crm.core.jobs import runner
from clients.models import Client
from clients.services.refresh_figures import refresh_figures
from tests.allocation.branch import ScoredBranch, adopted
from tests.cast import make_cast
from tests.fixtures.browser import Watch
from tests.journeys.words import zh

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

Login = Callable[..., None]


@pytest.fixture
def ready() -> ScoredBranch:
    """A branch whose policy asks for a second person from the second move on."""
    ready = adopted(make_cast(), clients=120, advisors=6)
    refresh_figures(branch=ready.branch)
    policy = MatchPolicy.objects.get(branch=ready.branch)
    policy.rules = deepcopy(policy.rules)
    policy.rules["approval"] = {"moves": 1, "value_share": None, "tier": None}
    policy.save()
    return ready


def test_from_a_run_over_objection_and_two_approvals_to_the_books_and_back(
    ready: ScoredBranch, page: Page, new_context: Callable[..., BrowserContext], login: Login, watch: Watch
) -> None:
    cast = ready.cast
    before = dict(Client.objects.values_list("pk", "advisor_id"))
    login(page, cast.director)
    plan = run_a_plan(page)
    review_and_solve_again(page, plan)
    plan.refresh_from_db()
    objected = object_to_a_loss(page, new_context, login, ready, plan)
    approve_by_two(page, new_context, login, ready, plan)

    plan.refresh_from_db()
    assert (plan.state, plan.approved_by, plan.second_by) == (Plan.State.PUBLISHED, cast.director, cast.manager)
    moved = list(plan.lines.filter(decision="accepted").exclude(after=None).values_list("client_id", "after_id"))
    assert moved
    assert dict(Client.objects.filter(pk__in=[pk for pk, _ in moved]).values_list("pk", "advisor_id")) == dict(moved)
    assert Client.objects.get(pk=objected).advisor_id == before[objected]
    assert Assignment.objects.filter(plan=plan).count() == len(moved)

    page.goto(f"/allocation/{plan.pk}/")
    page.get_by_role("link", name=zh("Roll back")).click()
    page.locator("form .btn-danger").click()
    expect(page.get_by_text(zh("rolled back")).first).to_be_visible()
    assert dict(Client.objects.values_list("pk", "advisor_id")) == before


def run_a_plan(page: Page) -> Plan:
    page.goto("/allocation/new/")
    page.get_by_label("公平区间").fill("30")
    page.get_by_role("button", name="开始求解").click()
    expect(page.get_by_text("正在求解方案")).to_be_visible()
    plan = Plan.objects.get()
    assert plan.job is not None
    runner.run(plan.job.pk)
    expect(page.get_by_role("link", name="批准并发布")).to_be_visible(timeout=15_000)
    plan.refresh_from_db()
    return plan


def review_and_solve_again(page: Page, plan: Plan) -> None:
    """One move accepted, one rejected; the rest is found anew around them."""
    first, second, *_rest = plan.lines.order_by("-gain", "pk")
    expect(page.locator("#review-card .card-terms, #review-card table").first).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator(f"#move-{first.pk}")).to_contain_text("已同意")
    expect(page.locator(f"#move-{second.pk}[data-current]")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator(f"#move-{second.pk}")).to_contain_text("已驳回")
    page.get_by_role("button", name="重新求解").click()
    expect(page.get_by_text(zh("Being solved again around the decisions")).first).to_be_visible()
    plan.refresh_from_db()
    assert plan.again_job is not None
    runner.run(plan.again_job.pk)
    page.goto(f"/allocation/{plan.pk}/")
    expect(page.get_by_text("第 2 轮").first).to_be_visible()
    kept = {line.client_id: line.decision for line in plan.lines.exclude(decision="pending")}
    assert kept == {first.client_id: "accepted", second.client_id: "rejected"}


def object_to_a_loss(
    page: Page, new_context: Callable[..., BrowserContext], login: Login, ready: ScoredBranch, plan: Plan
) -> int:
    """The advisor objects during the notice, the director grants it; the client stays. Returns the client."""
    page.goto(f"/allocation/{plan.pk}/notice/")
    page.get_by_role("link", name="发起公示").click()
    page.get_by_role("button", name="发起公示").click()
    notice = Notice.objects.get()
    page.goto(f"/allocation/{plan.pk}/approval/")
    expect(page.get_by_text("方案正在公示").first).to_be_visible()
    lost = plan.lines.filter(before=ready.cast.advisor_profile, decision="pending").order_by("-value").first()
    assert lost is not None
    advisor = new_context().new_page()
    login(advisor, ready.cast.advisor)
    advisor.goto(f"/allocation/notices/{notice.pk}/moves/{lost.pk}/")
    advisor.get_by_label("与客户关系长久").check()
    advisor.get_by_label("具体说明").fill("服务八年")
    advisor.get_by_role("button", name="对这项变动提出异议").click()
    expect(advisor.get_by_text("异议已提交市场总监")).to_be_visible()
    page.goto(f"/allocation/{plan.pk}/notice/")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(f"#objection-{Objection.objects.get().pk}")).to_contain_text("采纳")
    page.get_by_role("link", name="提前结束公示").click()
    page.get_by_label("提前结束原因").fill("全部客户经理已确认")
    page.get_by_role("button", name="结束公示").click()
    expect(page.get_by_text("方案可以发布")).to_be_visible()
    return lost.client_id


def approve_by_two(
    page: Page, new_context: Callable[..., BrowserContext], login: Login, ready: ScoredBranch, plan: Plan
) -> None:
    page.goto(f"/allocation/{plan.pk}/approval/")
    page.locator("[name=include_pending]").check()
    page.get_by_role("button", name=zh("Approve and ask for the second approval")).click()
    expect(page.locator(".state", has_text=zh("waits for the second approval")).first).to_be_visible()
    assert not Assignment.objects.filter(plan=plan).exists()
    manager = new_context().new_page()
    login(manager, ready.cast.manager)
    manager.goto(f"/allocation/{plan.pk}/")
    manager.get_by_role("link", name=zh("Second approval"), exact=True).click()
    manager.get_by_role("button", name=zh("Give the second approval")).click()
    expect(manager.locator(".notice-success").first).to_be_visible()
