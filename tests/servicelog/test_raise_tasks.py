"""Nights raise what the facts ask for: once, whatever the order in which nights are run."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branch_crm.core import trading_calendar
from branch_crm.core.models import AuditEntry
from clients.models import ClientProfile, Trade
from servicelog.models import MotTask
from servicelog.services.raise_tasks import raise_tasks
from tests.servicelog.branch import client_of
from tests.servicelog.facts import DAY, flow, snapshot

pytestmark = pytest.mark.django_db


def kinds(client):
    return sorted(MotTask.objects.filter(client=client).values_list("kind", flat=True))


def test_a_large_outflow_is_raised_with_its_figures_and_a_small_one_is_not(cast):
    large, small = client_of(cast), client_of(cast, "80000002", "王丽")
    for client, amount in ((large, -200_000), (small, -20_000)):
        snapshot(client)
        flow(client, amount)
    raise_tasks(branch=cast.home, day=DAY)
    task = MotTask.objects.get(client=large, kind="large_outflow")
    assert (task.mandatory, task.at_stake, task.due_on) == (True, Decimal(200_000), date(2026, 11, 24))
    assert task.facts["amount"] == -200_000
    assert task.facts["threshold"] == 140_000
    assert "large_outflow" not in kinds(small)


def test_dividends_are_no_inflow(cast):
    client = client_of(cast)
    snapshot(client)
    flow(client, 200_000, kind="红利入账", external=False)
    raise_tasks(branch=cast.home, day=DAY)
    assert "large_inflow" not in kinds(client)


def test_a_risk_assessment_asks_at_each_of_its_points_and_lapses_when_renewed(cast):
    client = client_of(cast, risk_valid_until=DAY + timedelta(days=50))
    raise_tasks(branch=cast.home, day=DAY)
    task = MotTask.objects.get(client=client, kind="risk_expiring")
    assert task.due_on == client.risk_valid_until
    client.risk_valid_until = DAY + timedelta(days=730)
    client.save()
    raise_tasks(branch=cast.home, day=DAY + timedelta(days=1))
    task.refresh_from_db()
    assert (task.state, task.lapse_reason) == (MotTask.State.LAPSED, "renewed")


def test_a_birthday_on_a_sunday_is_kept_on_monday_and_never_tells_the_year(cast):
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    client = client_of(cast, birth_date=date(1960, 11, 22))
    client.figures.tier = 4
    client.figures.save()
    raise_tasks(branch=cast.home, day=friday)
    task = MotTask.objects.get(client=client, kind="birthday")
    assert (task.mandatory, task.aim, task.facts, task.due_on) == (False, True, {"day": "11-22"}, monday)


def test_who_wants_no_marketing_is_left_in_peace(cast):
    client = client_of(cast, birth_date=date(1960, 11, 24))
    client.figures.tier = 4
    client.figures.save()
    ClientProfile.objects.create(branch=cast.home, client=client, marketing_opt_out=True)
    raise_tasks(branch=cast.home, day=DAY)
    assert "birthday" not in kinds(client)


def test_a_new_advisor_introduces_himself(cast):
    client = client_of(cast)
    client.advisor = cast.colleague_profile
    client.save()
    today = trading_calendar.load().on_or_before(date.today())
    raise_tasks(branch=cast.home, day=max(today, date.today()))
    task = MotTask.objects.get(client=client, kind="new_advisor")
    assert (task.advisor, task.facts["before"]) == (cast.colleague_profile, cast.advisor_profile.pk)


@pytest.mark.parametrize("days", [7, 30, 90])
def test_after_a_change_of_advisor_the_client_is_asked_how_it_goes(cast, days):
    client, nobodys = client_of(cast), client_of(cast, "80000002", "王丽", advisor=None)
    for each in (client, nobodys):
        each.figures.tier = 3
        each.figures.save()
        each.advisor = cast.colleague_profile
        each.save()
    today = date.today()
    for night in (today + timedelta(days=days - 3), today + timedelta(days=days), today + timedelta(days=days + 1)):
        raise_tasks(branch=cast.home, day=trading_calendar.load().on_or_before(night))
    task = MotTask.objects.get(kind=f"after_transfer_{days}")
    assert (task.client, task.mandatory, task.facts["before"]) == (client, True, cast.advisor_profile.pk)


def test_the_margin_ratio_is_named_after_its_spell(cast):
    client = client_of(cast)
    for days, ratio in ((3, 180), (2, 149), (1, 148), (0, 140)):
        snapshot(client, DAY - timedelta(days=days), margin_debt=Decimal(100_000), margin_ratio=Decimal(ratio))
    raise_tasks(branch=cast.home, day=DAY)
    task = MotTask.objects.get(client=client, kind="margin_line")
    assert task.happening == "margin:2026-11-21"


def test_trading_again_after_silence(cast):
    client = client_of(cast)
    client.figures.tier = 3
    client.figures.save()
    for key, day in enumerate((DAY - timedelta(days=120), DAY)):
        Trade.objects.create(
            branch=cast.home, client=client, day=day, row_key=str(key), security_code="600519", side="B",
            amount=Decimal(10_000),
        )  # fmt: skip
    raise_tasks(branch=cast.home, day=DAY)
    assert MotTask.objects.get(client=client, kind="back_after_silence").facts["days"] == 120


def test_a_night_killed_in_the_middle_leaves_nothing_half_and_its_rerun_does_all(cast):
    client = client_of(cast, risk_valid_until=DAY + timedelta(days=20))
    snapshot(client)
    flow(client, -200_000)

    def die(done: int, _total: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        raise_tasks(branch=cast.home, day=DAY, report=die)
    assert not MotTask.objects.exists()
    assert not AuditEntry.objects.filter(action="servicelog.tasks_raised").exists()
    raise_tasks(branch=cast.home, day=DAY)
    assert {"large_outflow", "risk_expiring"} <= set(kinds(client))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 9), min_size=2, max_size=8))
def test_nights_in_any_order_and_again_never_double_a_task(cast, order):
    """Every night of two weeks over flows, expiries and trades, in a drawn order with repetitions."""
    with transaction.atomic():
        client = client_of(
            cast, number=f"9{len(order)}{order[0]}{order[-1]}", risk_valid_until=DAY + timedelta(days=25)
        )
        for back in range(0, 14, 3):
            snapshot(client, DAY - timedelta(days=back), total=400_000 + back * 1000, cash=Decimal(300_000))
            flow(client, -150_000 - back, DAY - timedelta(days=back))
        sessions = [trading_calendar.load().shift(DAY, -n) for n in range(10)]
        for at in order:
            raise_tasks(branch=cast.home, day=sessions[at])
        before = list(MotTask.objects.order_by("pk").values_list("pk", "happening"))
        for at in reversed(order):
            raise_tasks(branch=cast.home, day=sessions[at])
        tasks = MotTask.objects.filter(client=client)
        assert list(MotTask.objects.order_by("pk").values_list("pk", "happening")) == before
        assert len({(task.kind, task.happening) for task in tasks}) == len(tasks)
        transaction.set_rollback(True)
