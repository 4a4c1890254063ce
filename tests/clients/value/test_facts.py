"""Facts come out of the blocks as a plain loop over the rows would count them, and blocks never outlive their facts."""

import random
import threading
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection

from branch_crm.core import trading_calendar
from branch_crm.core.bulk_copy import Column, read_blobs, read_columns, write_rows
from clients.domain.value.rules import DEFAULT_RULES, parse_rules
from clients.models import AssetSnapshot, ClientValue, FactBlock, MonthlySum, ScoringRun
from clients.queries.value_facts import windows
from clients.services.collect_facts import collect_facts
from clients.services.default_policies import ensure_value_policy
from clients.services.prune_scoring_runs import prune_scoring_runs
from clients.services.replay_value_policy import replay_value_policy
from clients.services.score_branch import score_branch
from tests.cast import make_cast
from tests.clients.value.facts import assets, client, month, quota

DAY = date(2026, 11, 23)
RULES = parse_rules(DEFAULT_RULES)


@pytest.fixture
def branch(db):
    return make_cast().home


def test_sums_and_means_are_those_of_a_plain_loop(branch):
    draw = random.Random(7)
    calendar = trading_calendar.load()
    sessions = [day for n in range(30) if calendar.is_session(day := DAY - timedelta(days=n))]
    people = [client(branch, f"{number:04d}") for number in range(12)]
    for who in people:
        for back in range(16):
            year, at = divmod(2026 * 12 + 10 - back, 12)
            if draw.random() < 0.8:
                month(
                    who,
                    date(year, at + 1, 1),
                    net=round(draw.random() * 5_000, 2),
                    products=draw.choice([0, 30_000]),
                    fees=7.5,
                )
        for day in sessions:
            if draw.random() < 0.7:
                assets(
                    who,
                    day,
                    round(draw.random() * 1e6, 2),
                    debt=draw.choice([0, 5e5]),
                    cash=draw.choice([None, 250.25]),
                    stock=1_000,
                )
        for market in ("SH", "SZ", "STAR"):
            if draw.random() < 0.6:
                quota(who, draw.choice(sessions), market, draw.randrange(0, 9_000, 500))
    on = windows(DAY, RULES)
    facts = collect_facts(branch, on).facts
    weights = {weight.month: weight for weight in on.months}
    mean_days = {row.day for row in AssetSnapshot.objects.filter(day__range=(on.holdings_from, DAY))}
    for place, who in enumerate(people):
        rows = [row for row in MonthlySum.objects.filter(client=who) if row.month in weights]
        expected = sum(float(row.net_commission) * weights[row.month].share * weights[row.month].decay for row in rows)
        assert facts.commission_decayed[place] == pytest.approx(expected)
        exact = sum(round(row.net_commission * Decimal(str(weights[row.month].share)), 2) for row in rows)
        assert facts.commission_12m[place] == pytest.approx(float(exact), abs=0.011)
        held = list(AssetSnapshot.objects.filter(client=who, day__range=(on.holdings_from, DAY)))
        nets = [float(row.total - row.margin_debt) for row in held]
        assert facts.net_assets[place] == pytest.approx(np.mean(nets))
        cash = [float(row.cash) for row in held if row.cash is not None]
        assert facts.cash[place] == pytest.approx(np.mean(cash)) if cash else np.isnan(facts.cash[place])
        assert facts.stock_value[place] == pytest.approx(1_000 * len(held) / len(mean_days))


def test_whoever_touches_a_fact_makes_its_block_forgotten(branch):
    who, other = client(branch, "0001"), client(make_other(branch), "0001")
    row = month(who, date(2026, 11, 1), net=10)
    assets(who, DAY, 100)
    month(other, date(2026, 11, 1), net=10)
    for each in (branch, other.branch):
        collect_facts(each, windows(DAY, RULES))
    kept = FactBlock.objects.filter(branch=branch).count()
    MonthlySum.objects.filter(pk=row.pk).update(net_commission=20)
    assert FactBlock.objects.filter(branch=branch).count() == kept - 1
    assert FactBlock.objects.filter(branch=other.branch, kind="flows", period=date(2026, 11, 1)).exists()
    assert collect_facts(branch, windows(DAY, RULES)).facts.commission_12m[0] == 20
    assets(who, DAY - timedelta(days=3), 50)
    AssetSnapshot.objects.filter(client=who, day=DAY).delete()
    assert collect_facts(branch, windows(DAY, RULES)).facts.net_assets[0] == 50


def make_other(branch):
    return type(branch).objects.get(code="6102")


def test_a_client_of_a_block_that_has_closed_is_left_out(branch):
    gone, stays = client(branch, "0001"), client(branch, "0002")
    month(gone, date(2026, 11, 1), net=10)
    month(stays, date(2026, 11, 1), net=30)
    collect_facts(branch, windows(DAY, RULES))
    type(gone).objects.filter(pk=gone.pk).update(status="closed")
    facts = collect_facts(branch, windows(DAY, RULES)).facts
    assert facts.client.tolist() == [stays.pk] and facts.commission_12m.tolist() == [30]


