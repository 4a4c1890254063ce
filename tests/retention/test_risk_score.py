"""Signs read from the database as of any day, explained, written once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from branch_crm.core.models import AuditEntry
from clients.models import AssetSnapshot, CashFlow, Client, IpoQuota, ProductOrder, Trade
from retention.domain.risk.rules import DEFAULT_RULES, read_risk_rules
from retention.models import ClientRisk, RiskRun
from retention.queries.risk import load_facts
from retention.services.prune_risk_runs import prune_risk_runs
from retention.services.score_risk import score_risk
from servicelog.models import Complaint
from tests.cast import Cast

RULES = read_risk_rules(DEFAULT_RULES)
DAY = date(2026, 11, 20)


def before(days: int) -> date:
    return DAY - timedelta(days=days)


def assets(client: Client, day: date, total: int, *, stock: int = 0) -> None:
    AssetSnapshot.objects.create(branch=client.branch, client=client, day=day, total=total, stock_value=stock)


def flow(client: Client, day: date, amount: int, *, external: bool = True) -> None:
    count = CashFlow.objects.count()
    CashFlow.objects.create(
        branch=client.branch,
        client=client,
        row_key=f"f{count}",
        day=day,
        kind="银行转账",
        amount=amount,
        is_external=external,
    )


def trade(client: Client, day: date, amount: int) -> None:
    count = Trade.objects.count()
    Trade.objects.create(
        branch=client.branch,
        client=client,
        row_key=f"t{count}",
        day=day,
        security_code="600000",
        side="B",
        amount=amount,
    )


@pytest.fixture
def leaver(client_of_home: Client) -> Client:
    """Took three quarters of the money out in four transfers last month; 5 transfers in the year before were small."""
    assets(client_of_home, before(200), 400_000, stock=100_000)
    assets(client_of_home, before(120), 400_000, stock=100_000)
    assets(client_of_home, DAY, 90_000, stock=30_000)
    flow(client_of_home, before(130), -1_000)
    for day in (30, 25, 20, 10):
        flow(client_of_home, before(day), -76_000)
    flow(client_of_home, before(5), 3_000, external=False)
    return client_of_home


def test_every_source_is_read(leaver: Client, cast: Cast) -> None:
    for day in (300, 299, 100, 40):
        trade(leaver, before(day), 50_000)
    for kind, amount in (("redeem", 40_000), ("buy", 10_000)):
        ProductOrder.objects.create(
            branch=leaver.branch,
            client=leaver,
            row_key=kind,
            day=before(15),
            product_code="P1",
            kind=kind,
            amount=amount,
        )
    for day, market, quota in ((95, "SH", 10_000), (95, "SZ", 5_000), (1, "SH", 20_000), (1, "SZ", 10_000)):
        IpoQuota.objects.create(branch=leaver.branch, client=leaver, day=before(day), market=market, quota=quota)
    Complaint.objects.create(
        branch=leaver.branch, client=leaver, received_on=before(12), channel="phone", about="fees", text="费率太高",
        entered_by=cast.counter,
    )  # fmt: skip
    Client.objects.filter(pk=leaver.pk).update(commission_rate=Decimal("0.000800"), opened_on=date(2020, 1, 1))
    row = load_facts(leaver.branch, as_of=DAY, rules=RULES).set_index("client_id").loc[leaver.pk].to_dict()
    assert row.pop("entropy") < 0
    assert row == {
        "since_opening": (DAY - date(2020, 1, 1)).days, "rate": 0.0008,
        "peak": 400_000, "assets": 90_000, "stock": 30_000, "stock_before": 100_000, "assets_before": 400_000,
        "net_out": 304_000, "net_in": -305_000, "outs": 4, "outs_before": 1, "sum_out": 304_000, "sum_out_before": 1_000,
        "since_transfer": 10, "trade_days": 4, "since_trade": 40, "traded": 50_000, "traded_before": 150_000,
        "since_order": 15, "redeemed": 40_000, "bought": 10_000, "quota": 30_000, "quota_before": 15_000,
        "since_complaint": 12, "complaint_open": 1, "since_change": pytest.approx(float("nan"), nan_ok=True), "since_active": 10,
    }  # fmt: skip


def test_what_came_later_is_not_seen(leaver: Client) -> None:
    facts = load_facts(leaver.branch, as_of=before(60), rules=RULES, past=True).set_index("client_id").loc[leaver.pk]
    assert (facts["assets"], facts["outs"], facts["since_transfer"]) == (400_000, 1, 70)


def test_another_advisor_counts_and_the_first_does_not(leaver: Client, cast: Cast) -> None:
    today = timezone.localdate()
    assets(leaver, today, 90_000)
    first = Client.objects.create(branch=cast.home, client_no="80000002", name="周兰")
    assets(first, today, 90_000)
    Client.objects.filter(pk=first.pk).update(advisor=cast.advisor_profile)
    Client.objects.filter(pk=leaver.pk).update(advisor=cast.colleague_profile)
    facts = load_facts(leaver.branch, as_of=today, rules=RULES).set_index("client_id")["since_change"]
    assert facts.loc[leaver.pk] == 0
    assert facts.isna().loc[first.pk]


def test_a_run_explains_every_point(leaver: Client) -> None:
    run = score_risk(branch=leaver.branch, as_of=DAY)
    assert (run.clients, run.is_current) == (1, True)
    row = ClientRisk.objects.get(run=run)
    assert row.band == ClientRisk.Band.HIGH - 1
    assert row.points == pytest.approx(sum(signal["points"] for signal in row.signals.values()))
    assert row.signals["outflow"] == {
        "points": 30.0, "measure": 0.76, "figures": {"out": 304_000.0, "peak": 400_000.0},
    }  # fmt: skip
    assert row.signals["transfers"]["figures"] == {"outs": 4.0, "before": 1.0, "sum": 304_000.0}
    assert AuditEntry.objects.filter(action="retention.risk_scored").count() == 1


def test_the_same_night_twice_writes_nothing_and_a_new_fact_a_new_run(leaver: Client) -> None:
    run = score_risk(branch=leaver.branch, as_of=DAY)
    assert score_risk(branch=leaver.branch, as_of=DAY) == run
    flow(leaver, before(2), -50_000)
    again = score_risk(branch=leaver.branch, as_of=DAY)
    assert again != run
    assert list(RiskRun.objects.filter(is_current=True)) == [again]
    # An older day is worked out without taking the place of the newer one.
    assert not score_risk(branch=leaver.branch, as_of=before(30)).is_current


def test_closed_accounts_and_other_branches_are_left_out(leaver: Client, cast: Cast) -> None:
    stranger = Client.objects.create(branch=cast.away, client_no="1", name="王梅")
    assets(stranger, DAY, 100_000)
    Client.objects.filter(pk=leaver.pk).update(status="closed")
    assert score_risk(branch=cast.home, as_of=DAY).clients == 0
    assert score_risk(branch=cast.away, as_of=DAY).clients == 1


def test_old_runs_go_and_month_ends_stay(leaver: Client) -> None:
    for days in (200, 199, 1):
        score_risk(branch=leaver.branch, as_of=before(days))
    assert prune_risk_runs(branch=leaver.branch, on=DAY) == 1
    assert sorted(RiskRun.objects.values_list("as_of", flat=True)) == [before(199), before(1)]
    assert ClientRisk.objects.exclude(run__in=RiskRun.objects.all()).count() == 0
