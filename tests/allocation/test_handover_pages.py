"""Reading, remarking, signing and answering: on the pages and over the API."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from allocation.models import ChangeRequest, ClientRefusal, Handover
from allocation.services.answer_handover import answer_handover
from allocation.services.errors import AllocationError
from branch_crm.core.models import AuditEntry, Notification
from servicelog.models import Contact
from tests.allocation.branch import ScoredBranch
from tests.allocation.test_handovers import move, own_clients
from tests.allocation.test_pages import browser

LIST = "allocation:handover_list"


@pytest.fixture
def handover(ready: ScoredBranch) -> Handover:
    """李文's client comes to 王芳."""
    move(ready, own_clients(ready)[:1], ready.cast.colleague_profile)
    return Handover.objects.get()


def page_of(handover: Handover, name: str = "detail") -> str:
    return reverse(f"allocation:handover_{name}", args=[handover.pk])


def text(who: Browser, url: str) -> str:
    answer = who.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def mark(html: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', html)
    assert found
    return found[1]


def test_the_taker_reads_and_signs_and_the_giver_no_longer_sees_it(ready: ScoredBranch, handover: Handover) -> None:
    taker, giver = browser(ready, "colleague"), browser(ready, "advisor")
    html = text(taker, page_of(handover))
    assert handover.digest in html and handover.dossier["who"]["name"] in html
    assert 'name="seen"' not in text(giver, page_of(handover))
    answer = taker.post(page_of(handover, "signature"), {"seen": mark(html)})
    assert (answer.status_code, answer["Location"]) == (302, reverse(LIST))
    handover.refresh_from_db()
    assert handover.signed_by == ready.cast.colleague
    assert AuditEntry.objects.get(action="allocation.handover_signed").detail["digest"] == handover.digest
    assert giver.get(page_of(handover)).status_code == 404
    taker.post(page_of(handover, "signature"), {"seen": mark(html)})
    assert AuditEntry.objects.filter(action="allocation.handover_signed").count() == 1


def test_nobody_signs_unread_and_nobody_signs_for_another(ready: ScoredBranch, handover: Handover) -> None:
    assert browser(ready, "colleague").post(page_of(handover, "signature"), {}).status_code == 409
    for other in ("advisor", "director", "assistant"):
        assert browser(ready, other).post(page_of(handover, "signature"), {"seen": "x"}).status_code == 403
    handover.refresh_from_db()
    assert handover.signed_at is None


def test_remarks_that_came_after_reading_are_read_first(ready: ScoredBranch, handover: Handover) -> None:
    taker, giver = browser(ready, "colleague"), browser(ready, "advisor")
    old = mark(text(taker, page_of(handover)))
    assert giver.post(page_of(handover, "remarks"), {"remarks": "早上不要打电话"}).status_code == 302
    answer = taker.post(page_of(handover, "signature"), {"seen": old})
    assert answer.status_code == 409 and "早上不要打电话" in answer.content.decode()
    taker.post(page_of(handover, "signature"), {"seen": mark(answer.content.decode())})
    handover.refresh_from_db()
    assert handover.signed_at is not None
    assert browser(ready, "assistant").post(page_of(handover, "remarks"), {"remarks": "太迟"}).status_code == 409
    handover.refresh_from_db()
    assert handover.remarks == "早上不要打电话"


def test_the_taker_writes_no_remarks_and_readers_only_read(ready: ScoredBranch, handover: Handover) -> None:
    for who in ("colleague", "manager", "compliance"):
        assert browser(ready, who).post(page_of(handover, "remarks"), {"remarks": "x"}).status_code == 403
        assert browser(ready, who).get(page_of(handover)).status_code == 200
    for who in ("manager", "compliance"):
        assert browser(ready, who).post(page_of(handover, "answer"), {"acceptance": "accepted"}).status_code == 403


def test_a_changed_dossier_says_so_and_cannot_be_signed(ready: ScoredBranch, handover: Handover) -> None:
    taker = browser(ready, "colleague")
    seen = mark(text(taker, page_of(handover)))
    handover.dossier["who"]["name"] = "别人"
    Handover.objects.filter(pk=handover.pk).update(dossier=handover.dossier)
    shown = taker.get(page_of(handover))
    assert not shown.context["genuine"] and "notice-error" in shown.content.decode()
    assert taker.post(page_of(handover, "signature"), {"seen": seen}).status_code == 409
    handover.refresh_from_db()
    assert handover.signed_at is None


def test_a_refusal_becomes_a_request_for_another_advisor(ready: ScoredBranch, handover: Handover) -> None:
    today = timezone.localdate()
    said = {"acceptance": "refused", "on": today.isoformat(), "reason": "想要原来的"}
    browser(ready, "colleague").post(page_of(handover, "answer"), said)
    handover.refresh_from_db()
    change = ChangeRequest.objects.get()
    assert (handover.acceptance, handover.accepted_on, handover.request) == ("refused", today, change)
    assert (change.origin, change.present, change.reason) == ("client", ready.cast.colleague_profile, "想要原来的")
    assert ClientRefusal.objects.get().advisor == ready.cast.colleague_profile
    again = browser(ready, "director").post(page_of(handover, "answer"), {**said, "acceptance": "accepted"})
    assert again.status_code == 422
    handover.refresh_from_db()
    assert handover.acceptance == "refused"


def test_an_answer_lies_between_the_handover_and_today(ready: ScoredBranch, handover: Handover) -> None:
    today = timezone.localdate()
    for day in (handover.on - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(AllocationError) as refused:
            answer_handover(handover=handover, actor=ready.cast.colleague, acceptance="accepted", on=day)
        assert refused.value.field == "on"
    answer_handover(handover=handover, actor=ready.cast.colleague, acceptance="accepted", on=today)
    handover.refresh_from_db()
    assert handover.acceptance == "accepted"


def test_what_moved_on_asks_nothing_any_more(ready: ScoredBranch, handover: Handover) -> None:
    move(ready, [handover.client], ready.advisors[2], reason="request")
    director = browser(ready, "director")
    assert page_of(handover) not in text(director, reverse(LIST))
    shown = director.get(page_of(handover))
    assert not shown.context["runs"] and not shown.context["may_remark"]
    assert browser(ready, "colleague").get(page_of(handover)).status_code == 404
    assert director.post(page_of(handover, "remarks"), {"remarks": "x"}).status_code == 409


def test_both_are_told_once(ready: ScoredBranch) -> None:
    move(ready, own_clients(ready)[:3], ready.cast.colleague_profile)
    told = {row.recipient: row for row in Notification.objects.all()}
    taker, giver = told[ready.cast.colleague], told[ready.cast.advisor]
    assert (taker.kind, taker.params["clients"]) == ("allocation.handovers_received", 3)
    assert (giver.kind, giver.url) == ("allocation.handovers_given", f"{reverse(LIST)}?tab=given")
    assert len(told) == Notification.objects.count() == 2


def test_lists_show_what_each_has_to_do(ready: ScoredBranch) -> None:
    move(ready, own_clients(ready)[:2], ready.cast.colleague_profile)
    first, second = Handover.objects.order_by("pk")
    taker, giver, director = (browser(ready, who) for who in ("colleague", "advisor", "director"))
    assert page_of(first) in text(taker, reverse(LIST))
    assert page_of(first) not in text(giver, reverse(LIST))
    assert page_of(first) in text(giver, reverse(LIST) + "?tab=given")
    html = text(director, reverse(LIST))
    assert page_of(first) in html and f"?taker={first.taker_id}" in html
    taker.post(page_of(first, "signature"), {"seen": mark(text(taker, page_of(first)))})
    assert page_of(first) not in text(taker, reverse(LIST))
    assert page_of(first) in text(taker, reverse(LIST) + "?tab=waiting")
    book = director.get(f"{reverse(LIST)}?taker={first.taker_id}")
    assert page_of(second) in book.content.decode()
    sums = book.context["sums"]
    assert (sum(row.clients for row in sums), sum(row.unsigned for row in sums)) == (2, 1)


def test_a_filter_that_cannot_be_read_narrows_nothing(ready: ScoredBranch, handover: Handover) -> None:
    director = browser(ready, "director")
    for query in ("taker=x", "taker=99999999999999999999", "on=yesterday", "tab=nothing", "page=-4"):
        assert page_of(handover) in text(director, f"{reverse(LIST)}?{query}")
    assert page_of(handover) not in text(director, f"{reverse(LIST)}?giver={handover.taker_id}")


def test_sheets_are_printed_by_who_goes_on_and_journaled(ready: ScoredBranch) -> None:
    move(ready, own_clients(ready)[:2], ready.cast.colleague_profile)
    names = [row.dossier["who"]["name"] for row in Handover.objects.all()]
    printed = browser(ready, "colleague").post(reverse("allocation:handover_sheets"), {"only": "unsigned"})
    assert all(name in printed.content.decode() for name in names)
    assert AuditEntry.objects.get(action="allocation.handovers_printed").detail["clients"] == 2
    others = browser(ready, "advisor").post(reverse("allocation:handover_sheets"), {})
    assert not any(name in others.content.decode() for name in names)


def test_the_list_asks_as_much_for_ten_as_for_two(ready: ScoredBranch) -> None:
    own, director = own_clients(ready), browser(ready, "director")
    counts = []
    for moved in (own[:2], own[2:10]):
        move(ready, moved, ready.cast.colleague_profile)
        director.get(reverse(LIST))
        with CaptureQueriesContext(connection) as asked:
            director.get(reverse(LIST))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14


def test_the_api_reads_remarks_signs_and_answers(ready: ScoredBranch, handover: Handover) -> None:
    taker, giver = browser(ready, "colleague"), browser(ready, "advisor")
    one: Any = f"/api/v1/handovers/{handover.pk}/"
    listed = taker.get("/api/v1/handovers/?signed=false").json()["results"]
    assert [row["id"] for row in listed] == [handover.pk] and "seen" not in listed[0]
    assert giver.post(f"{one}remarks/", {"remarks": "爱钓鱼"}).json()["remarks"] == "爱钓鱼"
    assert taker.post(f"{one}remarks/", {"remarks": "x"}).status_code == 403
    assert taker.post(f"{one}signature/", {}).status_code == 400
    assert taker.post(f"{one}signature/", {"seen": "0" * 64}).status_code == 409
    shown = taker.get(one).json()
    assert shown["dossier"]["who"]["client_no"] == shown["client_no"]
    assert taker.post(f"{one}signature/", {"seen": shown["seen"]}).json()["signed_by"] == ready.cast.colleague.pk
    assert taker.post(f"{one}answer/", {"acceptance": "accepted"}).json()["acceptance"] == "accepted"
    assert taker.post(f"{one}answer/", {"acceptance": "perhaps"}).status_code == 400


def test_a_hostile_log_is_shown_as_text(ready: ScoredBranch) -> None:
    client = own_clients(ready)[0]
    Contact.objects.create(
        branch=ready.branch, client=client, author=ready.cast.advisor, channel="phone", purpose="care",
        token="00000000-0000-4000-8000-000000000001", held_at=timezone.now(), summary="<script>alert(1)</script>",
    )  # fmt: skip
    move(ready, [client], ready.cast.colleague_profile)
    html = text(browser(ready, "colleague"), page_of(Handover.objects.get()))
    assert "&lt;script&gt;alert(1)" in html and "<script>alert(1)" not in html
