"""Scoring a branch: what is written, what a second run leaves alone, and which run is shown."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from branch_crm.core.models import AuditEntry
from clients.domain.value.rules import DEFAULT_RULES
from clients.models import Client, ClientStatus, ClientValue, MonthlySum, ScoringRun, Tier, ValuePolicy
from clients.queries.value import current_values, run_before
from clients.services.default_policies import ensure_value_policy
from clients.services.score_branch import score_branch
from tests.cast import make_cast
from tests.clients.value.facts import assets, client, month, quota

DAY = date(2026, 11, 23)  # a Monday
pytestmark = pytest.mark.django_db


@pytest.fixture
def branch():
    return make_cast().home


@pytest.fixture
def trader(branch):
    who = client(branch, "0001")
    month(who, date(2026, 11, 1), net=3_000, last=date(2026, 11, 20))
    month(who, date(2026, 6, 1), net=9_000, last=date(2026, 6, 30))
    assets(who, DAY, 80_000, cash=1_000, stock=79_000)
    return who


@pytest.fixture
def keeper(branch):
    who = client(branch, "0002")
    for back in (0, 3, 4):
        assets(who, DAY - timedelta(days=back), 6_000_000, debt=300_000, cash=0, stock=500_000)
    quota(who, DAY, "SH", 60_000)
    quota(who, DAY, "STAR", 70_000)
    quota(who, DAY, "SZ", 10_000)
    return who


def value_of(who: Client) -> ClientValue:
    return current_values(who.branch).get(client=who)


def test_every_client_that_is_not_closed_gets_a_value(branch, trader, keeper):
    client(branch, "0003", status=ClientStatus.CLOSED)
    run = score_branch(branch=branch, as_of=DAY)
    assert run.is_current and run.clients == 2
    assert sorted(current_values(branch).values_list("client_id", flat=True)) == [trader.pk, keeper.pk]


def test_money_types_tiers_and_core_follow_the_facts(branch, trader, keeper):
    score_branch(branch=branch, as_of=DAY)
    first, second = value_of(trader), value_of(keeper)
    assert first.commission_12m == Decimal("12000.00")
    assert first.value_type == "commission" and first.tier == Tier.PLATINUM
    assert first.last_trade_on == date(2026, 11, 20)
    assert first.is_core and not second.is_core
    assert second.asset_money == Decimal("5700000.00") and second.tier == Tier.DIAMOND
    # Shanghai counts the larger quota: 10 x (70,000 + 10,000) - 500,000 held here.
    assert second.offsystem_low == Decimal("300000.00")


def test_without_any_orders_in_the_branch_purchasing_power_rests_on_cash_alone(branch):
    who = client(branch, "0001")
    assets(who, DAY, 1_000)
    other = client(branch, "0002")
    assets(other, DAY, 1_000, cash=500)
    month(other, date(2026, 11, 1), net=1)
    score_branch(branch=branch, as_of=DAY)
    assert value_of(who).purchase_part is None and value_of(who).purchase_money is None
    assert value_of(other).purchase_part == pytest.approx(100, abs=1)
    # A missing part hands its weight to the others: .4·0 + .3·100 over .7.
    assert value_of(who).value == pytest.approx(100 * 0.3 / 0.7)


def test_old_assets_serve_when_there_are_no_recent_ones_and_then_expire(branch):
    who = client(branch, "0001")
    assets(who, date(2026, 9, 30), 5_000)
    score_branch(branch=branch, as_of=DAY)
    assert value_of(who).asset_money == Decimal("5000.00")
    score_branch(branch=branch, as_of=date(2027, 3, 1))
    assert value_of(who).asset_money is None


def test_the_same_night_twice_writes_nothing(branch, trader, keeper):
    first = score_branch(branch=branch, as_of=DAY)
    rows, lines = ClientValue.objects.count(), AuditEntry.objects.count()
    again = score_branch(branch=branch, as_of=DAY)
    assert again == first
    assert (ClientValue.objects.count(), AuditEntry.objects.count()) == (rows, lines)


def test_a_corrected_fact_makes_a_new_run_of_the_same_day(branch, trader, keeper):
    first = score_branch(branch=branch, as_of=DAY)
    MonthlySum.objects.filter(client=trader).update(net_commission=F("net_commission") + 1)
    second = score_branch(branch=branch, as_of=DAY)
    assert second != first
    assert [run.pk for run in ScoringRun.objects.filter(is_current=True)] == [second.pk]


def test_an_older_day_does_not_take_the_page_from_a_newer_one(branch, trader):
    newer = score_branch(branch=branch, as_of=DAY)
    older = score_branch(branch=branch, as_of=DAY - timedelta(days=3))
    assert not older.is_current
    assert ScoringRun.objects.get(is_current=True) == newer
    assert run_before(branch, DAY) == older


def test_another_policy_scores_the_same_facts_anew_and_back_again(branch, trader, keeper):
    default = ensure_value_policy(branch)
    first = score_branch(branch=branch, as_of=DAY)
    other = ValuePolicy.objects.create(
        branch=branch,
        version=2,
        state=ValuePolicy.State.PUBLISHED,
        valid_from=date(2026, 1, 1),
        rules={**DEFAULT_RULES, "weights": {"commission": 0.1, "purchasing": 0.1, "assets": 0.8}},
    )
    second = score_branch(branch=branch, as_of=DAY)
    assert second.policy == other and second.is_current
    back = score_branch(branch=branch, as_of=DAY, policy=default)
    assert back == first and ScoringRun.objects.get(is_current=True) == first


def test_a_tier_falls_only_after_three_failed_monthly_reviews(branch, trader):
    score_branch(branch=branch, as_of=date(2026, 11, 23))
    MonthlySum.objects.filter(client=trader).delete()
    seen = []
    for as_of in (date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 2), date(2027, 1, 4), date(2027, 2, 1)):
        assets(trader, as_of, 50_000)
        score_branch(branch=branch, as_of=as_of)
        row = value_of(trader)
        seen.append((row.tier, row.tier_hold_runs, row.raw_tier))
    assert seen == [(4, 0, 1), (4, 1, 1), (4, 1, 1), (4, 2, 1), (1, 0, 1)]


def test_scales_stay_the_same_within_a_month(branch, trader, keeper):
    first = score_branch(branch=branch, as_of=DAY)
    rich = client(branch, "0009")
    month(rich, date(2026, 11, 1), net=500_000)
    second = score_branch(branch=branch, as_of=DAY + timedelta(days=1))
    assert first.summary["scales"]["purchasing"] == second.summary["scales"]["purchasing"]
    third = score_branch(branch=branch, as_of=date(2026, 12, 1))
    assert third.summary["scales"]["commission"] > second.summary["scales"]["commission"]


def test_core_moves_name_their_reason(branch, trader, keeper):
    score_branch(branch=branch, as_of=DAY)
    month(keeper, date(2026, 11, 1), net=90_000)
    run = score_branch(branch=branch, as_of=DAY + timedelta(days=1))
    moves = {move["client"]: (move["entered"], move["reason"]) for move in run.summary["core_moves"]["listed"]}
    assert moves == {keeper.pk: (True, "revenue_up"), trader.pk: (False, "line_up")}


def test_rows_hang_on_their_run_client_and_branch(branch, trader, keeper):
    """What foreign keys in the database would have held."""
    score_branch(branch=branch, as_of=DAY)
    for row in ClientValue.objects.select_related("run", "client", "branch"):
        assert row.client.branch_id == row.branch_id == row.run.branch_id == branch.pk


def test_a_branch_without_clients_is_scored_without_complaint(branch):
    run = score_branch(branch=branch, as_of=DAY)
    assert run.clients == 0 and run.is_current
