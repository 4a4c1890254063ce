"""Before a talk: what is open, what was said, what was never spoken of; and the whole past in one line of time."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from allocation.models import Assignment
from servicelog.domain.clas import LETTERS, gaps
from servicelog.models import Contact
from servicelog.timeline import timeline
from tests.servicelog.branch import client_of, log, task

ON = date(2026, 11, 24)


@given(st.dictionaries(st.sampled_from(LETTERS), st.dates(date(2026, 1, 1), ON)), st.integers(1, 400))
def test_a_letter_is_a_gap_exactly_when_it_was_not_talked_of_in_time(last, days):
    found = gaps(last, on=ON, days=days)
    assert set(found) == {one for one in LETTERS if one not in last or (ON - last[one]).days > days}
    assert list(found) == sorted(found, key=LETTERS.index)


@pytest.mark.django_db
def test_the_card_names_what_is_open_and_what_was_never_spoken_of(cast, client):
    held = client_of(cast)
    task(cast, held, facts={"amount": -200000, "from": "2026-11-17", "to": "2026-11-23"})
    log(cast, held, clas=["A", "C"])
    client.force_login(cast.advisor, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("servicelog:talk_card", args=[held.pk]))
    assert [row.kind for row in shown.context["card"].tasks] == ["large_outflow"]
    assert shown.context["card"].clas_gaps == ("I", "L", "S")
    assert "20.00" in shown.content.decode()


@pytest.mark.django_db
def test_the_successor_reads_what_the_former_advisor_wrote_and_the_former_reads_no_more(cast, client):
    held = client_of(cast)
    contact = log(cast, held).contact
    Assignment.objects.create(
        branch=cast.home, client=held, advisor=cast.advisor_profile, starts=ON - timedelta(days=400), reason="counter"
    )
    held.advisor = cast.colleague_profile
    held.save()
    address = reverse("servicelog:timeline", args=[held.pk])
    client.force_login(cast.colleague, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(address).content.decode()
    assert contact.summary in page
    assert cast.advisor_profile.name in page
    client.force_login(cast.advisor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 404
    assert client.get(reverse("servicelog:contact_detail", args=[contact.pk])).status_code == 404


@pytest.mark.django_db
def test_pages_of_the_timeline_lose_and_repeat_nothing(cast):
    held = client_of(cast)
    for at in range(12):
        log(cast, held, summary=f"第{at}次沟通：讨论了账户情况与后续安排{'，补充' * at}")
        task(cast, held, "loss", happening=f"loss:{at}", state="lapsed")
    # Four of them at the very same moment: a page may not end inside it.
    same = timezone.now() - timedelta(days=3)
    Contact.objects.filter(pk__in=Contact.objects.order_by("pk").values("pk")[:4]).update(held_at=same)
    seen, before = [], timezone.now() + timedelta(days=1)
    while before is not None:
        events, before = timeline(cast.advisor, held, before=before, limit=13)
        seen += [(event.kind, event.title, event.detail, event.at) for event in events]
    whole, _further = timeline(cast.advisor, held, before=timezone.now() + timedelta(days=1), limit=500)
    assert sorted(seen) == sorted((event.kind, event.title, event.detail, event.at) for event in whole)
    assert [at for *_rest, at in seen] == sorted((at for *_rest, at in seen), reverse=True)
