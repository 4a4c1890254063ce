"""Who is at the margin, and the standard week by week."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from branch_crm.core import trading_calendar
from clients.models import ClientStatus
from servicelog.domain.service_rules import read_service_rules
from servicelog.queries.margin import at_the_margin
from servicelog.queries.standard_weeks import standard_of_week
from tests.servicelog.branch import client_of
from tests.servicelog.facts import tier
from tests.servicelog.test_scorecards import held, serve

pytestmark = pytest.mark.django_db


def sign_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")


def test_those_without_a_counted_contact_the_most_valuable_first(cast):
    since = date(2026, 10, 1)
    people = {name: client_of(cast, f"8{at:07}", name) for at, name in enumerate(("张建国", "王丽", "李强", "赵敏"))}
    for at, person in enumerate(people.values()):
        person.figures.value = at
        person.figures.save()
    held(people["张建国"], cast.advisor, date(2026, 10, 1))
    held(people["王丽"], cast.advisor, date(2026, 9, 30))
    held(people["李强"], cast.advisor, date(2026, 10, 5), counts=False)
    client_of(cast, "80000010", "新客户", opened_on=date(2026, 10, 9))
    client_of(cast, "80000011", "已销户", status=ClientStatus.CLOSED)
    client_of(cast, "80000012", "无人服务", advisor=None)
    tier(people["王丽"], 4)
    found = at_the_margin(cast.director, since=since, tier=None, advisor=None)
    assert [client.name for client in found] == ["赵敏", "李强", "王丽"]
    assert [client.name for client in at_the_margin(cast.director, since=since, tier=4, advisor=None)] == ["王丽"]
    assert not at_the_margin(cast.colleague, since=since, tier=None, advisor=None).exists()


def test_the_pages_of_an_advisor_and_of_the_desk(cast, client):
    own = client_of(cast)
    serve(own, cast.advisor_profile)
    other = client_of(cast, "80000002", "王丽", advisor=cast.colleague_profile)
    address = reverse("servicelog:margin")
    sign_in(client, cast.advisor)
    shown = client.get(address).content.decode()
    assert (own.name in shown, other.name in shown) == (True, False)
    recent = trading_calendar.load().shift(timezone.localdate(), -1)
    held(own, cast.advisor, recent)
    assert own.name not in client.get(address, {"sessions": 5}).content.decode()
    sign_in(client, cast.director)
    drilled = client.get(address, {"advisor": cast.colleague_profile.pk}).content.decode()
    assert (own.name in drilled, other.name in drilled) == (False, True)
    for week in ("", "2026-10-07", "no day", "2099-01-01"):
        assert client.get(reverse("servicelog:standards"), {"week": week}).status_code == 200


def test_a_week_counts_for_who_served_then(cast):
    gold = client_of(cast)
    tier(gold, 3)
    serve(gold, cast.colleague_profile, ends=date(2026, 10, 7))
    serve(gold, cast.advisor_profile, starts=date(2026, 10, 7))
    held(gold, cast.colleague, date(2026, 10, 1))
    given = {"today": date(2026, 11, 24), "rules": read_service_rules({})}
    monday = date(2026, 10, 5)
    found = standard_of_week(cast.home, monday=monday, **given)
    row = found[cast.colleague_profile.pk][3]
    assert (row.clients, row.at_standard, row.wanted, row.held) == (1, 1, 1, 1)
    assert cast.advisor_profile.pk not in found
    later = standard_of_week(cast.home, monday=monday + timedelta(days=35), **given)
    assert later[cast.advisor_profile.pk][3].short == 1