@pytest.mark.django_db(transaction=True)
def test_two_scorings_at_once_make_one_run():
    branch = make_cast().home
    who = client(branch, "0001")
    month(who, date(2026, 11, 1), net=10)
    assets(who, DAY, 100)
    ensure_value_policy(branch)
    together, faults = threading.Barrier(4), []

    def work():
        try:
            together.wait(timeout=20)
            score_branch(branch=branch, as_of=DAY)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not faults
    assert ScoringRun.objects.filter(branch=branch, is_current=True).count() == 1
    assert (ScoringRun.objects.count(), ClientValue.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_scoring_waits_for_an_import_that_is_still_writing():
    """Otherwise it would keep a block of the facts as they were, and the import's rows would never count."""
    branch = make_cast().home
    who = client(branch, "0001")
    month(who, date(2026, 11, 1), net=10)
    ensure_value_policy(branch)
    writes, may_commit, seen = threading.Event(), threading.Event(), []

    def importer():
        from django.db import transaction

        with transaction.atomic():
            MonthlySum.objects.filter(client=who).update(net_commission=99)
            writes.set()
            may_commit.wait(timeout=20)
        connection.close()

    def scorer():
        score_branch(branch=branch, as_of=DAY)
        seen.append(may_commit.is_set())
        connection.close()

    first, second = threading.Thread(target=importer), threading.Thread(target=scorer)
    first.start()
    writes.wait(timeout=20)
    second.start()
    second.join(timeout=0.7)
    may_commit.set()
    first.join(timeout=20)
    second.join(timeout=40)
    assert seen == [True]
    assert ClientValue.objects.get().commission_12m == 99


@pytest.mark.django_db
class TestPrune:
    def test_old_nights_go_and_each_month_s_last_stays_with_what_it_was_held_against(self, branch):
        month(client(branch, "0001"), date(2026, 5, 1), net=10)
        days = [date(2026, 6, 26), date(2026, 6, 29), date(2026, 6, 30)]
        days += [date(2026, 7, 1), date(2026, 7, 30), date(2026, 7, 31), DAY]
        for day in days:
            score_branch(branch=branch, as_of=day)
        assert prune_scoring_runs(branch=branch, on=DAY) == 2
        left = list(ScoringRun.objects.order_by("as_of").values_list("as_of", flat=True))
        assert left == [date(2026, 6, 29), date(2026, 6, 30), date(2026, 7, 30), date(2026, 7, 31), DAY]
        june = ScoringRun.objects.select_related("policy", "branch").get(as_of=date(2026, 6, 30))
        assert replay_value_policy(policy=june.policy, run=june).same_inputs
        assert not ClientValue.objects.exclude(run__in=ScoringRun.objects.all()).exists()
        assert prune_scoring_runs(branch=branch, on=DAY) == 0


@pytest.mark.django_db
class TestBulkCopy:
    def test_every_kind_survives_the_way_there_and_back(self):
        money = np.array([0.0, -0.01, 12_345_678_901_234.56, 9_999.99, -70_000.5])
        days = np.array(["2026-11-23", "1999-12-31", "NaT", "2000-01-01", "NaT"], dtype="datetime64[D]")
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE kinds (i bigint, n integer, s smallint, f float8, b boolean, d date,"
                " m numeric(18,2), t text)"
            )
            columns = [
                Column("i", "bigint", np.arange(5)),
                Column("n", "integer", 7),
                Column("s", "smallint", np.arange(5)),
                Column("f", "float8", np.array([1.5, -2.25, 0.0, 1e300, 3.0])),
                Column("b", "boolean", np.array([True, False, True, False, True])),
                Column("d", "date", days, np.isnat(days)),
                Column("m", "money", money),
                Column("t", "text", np.array([0, 1, 2, 0, 1]), texts=("a", "贡献", "long")),
            ]
            write_rows(cursor, "kinds", columns, 5)
            cursor.execute("SELECT m, d, t, b, f FROM kinds ORDER BY i")
            rows = cursor.fetchall()
        assert [row[0] for row in rows] == [Decimal(str(amount)).quantize(Decimal("0.01")) for amount in money]
        assert [row[1] for row in rows] == [date(2026, 11, 23), date(1999, 12, 31), None, date(2000, 1, 1), None]
        assert [row[2] for row in rows] == ["a", "贡献", "long", "a", "贡献"]
        assert [row[3] for row in rows] == [True, False, True, False, True]
        assert rows[3][4] == 1e300

    @pytest.mark.parametrize(
        "query", ["SELECT NULL::bigint", "SELECT 1::integer", "SELECT 1::bigint UNION ALL SELECT NULL"]
    )
    def test_a_null_or_another_type_is_refused(self, query):
        with connection.cursor() as cursor, pytest.raises(ValueError, match="NULL"):
            read_columns(cursor, query, {"a": "bigint"})

    def test_blobs_come_raw(self):
        with connection.cursor() as cursor:
            assert read_blobs(cursor, r"SELECT '\x0001ff'::bytea UNION ALL SELECT ''::bytea") == [b"\x00\x01\xff", b""]
