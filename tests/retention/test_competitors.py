"""Where clients went and what other firms do: told facts with their number, seen facts with their source."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import AuditEntry
from clients.models import Client
from retention.domain.reason_table import tabulate
from retention.models import CompetitorMove, LeavingRequest
from retention.queries.competitors import by_month, leaving_done, rates_seen, went_to
from retention.queries.figures import Period
from retention.queries.reason_figures import leavers_of
from retention.services.errors import RetentionError
from retention.services.note_move import note_move
from retention.services.receive_request import receive_request
from retention.services.work_on_request import complete_request
from tests.cast import Cast

PAGE = "retention:competitors"
NEW = "retention:competitor_new"


@pytest.fixture
def gone(cast: Cast, client: Browser) -> None:
    """Three to one firm, two of them with its rate; one to another; one who told nothing."""
    client.force_login(cast.counter)
    told = [("甲证券", "1.5"), ("甲证券", "1.2"), ("甲证券", ""), ("=乙证券", "1"), ("", "")]
    for at, (firm, rate) in enumerate(told):
        person = Client.objects.create(branch=cast.home, client_no=f"8600{at:04}", name=f"离开{at}")
        request = receive_request(client=person, kind="closing", origin="counter", actor=cast.counter).request
        sent = {"reason": "", "note": "", "competitor": firm, "rate": rate}
        assert client.post(reverse("retention:request_reason", args=[request.pk]), sent).status_code == 302
        complete_request(request=request, actor=cast.counter)


@pytest.fixture
def period() -> Period:
    today = timezone.localdate()
    return Period(today - timedelta(days=30), today)


def test_where_they_went_and_at_which_rate(cast: Cast, gone: None, period: Period) -> None:
    done = leaving_done(cast.director, cast.home, period)
    first, second = went_to(done)
    assert (first.competitor, first.clients, first.rates) == ("甲证券", 3, 2)
    assert (first.lowest, first.median) == (Decimal("0.000120"), Decimal("0.000135"))
    assert (second.competitor, second.clients) == ("=乙证券", 1)
    month = f"{timezone.localdate():%Y-%m}"
    assert by_month(done) == {("甲证券", month): 3, ("=乙证券", month): 1}
    assert went_to(leaving_done(cast.colleague, cast.home, period)) == []
    # A rate that was told stays on the form, as the trade says it.
    assert LeavingRequest.objects.filter(competitor_rate=Decimal("0.000150")).count() == 1


def test_the_page_and_the_leavers_agree(cast: Cast, gone: None, client: Browser) -> None:
    client.force_login(cast.director)
    page = client.get(reverse(PAGE))
    assert page.context["left"] == 5
    today = timezone.localdate()
    leavers = leavers_of(cast.home, since=today, until=today)
    table = tabulate(leavers, by="competitor")
    counted = dict(zip(table.columns, table.totals, strict=True))
    assert counted == {"=乙证券": 1, "甲证券": 3, "": 1}
    assert tabulate(leavers, by="year").columns == (str(today.year),)
    assert "by=competitor&amp;column=%3D%E4%B9%99" in page.content.decode()
    assert client.get(reverse(PAGE) + "?since=x").status_code == 422


def test_what_is_seen_is_noted_once_with_its_source(cast: Cast, client: Browser) -> None:
    today = timezone.localdate()
    seen = {
        "broker": "甲证券",
        "what": "rate",
        "rate": "1.2",
        "seen_on": today.isoformat(),
        "source": "地铁广告",
        "note": "",
    }
    client.force_login(cast.advisor)
    for _again in range(2):
        assert client.post(reverse(NEW), seen).status_code == 302
    move = CompetitorMove.objects.get()
    assert (move.rate, move.entered_by) == (Decimal("0.000120"), cast.advisor)
    assert AuditEntry.objects.filter(action="retention.competitor_noted").count() == 1
    for wrong in ({"rate": ""}, {"seen_on": (today + timedelta(days=1)).isoformat()}, {"source": ""}, {"what": "x"}):
        assert client.post(reverse(NEW), seen | wrong).status_code == 422
    page = client.get(reverse(PAGE)).content.decode()
    assert "地铁广告" in page
    client.force_login(cast.compliance)
    assert client.post(reverse(NEW), seen).status_code == 403


def test_only_fresh_rates_are_facts_for_a_talk(cast: Cast) -> None:
    today = timezone.localdate()
    for days in (0, 179, 180):
        note_move(
            branch=cast.home, broker="甲证券", what="rate", rate=Decimal("0.00012"), source="广告",
            seen_on=today - timedelta(days=days), actor=cast.advisor,
        )  # fmt: skip
    note_move(branch=cast.home, broker="甲证券", what="gift", seen_on=today, source="广告", actor=cast.advisor)
    assert [move.seen_on for move in rates_seen(cast.counter, cast.home, on=today)] == [
        today,
        today - timedelta(days=179),
    ]
    with pytest.raises(RetentionError):
        note_move(branch=cast.home, broker="甲", what="rate", seen_on=today, source="广告", actor=cast.advisor)
