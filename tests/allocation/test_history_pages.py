"""The handover history as its readers use it: a day, a period, a client, an advisor, both clocks, the API."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from allocation.models import Assignment
from allocation.queries.as_of import ASSIGNMENT_EVENTS
from allocation.services.books import Move, move_clients
from clients.models import ExportRequest
from tests.allocation.branch import ScoredBranch

pytestmark = pytest.mark.django_db

#: Holders are taken over from the counter on 2 March; in the middle of the month some move.
MOVED_ON = date(2026, 3, 12)
URL = "/allocation/history/"


@pytest.fixture
def moved(ready: ScoredBranch) -> list[Any]:
    """Five clients of the first advisor went to the second one, decided by the director."""
    first, second = ready.advisors[:2]
    clients = [client for client in ready.clients if client.counter_service_no == first.staff_no][:5]
    move_clients(
        branch=ready.branch, moves=[Move(client.pk, first.pk, second.pk) for client in clients], on=MOVED_ON,
        reason=Assignment.Reason.HANDOVER, plan=None, actor=ready.cast.director,
    )  # fmt: skip
    return clients


@pytest.fixture
def reader(ready: ScoredBranch, client: Browser) -> Browser:
    client.force_login(ready.cast.manager)
    return client


def page(browser: Browser, **query: Any) -> Any:
    return browser.get(URL, query).context


def test_a_day_shows_who_was_responsible(ready: ScoredBranch, moved: list[Any], reader: Browser) -> None:
    second = ready.advisors[1]
    before = page(reader, on="2026-03-11", advisor=second.pk)["total"].number
    after = page(reader, on="2026-03-12", advisor=second.pk)["total"].number
    assert after == before + 5
    assert page(reader, on="2026-03-01")["total"].number == 0
    books = {person.pk: size for person, size in page(reader, on="2026-03-12")["books"]}
    assert books[second.pk] == after and sum(books.values()) == 54


def test_one_client_is_answered_in_a_sentence(ready: ScoredBranch, moved: list[Any], reader: Browser) -> None:
    context = page(reader, q=moved[0].client_no, on="2026-03-12")
    assert context["answer"].interval.advisor == ready.advisors[1]
    text = reader.get(URL, {"q": moved[0].client_no, "on": "2026-03-12"}).content.decode()
    assert ready.advisors[1].staff_no in text and "陈岚" in text


def test_the_book_of_then_is_shown_beside(ready: ScoredBranch, moved: list[Any], reader: Browser) -> None:
    """All of it was written today; of March the book of March knew nothing."""
    today = timezone.localdate().isoformat()
    lines = page(reader, on="2026-03-12", known_on=today, advisor=ready.advisors[1].pk)["lines"]
    assert lines and all(then == row.advisor for row, then in lines)
    ASSIGNMENT_EVENTS.filter(reason="counter").update(
        pgh_created_at=timezone.make_aware(datetime(2026, 3, 2, 9)), starts=date(2026, 3, 2), ends=None
    )
    lines = page(reader, on="2026-03-12", known_on="2026-03-12", q=moved[0].client_no)["lines"]
    assert [(row.advisor, then) for row, then in lines] == [(ready.advisors[1], ready.advisors[0])]


def test_a_period_lists_its_changes_and_turns_pages(ready: ScoredBranch, moved: list[Any], reader: Browser) -> None:
    march = {"view": "period", "since": "2026-03-12", "until": "2026-03-31"}
    begun, ended = (page(reader, **march, what=what) for what in ("begun", "ended"))
    assert begun["total"].number == ended["total"].number == 5
    assert {row.giver_name for row, _then in begun["lines"]} == {ready.advisors[0].name}
    # On the day of the change the former advisor serves no more.
    assert page(reader, **march, what="served")["total"].number == 54
    assert page(reader, **march | {"since": "2026-03-11"}, what="served")["total"].number == 59
    assert page(reader, **march, reason="cover")["total"].number == 0
    everybody = {"view": "period", "since": "2026-03-01", "what": "begun"}
    for order in ("-starts", "starts", "client", "-client"):
        first = page(reader, **everybody, sort=order)["page"]
        second = page(reader, **everybody, sort=order, after=first.after)["page"]
        seen = [row.pk for row in (*first.rows, *second.rows)]
        assert len(set(seen)) == len(seen) == 59 and second.after == ""


def test_one_advisor_shows_gains_and_losses_and_one_client_bars(
    ready: ScoredBranch, moved: list[Any], reader: Browser
) -> None:
    days = page(reader, view="period", since="2026-03-03", advisor=ready.advisors[0].pk)["days"]
    assert days == [{"day": MOVED_ON, "gained": 0, "lost": -5}]
    bars = page(reader, view="period", q=moved[0].client_no)["bars"]
    assert [bar.row.advisor for bar in bars] == ready.advisors[:2]
    assert bars[0].left == 0 and bars[1].left + bars[1].width == 1000
    assert bars[0].width == pytest.approx(bars[1].left, abs=4)


@pytest.mark.parametrize(
    "query",
    [
        "on=nonsense",
        "view=period&since=2026-04-01&until=2026-03-01",
        "advisor=999999",
        "client=0",
        "reason=x",
        "plan=a",
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(ready: ScoredBranch, reader: Browser, query: str) -> None:
    answer = reader.get(f"{URL}?{query}")
    assert answer.status_code == 422 and "field-errors" in answer.content.decode()


@pytest.mark.parametrize("query", ["after=x", "after=2026-03-02:9999999999999999999999", "sort=x", "view=x"])
def test_what_makes_no_sense_does_no_harm(ready: ScoredBranch, reader: Browser, query: str) -> None:
    assert reader.get(f"{URL}?{query}").status_code == 200


def test_the_number_of_queries_does_not_grow(ready: ScoredBranch, moved: list[Any], reader: Browser) -> None:
    def count(advisor: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            rows = page(reader, on="2026-03-12", known_on="2026-03-20", advisor=advisor)["lines"]
        assert rows
        return len(queries)

    (largest, most), *_others, (smallest, least) = page(reader, on="2026-03-12")["books"]
    assert least < most and count(smallest.pk) == count(largest.pk)


def test_the_panel_of_a_client_answers_for_its_advisor_too(
    ready: ScoredBranch, moved: list[Any], client: Browser
) -> None:
    client.force_login(ready.cast.colleague)
    address = reverse("allocation:client_history", args=[moved[0].pk])
    assert client.get(address, {"on": "2026-03-11"}).context["answer"].interval.advisor == ready.advisors[0]
    assert client.get(address, {"on": "x"}).context["answer"] is None


def test_the_api_answers_for_a_day(ready: ScoredBranch, moved: list[Any], client: Browser) -> None:
    client.force_login(ready.cast.compliance)
    api, pk = "/api/v1/assignments/", moved[0].pk
    for day, holder in (("2026-03-11", ready.advisors[0]), ("2026-03-12", ready.advisors[1])):
        rows = client.get(api, {"client": pk, "on": day}).json()["results"]
        assert [row["advisor"] for row in rows] == [holder.pk]
        told = client.get(f"{api}responsible/", {"client": pk, "on": day}).json()
        assert told["advisor"] == holder.pk and told["assignment"]["id"] == rows[0]["id"]
    assert told["advisor_then"] is None and told["differs"], "nothing was written down in March"
    for wrong in ({"client": "x", "on": "2026-03-12"}, {"client": pk, "on": "x"}, {"client": pk}):
        assert client.get(f"{api}responsible/", wrong).status_code == 400
    client.force_login(ready.cast.stranger)
    assert client.get(f"{api}responsible/", {"client": pk, "on": "2026-03-12"}).status_code == 404
    client.force_login(ready.cast.advisor)
    assert client.get(f"{api}responsible/", {"client": pk, "on": "2026-03-12"}).status_code == 404, "no longer his"


def test_the_history_leaves_as_a_marked_file_with_every_name(
    ready: ScoredBranch, moved: list[Any], client: Browser, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(ready.cast.manager)
    query = "view=period&since=2026-03-12&until=2026-03-31&what=begun"
    moved[0].name = "=cmd|' /C calc'!A0"
    moved[0].save(update_fields=["name"])
    address = f"/allocation/history/export/?{query}"
    assert client.get(address).context["rows"] == 5
    assert client.post(address, {"purpose": "", "file_format": "csv"}).status_code == 422
    answer = client.post(address, {"purpose": "年度检查", "file_format": "csv"}, follow=True)
    export = ExportRequest.objects.get()
    assert (export.subject, export.rows, export.by) == ("handovers", 5, ready.cast.manager)
    assert answer.redirect_chain[-1][0] == f"/clients/exports/{export.pk}/"
    lines = Path(export.path).read_text(encoding="utf-8-sig").splitlines()
    assert "年度检查" in lines[0] and len(lines) == 2 + 5
    assert all(ready.advisors[1].name in line and "2026-03-12" in line and "陈岚" in line for line in lines[2:])
    assert any("'=cmd" in line for line in lines)
    client.force_login(ready.cast.assistant)
    assert client.get(address).status_code == 403
