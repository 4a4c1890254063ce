"""The day's queue: its order, one row a client, and the same number of queries for a small and a large book."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from servicelog.domain.queue_order import Entry, Section, order_key
from servicelog.domain.service_rules import read_service_rules
from servicelog.queries.today import day_queue
from tests.servicelog.branch import client_of, log, task

RULES = read_service_rules({})


def tiered(client, tier, core=False):
    client.figures.tier, client.figures.is_core = tier, core
    client.figures.save()
    return client


def queue(cast):
    return day_queue(cast.advisor, today=timezone.localdate(), rules=RULES)


@pytest.mark.django_db
def test_what_is_due_comes_first_then_quiet_clients_then_aims(cast):
    today = timezone.localdate()
    names = ["到期", "逾期", "静默", "力争", "以后"]
    clients = {name: client_of(cast, f"8000000{at}", name) for at, name in enumerate(names)}
    for name in ("到期", "逾期", "以后", "力争"):
        log(cast, clients[name], summary=f"与{name}客户讨论了持仓结构和明年的资金安排")
    tiered(clients["静默"], 4)
    task(cast, clients["到期"], due_on=today)
    task(cast, clients["逾期"], due_on=today - timedelta(days=3))
    task(cast, clients["力争"], "birthday", mandatory=False, aim=True, due_on=today)
    task(cast, clients["以后"], "risk_expiring", due_on=today + timedelta(days=9))
    rows = queue(cast)
    assert [row.client.name for row in rows] == ["逾期", "到期", "以后", "静默", "力争"]
    assert rows[3].is_quiet
    assert rows[3].quiet_days is None


@pytest.mark.django_db
def test_the_tasks_of_one_client_are_one_row_and_a_colleagues_are_none(cast):
    client = client_of(cast)
    task(cast, client)
    task(cast, client, "birthday", mandatory=False)
    task(cast, client_of(cast, "80000002", "王丽", advisor=cast.colleague_profile))
    [row] = queue(cast)
    assert (row.client, len(row.tasks), row.section) == (client, 2, Section.DUE)


@pytest.mark.django_db
def test_a_counted_contact_ends_the_silence(cast):
    client = tiered(client_of(cast), 5)
    assert [row.is_quiet for row in queue(cast)] == [True]
    log(cast, client)
    assert queue(cast) == []


@pytest.mark.django_db
def test_the_page_costs_the_same_for_a_large_book(cast, client, django_assert_max_num_queries):
    client.force_login(cast.advisor, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("servicelog:today"))  # the first page of a session also writes the session
    counts = []
    for size in (3, 40):
        for at in range(size):
            task(cast, tiered(client_of(cast, f"7{size}{at:04}", f"客户{at}"), 1 + at % 5))
        with django_assert_max_num_queries(40) as queries:
            assert client.get(reverse("servicelog:today")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


days = st.dates(min_value=timezone.datetime(2026, 1, 1).date(), max_value=timezone.datetime(2027, 1, 1).date())
entries = st.builds(
    Entry,
    section=st.sampled_from(Section),
    due_on=days,
    stake=st.decimals(0, 10**9, places=2).map(lambda amount: float(Decimal(amount))),
    tier=st.integers(1, 5),
    quiet_days=st.none() | st.integers(0, 4000),
)


@pytest.mark.django_db
def test_a_long_section_is_drawn_in_part_and_counted_whole(cast, client, monkeypatch):
    monkeypatch.setattr("servicelog.views.today.DRAWN", 2)
    for at in range(5):
        task(cast, client_of(cast, f"8000000{at}", f"客户{at}"))
    client.force_login(cast.advisor, backend="django.contrib.auth.backends.ModelBackend")
    [section] = client.get(reverse("servicelog:today")).context["sections"]
    assert (len(section["rows"]), section["count"], section["left"]) == (2, 5, 3)
    [section] = client.get(reverse("servicelog:today"), {"all": "1"}).context["sections"]
    assert (len(section["rows"]), section["left"]) == (5, 0)


@given(st.lists(entries, max_size=12))
def test_the_order_keeps_every_word_of_its_rule(rows):
    ordered = sorted(rows, key=order_key)
    for one, two in pairwise(ordered):
        assert one.section <= two.section
        if one.section == two.section:
            assert one.due_on <= two.due_on
            if one.due_on == two.due_on:
                assert one.stake >= two.stake
                if one.stake == two.stake:
                    assert one.tier >= two.tier
