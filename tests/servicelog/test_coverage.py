"""The service standard: what a client is owed, the same sums for a branch, and two weeks that keep it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from branch_crm.core import trading_calendar
from clients.models import Client
from servicelog.domain.coverage import Served, added_up, need_of
from servicelog.domain.service_rules import Standard, read_service_rules
from servicelog.domain.week_plan import Wish, daily_pace, suggest
from servicelog.models import Contact
from servicelog.queries.coverage import coverage_by_advisor, needs_of
from servicelog.queries.week import week_plan
from servicelog.views.week import tiers_of
from tests.servicelog.branch import at_ten, client_of, log, task
from tests.servicelog.test_today import tiered

RULES = read_service_rules({})
TODAY = date(2026, 11, 24)
TWICE = Standard(contacts=2, days=30, meetings=0, meeting_days=182)
MET = Standard(contacts=0, days=30, meetings=1, meeting_days=90)


def ago(*days: int) -> list[date]:
    return [TODAY - timedelta(days=back) for back in days]


@pytest.mark.parametrize(
    ("standard", "contacts", "meetings", "opened", "short", "due"),
    [
        (TWICE, [], [], None, True, 0),
        (TWICE, [3], [], None, True, 0),
        (TWICE, [3, 10], [], None, False, 20),
        (TWICE, [3, 30], [], None, False, 0),
        (TWICE, [3, 31], [], None, True, 0),
        (TWICE, [1, 2, 3], [], None, False, 28),
        # Ten days a client: nothing owed yet, the first falls due on the fifteenth day.
        (TWICE, [], [], 10, False, 5),
        (TWICE, [2], [], 10, False, 20),
        (TWICE, [], [], 15, True, 0),
        (MET, [1], [], None, True, 0),
        (MET, [1, 80], [80], None, False, 10),
    ],
)
def test_what_a_client_is_owed(standard, contacts, meetings, opened, short, due):
    opened_on = None if opened is None else TODAY - timedelta(days=opened)
    need = need_of(Served(ago(*contacts), ago(*meetings), opened_on), standard, today=TODAY)
    assert (need.is_short, need.due_on) == (short, TODAY + timedelta(days=due))


def test_nothing_is_due_where_nothing_is_wanted():
    need = need_of(Served([], [], None), Standard(0, 30, 0, 182), today=TODAY)
    assert (need.is_short, need.due_on) == (False, None)


def test_a_kept_standard_is_missed_on_the_day_after_it_was_due():
    served = Served(ago(4, 20), [], TODAY - timedelta(days=400))
    due = need_of(served, TWICE, today=TODAY).due_on
    assert not need_of(served, TWICE, today=due).is_short
    assert need_of(served, TWICE, today=due + timedelta(days=1)).is_short


wishes = st.lists(
    st.builds(
        Wish,
        client=st.integers(1, 10**6),
        due_on=st.integers(-40, 30).map(lambda ahead: TODAY + timedelta(days=ahead)),
        tier=st.integers(1, 5),
        stake=st.floats(0, 1e9),
    ),
    max_size=40,
    unique_by=lambda wish: wish.client,
)


@given(wishes, st.integers(1, 6), st.integers(1, 10))
def test_nobody_is_late_while_an_earlier_day_has_room(rows, pace, sessions):
    days = [TODAY + timedelta(days=ahead) for ahead in range(sessions)]
    plan, left = suggest(rows, days, pace)
    placed = {wish.client: day for day, chosen in plan.items() for wish in chosen}
    assert sorted([*placed, *(wish.client for wish in left)]) == sorted(wish.client for wish in rows)
    assert all(len(chosen) <= pace for chosen in plan.values())
    for wish in rows:
        day = placed.get(wish.client)
        if day is None:
            assert all(len(chosen) == pace for chosen in plan.values())
        elif day > wish.due_on:
            assert all(len(plan[earlier]) == pace for earlier in days if earlier < day)


def test_the_pace_keeps_the_standards_of_the_book():
    # 15 clients twice in 30 days = 1 a calendar day = 7 a week = 1.4 a session.
    assert daily_pace([(TWICE, 15)]) == 2
    assert daily_pace([(Standard(1, 7, 0, 182), 10)]) == 2
    assert daily_pace([]) == 1


@pytest.mark.django_db
def test_the_branch_is_summed_up_as_client_by_client(cast):
    """The statement over the branch and the arithmetic for one client say the same."""
    today = timezone.localdate()
    ages = (None, 5, 20, 45, 100, 400)
    for at in range(30):
        opened = ages[at % 6] and today - timedelta(days=ages[at % 6])
        client = tiered(client_of(cast, f"8{at:07}", f"客户{at}", opened_on=opened), 1 + at % 5)
        for back in range(at % 4):
            channel = "visit" if at % 3 == 0 else "phone"
            days_back = 3 + 29 * back
            talk = f"第{at}位客户第{back}次谈话，说到了他{'甲乙丙丁戊己庚辛壬癸'[at % 10] * 4}的安排"
            logged = log(cast, client, summary=talk, channel=channel)
            Contact.objects.filter(pk=logged.contact.pk).update(held_at=at_ten(days_back), counts=True)
    own = coverage_by_advisor(cast.home, today=today, rules=RULES)[cast.advisor_profile.pk]
    needs = needs_of(Client.objects.visible_to(cast.advisor), today=today, rules=RULES)
    assert own == tiers_of(needs)
    total = added_up(own)
    assert (total.clients, 0 < total.at_standard < 30, 0 < total.share < 1) == (30, True, True)


@pytest.mark.django_db
def test_a_log_that_does_not_count_serves_no_standard(cast):
    client = tiered(client_of(cast), 3)
    log(cast, client, reached=False)
    [row] = needs_of(Client.objects.visible_to(cast.advisor), today=timezone.localdate(), rules=RULES)
    assert (row.need.held, row.need.is_short, row.last_on) == (0, True, None)


@pytest.mark.django_db
def test_a_task_fixes_the_day_and_the_standard_joins_it(cast):
    today = timezone.localdate()
    calendar = trading_calendar.load()
    fixed = tiered(client_of(cast), 5)
    tiered(client_of(cast, "80000002", "王丽"), 3)
    due = calendar.shift(today, 2)
    task(cast, fixed, due_on=due)
    plan = week_plan(cast.advisor, advisor=None, today=today, calendar=calendar, rules=RULES)
    found = [(item.row.client.name, item.is_fixed) for items in plan.days.values() for item in items]
    assert sorted(found) == [("张建国", True), ("王丽", False)]


@pytest.mark.django_db
def test_the_weeks_of_the_desk_and_of_an_advisor(cast, client):
    own = tiered(client_of(cast), 5)
    other = tiered(client_of(cast, "80000002", "王丽", advisor=cast.colleague_profile), 5)
    client.force_login(cast.advisor, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("servicelog:week"), {"advisor": cast.colleague_profile.pk}).content.decode()
    assert own.name in shown
    assert other.name not in shown
    client.force_login(cast.director, backend="django.contrib.auth.backends.ModelBackend")
    table = client.get(reverse("servicelog:week")).content.decode()
    assert f"?advisor={cast.colleague_profile.pk}" in table
    drilled = client.get(reverse("servicelog:week"), {"advisor": cast.colleague_profile.pk}).content.decode()
    assert other.name in drilled
    assert own.name not in drilled
    assert client.get(reverse("servicelog:week"), {"advisor": cast.stranger_profile.pk}).status_code == 404


@pytest.mark.django_db
def test_the_weeks_cost_the_same_for_a_large_book(cast, client, django_assert_max_num_queries):
    client.force_login(cast.advisor, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("servicelog:week"))
    counts = []
    for size in (3, 40):
        for at in range(size):
            task(cast, tiered(client_of(cast, f"7{size}{at:04}", f"客户{at}"), 1 + at % 5))
        with django_assert_max_num_queries(40) as queries:
            assert client.get(reverse("servicelog:week")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
