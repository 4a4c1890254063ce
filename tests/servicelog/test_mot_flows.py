"""A second large flow: a happening of its own, or part of the one before; in Python and in the night's statement alike."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branch_crm.core import trading_calendar
from clients.models import Client
from servicelog.domain.mot.flows import leading_day
from servicelog.models import MotTask
from servicelog.services.raise_tasks import raise_tasks
from tests.cast import Cast
from tests.servicelog.branch import client_of, log
from tests.servicelog.facts import DAY, flow, snapshot

MONDAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("moved", "leads"),
    [
        ([(0, 150)], 0),
        ([(0, 150), (2, 160)], 0),
        ([(0, 150), (2, 299)], 0),
        ([(0, 150), (2, 300)], 2),
        ([(0, 150), (2, 300), (3, 500)], 2),
        ([(0, 10), (1, 150)], 1),
        ([(0, 150), (6, 140)], 0),
        ([(0, 150), (7, 140)], 7),
        ([(0, 150), (4, 150), (8, 150)], 8),
    ],
    ids=["alone", "alike", "almost twice", "twice", "less than twice of the second", "after a small one", "in the window",
         "a window later", "every few days"],
)  # fmt: skip
def test_which_day_leads(moved: list[tuple[int, int]], leads: int) -> None:
    transfers = [(MONDAY + timedelta(days=after), Decimal(size)) for after, size in moved]
    assert leading_day(transfers, sessions=5, again=2) == MONDAY + timedelta(days=leads)


@pytest.mark.django_db
def test_a_second_outflow_asks_anew_only_when_it_is_twice_as_large(cast: Cast) -> None:
    alike, twice = client_of(cast), client_of(cast, "80000002", "王丽")
    days = [trading_calendar.load().shift(DAY, -at) for at in (3, 1)]
    for client, second in ((alike, 160_000), (twice, 300_000)):
        snapshot(client, days[0], total=400_000)
        flow(client, -150_000, days[0])
        raise_tasks(branch=cast.home, day=days[0])
        first = MotTask.objects.get(client=client, kind="large_outflow")
        log(cast, client, tasks=[first.pk], summary=f"与{client.name}谈了资金转出的去向和后续安排")
        flow(client, -second, days[1])
    for day in (days[1], DAY, days[0], DAY):
        raise_tasks(branch=cast.home, day=day)
    found = MotTask.objects.filter(kind="large_outflow").values_list("client", "happening")
    assert sorted(found) == sorted(
        [(alike.pk, f"out:{days[0]}"), (twice.pk, f"out:{days[0]}"), (twice.pk, f"out:{days[1]}")]
    )


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.integers(0, 20), st.sampled_from([30, 120, 150, 290, 310, 700]), min_size=1, max_size=9))
def test_the_statement_and_the_rule_find_the_same_day(cast: Cast, moved: dict[int, int]) -> None:
    with transaction.atomic():
        client: Client = client_of(cast, number=f"9{len(moved)}{sum(moved)}{sum(moved.values())}")
        snapshot(client, total=100_000)
        transfers = [(DAY - timedelta(days=back), Decimal(size * 1000)) for back, size in moved.items()]
        for day, size in transfers:
            flow(client, -int(size), day)
        raise_tasks(branch=cast.home, day=DAY)
        task = MotTask.objects.filter(client=client, kind="large_outflow").first()
        if task is not None:
            assert task.happening == f"out:{leading_day(sorted(transfers), sessions=5, again=2)}"
        transaction.set_rollback(True)
