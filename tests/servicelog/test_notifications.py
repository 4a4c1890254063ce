"""Complaints, disputes and the morning: who hears of them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone, translation

from branch_crm.core.models import Notification
from branch_crm.core.notifications import text_of
from servicelog.models import Contact
from servicelog.queries.morning import Due, due_by_advisor
from servicelog.services.dispute_count import answer_dispute, raise_dispute
from servicelog.services.enter_complaint import enter_complaint
from servicelog.services.tell_morning import tell_morning
from tests.cast import Cast
from tests.servicelog.branch import client_of, log, task


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=f"servicelog.{kind}").values_list("recipient__username", flat=True))


def test_a_complaint_reaches_the_advisor_and_the_desk_but_not_who_entered_it(cast: Cast) -> None:
    client = client_of(cast)
    for _twice in range(2):
        enter_complaint(
            client=client, actor=cast.assistant, channel="phone", about="service", text="no reply for weeks"
        )
    assert told("complaint_received") == {cast.advisor.username, cast.director.username}
    assert Notification.objects.count() == 2


def test_a_dispute_reaches_the_desk_and_its_answer_the_author(cast: Cast) -> None:
    contact = log(cast, client_of(cast)).contact
    Contact.objects.filter(pk=contact.pk).update(counts=False)
    dispute = raise_dispute(contact=contact, actor=cast.advisor, text="It was a talk")
    assert told("dispute_raised") == {cast.director.username, cast.assistant.username}
    answer_dispute(dispute=dispute, actor=cast.director, granted=True)
    assert told("dispute_answered") == {cast.advisor.username}


def test_the_morning_counts_what_must_be_done_by_today(cast: Cast) -> None:
    today = timezone.localdate()
    first, second = client_of(cast), client_of(cast, "80000002", "赵海燕")
    task(cast, first, due_on=today - timedelta(days=2))
    task(cast, second)
    task(cast, second, "risk_expiring", due_on=today + timedelta(days=1))
    task(cast, first, "birthday", mandatory=False)
    task(cast, client_of(cast, "80000003", "孙国强", advisor=None))
    found = {row.advisor: row for row in due_by_advisor(cast.home, today)}
    assert found == {
        cast.advisor_profile.pk: Due(cast.advisor_profile.pk, cast.advisor.pk, 2, 1),
        None: Due(None, None, 1, 0),
    }
    assert tell_morning(branch=cast.home, day=today) == 1
    tell_morning(branch=cast.home, day=today)
    only = Notification.objects.get(kind="servicelog.morning")
    assert (only.recipient, only.params, only.url) == (cast.advisor, {"due": 2, "overdue": 1}, "/service/today/")
    with translation.override("en"):
        assert text_of(only.kind, only.params) == "2 mandatory tasks today, 1 of them overdue."
    with translation.override("zh-hans"):
        assert text_of(only.kind, only.params) == "今日必做 2 项，其中超期 1 项。"
