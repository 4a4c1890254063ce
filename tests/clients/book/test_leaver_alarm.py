"""Somebody who leaves and looks at, or takes out, personal data: those who answer for it hear of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from branch_crm.core.models import AuditEntry, Notification, Staff
from branch_crm.core.services.limit_account import limit_account
from clients.models import Reveal
from clients.services.alarm_personal_data import alarm_of_export, find_spikes
from clients.services.reveal_field import reveal_field
from tests.clients.book.conftest import Book, add_client


@pytest.fixture
def leaver(book: Book) -> Staff:
    """The counter's account, narrowed only next week: it may still reveal."""
    later = timezone.localdate() + timedelta(days=7)
    return limit_account(account=book.cast.counter, narrowed_on=later, shut_on=None, actor=book.cast.director)


def look(book: Book, person: Staff, times: int) -> None:
    for at in range(times):
        client = add_client(book.cast.home, f"3100{at}", "李娜", "li na")
        reveal_field(client=client, field=Reveal.Field.PHONE, purpose=Reveal.Purpose.SERVICE_CALL, actor=person)


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_fewer_looks_ring_for_somebody_who_leaves(book: Book, leaver: Staff, settings: Any) -> None:
    settings.LEAVER_REVEAL_ALARM_AT, settings.REVEAL_ALARM_AT = 2, 20
    look(book, leaver, 1)
    assert told("clients.reveal_rate") == set()
    client = add_client(book.cast.home, "32000", "李娜", "li na")
    reveal_field(client=client, field=Reveal.Field.PHONE, purpose=Reveal.Purpose.SERVICE_CALL, actor=leaver)
    assert told("clients.reveal_rate") == {"director", "manager", "compliance"}
    line = AuditEntry.objects.get(action="clients.reveal_rate")
    assert (line.actor, line.detail["leaving"]) == (leaver, True)


def test_a_day_far_above_the_usual_is_found_once_by_night(book: Book, leaver: Staff, settings: Any) -> None:
    settings.LEAVER_REVEAL_ALARM_AT = 3
    look(book, leaver, 3)
    today = timezone.localdate()
    assert find_spikes(book.cast.home, today) == 1
    assert find_spikes(book.cast.home, today) == 0
    assert told("clients.reveal_spike") == {"director", "manager", "compliance"}


def test_every_export_of_somebody_who_leaves_is_told_of_and_nobody_elses(book: Book, leaver: Staff) -> None:
    alarm_of_export(book.cast.manager, branch=book.cast.home, rows=9, export=1)
    assert told("clients.leaver_export") == set()
    alarm_of_export(leaver, branch=book.cast.home, rows=9, export=2)
    assert told("clients.leaver_export") == {"director", "manager", "compliance"}
