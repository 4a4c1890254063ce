"""The queue and the page of a request, and the same over the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from allocation.models import Assignment, ChangeRequest
from allocation.services.ask_for_change import ask_for_change
from clients.models import Client, ClientStatus
from clients.services.refresh_figures import refresh_figures
from tests.allocation.branch import ScoredBranch
from tests.allocation.test_pages import browser

SECRET = "性格不合"


@pytest.fixture
def client(ready: ScoredBranch) -> Client:
    return Client.objects.filter(advisor=ready.cast.advisor_profile).order_by("pk")[3]


@pytest.fixture
def change(ready: ScoredBranch, client: Client) -> ChangeRequest:
    """Asked at the counter, for 顾问3, with a reason."""
    said = {"origin": ChangeRequest.Origin.COUNTER, "wished": ready.advisors[2], "reason": SECRET}
    return ask_for_change(client=client, actor=ready.cast.counter, **said).change


def page_of(change: ChangeRequest) -> str:
    return reverse("allocation:request_detail", args=[change.pk])


def text(who: Browser, url: str) -> str:
    answer = who.get(url, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_counter_finds_the_client_and_asks(ready: ScoredBranch, client: Client) -> None:
    counter = browser(ready, "counter")
    found = counter.get(reverse("allocation:request_new"), {"q": client.client_no})
    form = reverse("allocation:request_for", args=[client.pk])
    assert form in found.content.decode()
    answer = counter.post(form, {}, follow=True)
    made = ChangeRequest.objects.get()
    assert answer.redirect_chain == [(page_of(made), 302)]
    assert (made.origin, made.entered_by, made.reason, made.wished) == ("counter", ready.cast.counter, "", None)
    assert page_of(made) in text(counter, reverse("allocation:request_list"))


def test_an_advisor_asks_for_an_own_client_alone(ready: ScoredBranch, client: Client) -> None:
    url = reverse("allocation:request_for", args=[client.pk])
    assert browser(ready, "colleague").post(url, {}).status_code == 404
    form = browser(ready, "advisor").get(url).context["form"]
    assert list(form.fields) == ["reason"]
    browser(ready, "advisor").post(url, {"origin": "client", "wished": ready.advisors[1].pk, "reason": "太远"})
    made = ChangeRequest.objects.get()
    assert (made.origin, made.wished, made.refusal) == ("advisor", None, None)


def test_the_present_advisor_sees_that_it_exists_and_not_why(ready: ScoredBranch, change: ChangeRequest) -> None:
    for url in (page_of(change), reverse("allocation:request_list")):
        seen = text(browser(ready, "advisor"), url)
        assert change.client.name in seen
        assert SECRET not in seen and ready.advisors[2].name not in seen
        for reader in ("counter", "director", "assistant", "manager", "compliance"):
            assert ready.advisors[2].name in text(browser(ready, reader), url)
    assert SECRET in text(browser(ready, "counter"), page_of(change))
    assert browser(ready, "colleague").get(page_of(change)).status_code == 404


def test_an_advisor_takes_back_what_he_asked_and_not_what_his_client_asked(
    ready: ScoredBranch, change: ChangeRequest
) -> None:
    advisor, url = browser(ready, "advisor"), reverse("allocation:request_withdrawal", args=[change.pk])
    assert advisor.post(url).status_code == 403
    ChangeRequest.objects.filter(pk=change.pk).update(origin="advisor", entered_by=ready.cast.advisor)
    assert advisor.post(url).status_code == 302
    change.refresh_from_db()
    assert change.state == ChangeRequest.State.WITHDRAWN


def test_the_wish_leads_the_suggestion_and_the_director_follows_it(ready: ScoredBranch, change: ChangeRequest) -> None:
    director = browser(ready, "director")
    page = director.get(page_of(change))
    columns = page.context["table"]["columns"]
    assert [column["name"] for column in columns][:2] == [ready.cast.advisor.name, ready.advisors[2].name]
    chosen = page.context["change_form"].initial["successor"]
    assert chosen == str(ready.advisors[2].pk)
    post = {"successor": chosen, "holder": change.present_id, "note": ""}
    answer = director.post(reverse("allocation:request_change", args=[change.pk]), post, follow=True)
    assert answer.status_code == 200
    assert Client.objects.get(pk=change.client_id).advisor == ready.advisors[2]
    history = text(director, reverse("allocation:client_history", args=[change.client_id]))
    assert page_of(change) in history
    assert Assignment.objects.get(client=change.client, ends__isnull=True).request == change


def test_a_full_book_is_said_and_does_not_lead(ready: ScoredBranch, change: ChangeRequest) -> None:
    ready.advisors[2].monthly_hours = 1
    ready.advisors[2].save()
    refresh_figures(branch=ready.branch)
    page = browser(ready, "director").get(page_of(change))
    assert page.context["found"].first_name != ready.advisors[2].name
    assert page.context["wish_problem"]
    assert ready.advisors[2].name in [column["name"] for column in page.context["table"]["columns"]]


def test_the_second_director_gets_409_with_the_name_of_the_first(ready: ScoredBranch, change: ChangeRequest) -> None:
    url = reverse("allocation:request_change", args=[change.pk])
    director = browser(ready, "director")
    post = {"successor": ready.advisors[1].pk, "holder": change.present_id}
    assert director.post(url, post).status_code == 302
    answer = director.post(url, {**post, "successor": ready.advisors[2].pk, "holder": ready.advisors[1].pk})
    assert answer.status_code == 409
    assert ready.cast.director.name in answer.content.decode()
    consent = reverse("allocation:request_consent", args=[change.pk])
    assert director.post(consent, {"note": "电话", "holder": ready.advisors[1].pk}).status_code == 409


@pytest.mark.parametrize(
    ("deed", "post"),
    [
        ("request_change", {"successor": "999999"}),
        ("request_change", {"successor": "x", "holder": "x"}),
        ("request_change", {}),
        ("request_consent", {"note": ""}),
    ],
)
def test_a_wrong_decision_is_explained_on_the_page(
    ready: ScoredBranch, change: ChangeRequest, deed: str, post: dict[str, str]
) -> None:
    url = reverse(f"allocation:{deed}", args=[change.pk])
    answer = browser(ready, "director").post(url, {"holder": change.present_id, **post})
    assert answer.status_code == 422
    change.refresh_from_db()
    assert change.state == ChangeRequest.State.OPEN


def test_consent_is_recorded(ready: ScoredBranch, change: ChangeRequest) -> None:
    url = reverse("allocation:request_consent", args=[change.pk])
    note = {"note": "电话确认，本人同意", "holder": change.present_id}
    assert browser(ready, "director").post(url, note).status_code == 302
    decided = text(browser(ready, "manager"), reverse("allocation:request_list") + "?tab=decided")
    assert page_of(change) in decided


def test_pages_speak_of_closing_and_closed_accounts(ready: ScoredBranch, change: ChangeRequest) -> None:
    for status in (ClientStatus.CLOSING, ClientStatus.CLOSED):
        Client.objects.filter(pk=change.client_id).update(status=status)
        for who in ("director", "counter"):
            assert browser(ready, who).get(page_of(change)).status_code == 200
            assert browser(ready, who).get(reverse("allocation:request_list")).status_code == 200
    post = {"successor": ready.advisors[1].pk, "holder": change.present_id}
    url = reverse("allocation:request_change", args=[change.pk])
    assert browser(ready, "director").post(url, post).status_code == 422


@pytest.mark.parametrize("who", ["director", "counter"])
def test_the_queue_asks_the_database_no_more_for_many(ready: ScoredBranch, who: str) -> None:
    counts = []
    person = browser(ready, who)
    for some in (ready.clients[:2], ready.clients[2:20]):
        for each in some:
            ask_for_change(client=each, actor=ready.cast.counter, origin=ChangeRequest.Origin.COUNTER)
        # The first page of a session also writes the session, and sums the books for everybody after.
        person.get(reverse("allocation:request_list"))
        with CaptureQueriesContext(connection) as queries:
            assert person.get(reverse("allocation:request_list")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


class TestApi:
    URL = "/api/v1/change-requests/"

    def post(self, ready: ScoredBranch, who: str, url: str, body: dict[str, Any]) -> Any:
        return browser(ready, who).post(url, body, content_type="application/json")

    def test_the_online_channel_asks_and_asks_again(self, ready: ScoredBranch, client: Client) -> None:
        body = {"client_no": client.client_no, "origin": "client"}
        first = self.post(ready, "counter", self.URL, body)
        again = self.post(ready, "counter", self.URL, {**body, "reason": SECRET})
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["id"] == again.json()["id"]
        assert (again.json()["reason"], again.json()["overdue"]) == (SECRET, False)
        own = browser(ready, "advisor").get(self.URL).json()["results"][0]
        assert (own["client_no"], own["reason"], own["wished"]) == (client.client_no, "", None)
        assert browser(ready, "colleague").get(self.URL).json()["results"] == []

    def test_nobody_asks_in_a_name_that_is_not_his(self, ready: ScoredBranch, client: Client) -> None:
        body = {"client_no": client.client_no, "origin": "client"}
        assert self.post(ready, "advisor", self.URL, body).json().keys() == {"origin"}
        assert self.post(ready, "colleague", self.URL, {"client_no": client.client_no}).json().keys() == {"client_no"}
        assert self.post(ready, "stranger", self.URL, {"client_no": client.client_no}).json().keys() == {"client_no"}
        assert not ChangeRequest.objects.exists()

    def test_successors_and_the_decision(self, ready: ScoredBranch, change: ChangeRequest) -> None:
        url = f"{self.URL}{change.pk}/"
        best = browser(ready, "director").get(f"{url}successors/").json()["allowed"][0]
        assert best["advisor"] == ready.advisors[2].pk
        body = {"successor": best["advisor"], "holder": change.present_id}
        stale = self.post(ready, "director", f"{url}change/", {**body, "holder": ready.advisors[3].pk})
        assert (stale.status_code, stale.json()["code"]) == (409, "moved")
        assert self.post(ready, "director", f"{url}change/", body).json()["state"] == "changed"
        second = self.post(ready, "director", f"{url}consent/", {"holder": change.present_id, "note": "电话"})
        assert second.status_code == 409

    def test_overdue_ones_are_found(self, ready: ScoredBranch, change: ChangeRequest) -> None:
        ChangeRequest.objects.filter(pk=change.pk).update(due_on=timezone.localdate().replace(day=1))
        director = browser(ready, "director")
        assert len(director.get(self.URL, {"overdue": "true"}).json()["results"]) == 1
        assert director.get(self.URL, {"overdue": "false"}).json()["results"] == []
        page = director.get(reverse("allocation:request_list"))
        assert page.context["waiting"].overdue == 1
