"""Every moment of the list: what raises it, what looks like it and does not, by when it is due, and what makes it lapse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from branch_crm.core.models import TradingDay
from clients.models import Client, ClientValue, ScoringRun
from clients.services.default_policies import ensure_value_policy
from servicelog.domain.mot.rules import default_rules
from servicelog.domain.mot.triggers import TRIGGERS
from servicelog.models import Complaint, MotPolicy, MotTask
from servicelog.queries.mot.catalog import QUERIES
from servicelog.services.raise_tasks import raise_tasks
from tests.servicelog.branch import client_of
from tests.servicelog.facts import DAY, flow, order, position, quota, snapshot, tier, trade

pytestmark = pytest.mark.django_db

NEXT, AFTER_NEXT = DAY + timedelta(days=1), DAY + timedelta(days=2)
Facts = Callable[[Client], object]


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def put(client: Client, **fields: object) -> None:
    Client.objects.filter(pk=client.pk).update(**fields)


def scored(client: Client, before: int, now: int, assets: int) -> None:
    """Two scorings of the branch: this client's tier in each, and today's mean net assets."""
    policy = ensure_value_policy(client.branch)
    for day, number, current in ((ago(30), before, False), (ago(1), now, True)):
        run, _new = ScoringRun.objects.get_or_create(
            branch=client.branch, as_of=day, policy=policy, inputs_hash=str(day), defaults={"is_current": current}
        )
        ClientValue.objects.create(
            run=run, client=client, branch=client.branch, value=50, rank=1, value_type="assets", tier=number,
            raw_tier=number, is_core=False, commission_12m=0, revenue_12m=0, asset_money=assets,
        )  # fmt: skip


def grown(client: Client, start: int, end: int, inflow: int = 0) -> None:
    snapshot(client, ago(28), total=start)
    snapshot(client, DAY, total=end)
    if inflow:
        flow(client, inflow, ago(10), kind="银行转存")


def cash(client: Client, *shares: float) -> None:
    for back, share in zip((25, 14, 0), shares, strict=True):
        snapshot(client, ago(back), total=400_000, cash=Decimal(400_000 * share))


def complained(client: Client, state: str) -> None:
    Complaint.objects.create(
        branch=client.branch, client=client, received_on=DAY, channel="phone", about="service", text="等候太久",
        state=state, entered_by=client.advisor.account,
    )  # fmt: skip


def elsewhere(client: Client, low: int) -> None:
    snapshot(client, total=100_000)
    client.figures.offsystem_low = low
    client.figures.save()


#: Moment -> facts that raise it, facts close to them that do not, deadline.
MOMENTS: dict[str, tuple[Facts, Facts, date]] = {
    "new_client": (lambda c: put(c, opened_on=ago(3)), lambda c: put(c, opened_on=ago(40)), AFTER_NEXT),
    "risk_expiring": (
        lambda c: put(c, risk_valid_until=DAY + timedelta(days=60)),
        lambda c: put(c, risk_valid_until=DAY + timedelta(days=61)),
        DAY + timedelta(days=60),
    ),
    "risk_expired": (
        lambda c: put(c, risk_valid_until=ago(1)),
        lambda c: put(c, risk_valid_until=ago(31)),
        date(2026, 11, 30),
    ),
    "large_outflow": (
        lambda c: (snapshot(c, total=200_000), flow(c, -60_000), flow(c, -50_000, ago(3))),
        lambda c: (snapshot(c, total=900_000), flow(c, -150_000)),
        NEXT,
    ),
    "large_inflow": (
        lambda c: (snapshot(c, total=300_000), flow(c, 120_000, kind="银行转存")),
        lambda c: (snapshot(c, total=300_000), flow(c, 120_000, kind="银行转存"), flow(c, -60_000)),
        NEXT,
    ),
    "new_share_win": (
        lambda c: flow(c, -24_000, kind="新股中签", external=False),
        lambda c: flow(c, -24_000, ago(7), kind="新股中签", external=False),
        NEXT,
    ),
    "margin_line": (
        lambda c: snapshot(c, margin_debt=100_000, margin_ratio=Decimal("149.9")),
        lambda c: snapshot(c, margin_debt=100_000, margin_ratio=150),
        NEXT,
    ),
    "id_expiring": (
        lambda c: put(c, id_valid_until=DAY + timedelta(days=90)),
        lambda c: put(c, id_valid_until=DAY + timedelta(days=91)),
        DAY + timedelta(days=90),
    ),
    "complaint": (lambda c: complained(c, "open"), lambda c: complained(c, "settled"), NEXT),
    "product_maturing": (
        lambda c: order(c, 50_000, date(2026, 12, 7)),
        lambda c: (order(c, 50_000, date(2026, 12, 7)), order(c, 50_000, date(2026, 12, 7), kind="redeem")),
        date(2026, 12, 7),
    ),
    "risk_warning_holding": (
        lambda c: position(c, "*ST海航", 30_000),
        lambda c: position(c, "国盾退伍概念", 30_000),
        NEXT,
    ),
    "birthday": (
        lambda c: put(c, birth_date=date(1960, 11, 24)),
        lambda c: put(c, birth_date=date(1960, 11, 24), is_institution=True),
        NEXT,
    ),
    "anniversary": (
        lambda c: put(c, opened_on=date(2018, 11, 24)),
        lambda c: put(c, opened_on=date(2018, 11, 25)),
        NEXT,
    ),
    "back_after_silence": (
        lambda c: (trade(c, ago(90)), trade(c)),
        lambda c: (trade(c, ago(89)), trade(c)),
        date(2026, 11, 26),
    ),
    "silent": (
        lambda c: (snapshot(c), trade(c, ago(60))),
        lambda c: (snapshot(c), trade(c, ago(59))),
        date(2026, 11, 26),
    ),
    "loss": (
        lambda c: grown(c, 500_000, 400_000),
        lambda c: (grown(c, 500_000, 400_000), flow(c, -100_000, ago(10))),
        date(2026, 11, 26),
    ),
    "gain": (
        lambda c: grown(c, 500_000, 600_000),
        lambda c: grown(c, 500_000, 600_000, inflow=100_000),
        date(2026, 11, 26),
    ),
    "concentration": (
        lambda c: (position(c, "贵州茅台", 70_000), position(c, "浦发银行", 30_000, "600000")),
        lambda c: (position(c, "贵州茅台", 60_000), position(c, "浦发银行", 40_000, "600000")),
        date(2026, 11, 30),
    ),
    "idle_cash": (lambda c: cash(c, 0.5, 0.4, 0.5), lambda c: cash(c, 0.5, 0.2, 0.5), date(2026, 11, 30)),
    "tier_up": (lambda c: scored(c, 3, 4, 2_000_000), lambda c: scored(c, 4, 4, 2_000_000), date(2026, 11, 30)),
    "near_tier": (lambda c: scored(c, 4, 4, 4_600_000), lambda c: scored(c, 4, 4, 4_400_000), date(2026, 11, 30)),
    "unused_quota": (
        lambda c: quota(c, 2_000),
        lambda c: (quota(c, 2_000), flow(c, 0, ago(5), kind="新股申购", external=False)),
        date(2026, 11, 30),
    ),
    "wealth_elsewhere": (
        lambda c: elsewhere(c, 300_000),
        lambda c: elsewhere(c, 150_000),
        date(2026, 11, 30),
    ),
    "dividend": (
        lambda c: flow(c, 6_000, kind="红利入账", external=False),
        lambda c: flow(c, 6_000, kind="利息归本", external=False),
        date(2026, 11, 25),
    ),
}

#: Moments told from changes of the client's row, whose days are the database's own clock; of the festival list; and of the
#: whole branch: tested one by one below.
APART = {
    "new_permission", "closing", "new_advisor", "after_transfer_7", "after_transfer_30", "after_transfer_90", "festival",
    "market_shock",
}  # fmt: skip


def test_every_moment_of_the_list_is_tested_here_and_has_its_query():
    assert set(MOMENTS) | APART == set(TRIGGERS) == set(QUERIES)


@pytest.mark.parametrize("kind", MOMENTS)
def test_a_moment_is_raised_by_its_facts_and_not_by_what_only_looks_like_them(cast, kind):
    facts, almost, due_on = MOMENTS[kind]
    asked, spared = client_of(cast), client_of(cast, "80000002", "王丽")
    for client, happen in ((asked, facts), (spared, almost)):
        tier(client, 4)
        happen(client)
    raise_tasks(branch=cast.home, day=DAY)
    assert not MotTask.objects.filter(client=spared, kind=kind).exists()
    task = MotTask.objects.get(client=asked, kind=kind)
    is_optional = task.kind in {"birthday", "anniversary"} or TRIGGERS[kind].uses[3] != "must"
    assert (task.raised_on, task.due_on, task.mandatory, task.aim) == (DAY, due_on, not is_optional, is_optional)
    assert task.policy.version == 1
    assert task.facts


def test_payment_of_new_shares_is_due_at_three_and_lapses_once_the_hour_has_gone(cast):
    client = client_of(cast)
    flow(client, -24_000, kind="新股中签", external=False)
    raise_tasks(branch=cast.home, day=DAY)
    task = MotTask.objects.get(client=client, kind="new_share_win")
    assert task.due_time == time(15)
    raise_tasks(branch=cast.home, day=AFTER_NEXT)
    task.refresh_from_db()
    assert (task.state, task.lapse_reason) == ("lapsed", "overtaken")


def test_deadlines_are_counted_over_holidays(cast):
    for day in (24, 25, 26, 27):
        TradingDay.objects.filter(day=date(2026, 11, day)).update(is_session=False)
    client = client_of(cast)
    snapshot(client)
    flow(client, -200_000)
    put(client, opened_on=DAY)
    raise_tasks(branch=cast.home, day=DAY)
    due = dict(MotTask.objects.filter(client=client).values_list("kind", "due_on"))
    assert (due["large_outflow"], due["new_client"]) == (date(2026, 11, 30), date(2026, 12, 1))


def test_a_birthday_on_29_february_is_kept_on_the_28th_of_other_years(cast):
    client = client_of(cast, birth_date=date(1960, 2, 29))
    tier(client, 4)
    raise_tasks(branch=cast.home, day=date(2026, 2, 27))
    assert MotTask.objects.get(client=client, kind="birthday").facts == {"day": "02-28"}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"has_margin": True, "has_star": True}, "new_permission"),
        ({"status": "closing"}, "closing"),
    ],
)
def test_changes_of_the_client_are_told_from_its_history(cast, change, kind):
    changed, same = client_of(cast), client_of(cast, "80000002", "王丽", **change)
    for client in (changed, same):
        for name, value in ({"name": "张新"} if client is same else change).items():
            setattr(client, name, value)
        client.save()
    today = date.today()
    raise_tasks(branch=cast.home, day=today)
    task = MotTask.objects.get(kind=kind)
    assert task.client == changed
    if kind == "new_permission":
        assert task.facts["permissions"] == ["has_margin", "has_star"]
    raise_tasks(branch=cast.home, day=today + timedelta(days=1))
    assert MotTask.objects.filter(kind=kind).count() == 1


def test_a_client_who_stays_after_all_is_not_asked_why_he_leaves(cast):
    client = client_of(cast)
    for status in ("closing", "normal"):
        client.status = status
        client.save()
        raise_tasks(branch=cast.home, day=date.today())
    assert MotTask.objects.get(kind="closing").lapse_reason == "stays"


def test_a_festival_asks_the_evening_before_and_only_from_the_tiers_it_is_for(cast):
    greeted, spared = client_of(cast), client_of(cast, "80000002", "王丽")
    tier(greeted, 4)
    tier(spared, 3)
    rules = default_rules() | {"festivals": [{"day": "2026-11-24", "name": "小雪"}]}
    policy = MotPolicy.objects.create(branch=cast.home, version=1, state="published", rules=rules, valid_from=DAY)
    raise_tasks(branch=cast.home, day=DAY, policy=policy)
    task = MotTask.objects.get(kind="festival")
    assert (task.client, task.facts["name"], task.due_on) == (greeted, "小雪", AFTER_NEXT)


def test_a_market_shock_is_one_only_when_half_of_the_branch_lost(cast):
    clients = [client_of(cast, f"8000000{n}", "王丽") for n in range(1, 4)]
    for client, end in zip(clients, (450_000, 440_000, 500_000), strict=True):
        tier(client, 3)
        snapshot(client, ago(6), total=500_000)
        snapshot(client, DAY, total=end)
    raise_tasks(branch=cast.home, day=DAY)
    assert set(MotTask.objects.filter(kind="market_shock").values_list("client", flat=True)) == {
        clients[0].pk,
        clients[1].pk,
    }


def test_the_table_of_tiers_says_must_may_or_off(cast):
    rules = default_rules()
    rules["triggers"]["large_outflow"]["uses"] = ["off", "may", "must", "may", "must"]
    policy = MotPolicy.objects.create(branch=cast.home, version=1, state="published", rules=rules, valid_from=DAY)
    clients = {number: client_of(cast, f"8000000{number}", "王丽") for number in range(1, 6)}
    for number, client in clients.items():
        tier(client, number)
        snapshot(client)
        flow(client, -200_000)
    raise_tasks(branch=cast.home, day=DAY, policy=policy)
    tasks = MotTask.objects.filter(kind="large_outflow").values_list("tier", "mandatory", "aim")
    assert set(tasks) == {(2, False, False), (3, True, False), (4, False, True), (5, True, False)}


def test_the_cooldown_is_counted_in_trading_days_and_ends(cast):
    client = client_of(cast)
    ratio = {"margin_debt": Decimal(100_000)}
    snapshot(client, margin_ratio=Decimal(140), **ratio)
    raise_tasks(branch=cast.home, day=DAY)
    snapshot(client, NEXT, margin_ratio=Decimal(160), **ratio)
    raise_tasks(branch=cast.home, day=NEXT)
    assert MotTask.objects.get(kind="margin_line").lapse_reason == "recovered"
    snapshot(client, AFTER_NEXT, margin_ratio=Decimal(130), **ratio)
    for day, tasks in ((AFTER_NEXT, 1), (date(2026, 11, 30), 1), (date(2026, 12, 1), 2)):
        raise_tasks(branch=cast.home, day=day)
        assert MotTask.objects.filter(kind="margin_line").count() == tasks, day


def test_a_moment_lapses_when_what_it_asks_for_has_passed(cast):
    client = client_of(cast)
    tier(client, 4)
    snapshot(client)
    trade(client, ago(70))
    position(client, "*ST海航", 30_000)
    order(client, 50_000, NEXT)
    raise_tasks(branch=cast.home, day=DAY)
    trade(client, NEXT)
    position(client, "浦发银行", 30_000, "600000", day=NEXT)
    raise_tasks(branch=cast.home, day=AFTER_NEXT)
    lapsed = dict(MotTask.objects.filter(client=client, state="lapsed").values_list("kind", "lapse_reason"))
    assert lapsed == {"silent": "traded", "risk_warning_holding": "sold", "product_maturing": "overtaken"}


def test_optional_tasks_go_stale_and_mandatory_ones_stay(cast):
    client = client_of(cast)
    tier(client, 4)
    snapshot(client)
    flow(client, -200_000)
    put(client, birth_date=date(1960, 11, 24))
    raise_tasks(branch=cast.home, day=DAY)
    raise_tasks(branch=cast.home, day=date(2026, 12, 9))
    states = dict(MotTask.objects.filter(raised_on=DAY).values_list("kind", "state"))
    assert (states["birthday"], states["large_outflow"]) == ("lapsed", "open")


def test_a_closed_client_is_asked_for_nothing_and_open_tasks_lapse(cast):
    client = client_of(cast)
    snapshot(client)
    flow(client, -200_000)
    raise_tasks(branch=cast.home, day=DAY)
    put(client, status="closed")
    raise_tasks(branch=cast.home, day=NEXT)
    assert set(MotTask.objects.values_list("lapse_reason", flat=True)) == {"client_closed"}
