"""The calendar address: counts only, for whoever knows the secret, until it is replaced, taken back or read too often."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import AuditEntry
from servicelog.domain.icalendar import Event, calendar_text
from servicelog.models import CalendarFeed, Promise
from servicelog.services.calendar_feed import issue_calendar_secret, revoke_calendar_secret
from servicelog.views import calendar_feed
from tests.servicelog.branch import client_of, log, task

FEED = "servicelog:calendar_feed"


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.delete("calendar:127.0.0.1")


def unfolded(text: str) -> str:
    return text.replace("\r\n ", "")


def test_lines_are_folded_by_octets_and_texts_escaped():
    event = Event(date(2026, 11, 24), "day", "三项必做任务，另有；" * 12 + "a, b; c\\")
    text = calendar_text(name="任务", owner="7", events=[event], stamp=datetime(2026, 11, 24, 2, tzinfo=UTC))
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "a\\, b\\; c\\\\" in unfolded(text)
    assert "DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261125" in text
    assert "UID:20261124-day-7@branch-crm" in text


def test_an_hour_is_the_end_of_its_entry():
    event = Event(date(2026, 11, 24), "1500", "x", time(15))
    text = calendar_text(name="任务", owner="7", events=[event], stamp=datetime(2026, 11, 24, 2, tzinfo=UTC))
    assert "DTSTART;TZID=Asia/Shanghai:20261124T143000" in text
    assert "DTEND;TZID=Asia/Shanghai:20261124T150000" in text


@pytest.mark.django_db
def test_a_day_is_a_line_of_counts_without_a_client(cast, client):
    today = timezone.localdate()
    held = client_of(cast)
    logged = log(cast, held)
    task(cast, held, due_on=today - timedelta(days=3))
    task(cast, held, "new_share_win", due_on=today, due_time=time(15), at_stake=120000)
    task(cast, held, "birthday", mandatory=False, due_on=today)
    task(cast, client_of(cast, "80000002", "王丽", advisor=cast.colleague_profile), due_on=today)
    Promise.objects.create(
        branch=cast.home, client=held, contact=logged.contact, text="寄送报告", due_on=today + timedelta(days=2)
    )
    answer = client.get(reverse(FEED), {"key": issue_calendar_secret(owner=cast.advisor)})
    text = unfolded(answer.content.decode())
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    summaries = [line.partition(":")[2] for line in text.split("\r\n") if line.startswith("SUMMARY")]
    assert summaries == ["2 项必做 · 其中 1 项逾期", "1 项必做，15:00 前", "1 项承诺到期"]
    for personal in (held.name, held.client_no, "寄送报告", "120000", str(held.pk) + "/"):
        assert personal not in text


@pytest.mark.django_db
def test_only_the_present_secret_opens(cast, client):
    first = issue_calendar_secret(owner=cast.advisor)
    second = issue_calendar_secret(owner=cast.advisor)
    assert client.get(reverse(FEED)).status_code == 404
    assert client.get(reverse(FEED), {"key": first}).status_code == 404
    assert client.get(reverse(FEED), {"key": second}).status_code == 200
    assert second not in CalendarFeed.objects.get().secret_hash
    assert revoke_calendar_secret(owner=cast.advisor)
    assert client.get(reverse(FEED), {"key": second}).status_code == 404
    actions = AuditEntry.objects.filter(action__startswith="servicelog.calendar").values_list("action", flat=True)
    assert sorted(actions) == ["servicelog.calendar_issued"] * 2 + ["servicelog.calendar_revoked"]


@pytest.mark.django_db
def test_who_has_left_is_not_served(cast, client):
    secret = issue_calendar_secret(owner=cast.advisor)
    cast.advisor.is_active = False
    cast.advisor.save()
    assert client.get(reverse(FEED), {"key": secret}).status_code == 404


@pytest.mark.django_db
def test_reading_and_guessing_are_held_back(cast, client, monkeypatch):
    monkeypatch.setattr(calendar_feed, "READINGS", 2)
    monkeypatch.setattr(calendar_feed, "WRONG", 3)
    secret = issue_calendar_secret(owner=cast.advisor)
    assert [client.get(reverse(FEED), {"key": secret}).status_code for _ in range(3)] == [200, 200, 429]
    assert [client.get(reverse(FEED), {"key": "x"}).status_code for _ in range(4)] == [404, 404, 404, 429]


@pytest.mark.django_db
def test_the_address_is_shown_once(cast, client):
    client.force_login(cast.advisor, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("servicelog:calendar")
    issued = client.post(page)
    address = issued.context["address"]
    assert address in issued.content.decode()
    assert issued["Cache-Control"].startswith("max-age=0")
    assert "key=" not in client.get(page).content.decode()
    assert client.get(address).status_code == 200
    client.post(reverse("servicelog:calendar_revocation"))
    assert client.get(address).status_code == 404
