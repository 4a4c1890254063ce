"""What goes wrong at the counter, on the page and over the API: the field is named, the words say what to do, nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from branch_crm.core.models import Staff, TradingDay
from clients.models import Client, ClientStatus
from retention.models import LeavingRequest
from tests.cast import Cast

WISH = {"kind": "closing", "origin": "counter", "settled": "on"}
#: The last evening of the published calendar.
LAST_EVENING = datetime(2026, 12, 31, 17, 0, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def counter(cast: Cast) -> Browser:
    return signed_in(cast.counter)


@pytest.fixture
def of_another_branch(cast: Cast) -> Client:
    return Client.objects.create(branch=cast.away, client_no="80000077", name="赵海燕")


def signed_in(staff: Staff) -> Browser:
    browser = Browser()
    browser.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def over_the_api(counter: Browser, **given: Any) -> Any:
    sent = {"client_no": "80000001", "kind": "closing", **given}
    return counter.post("/api/v1/leaving-requests/", sent, content_type="application/json")


def test_an_unknown_account(counter: Browser, client_of_home: Client) -> None:
    page = counter.get("/retention/", {"q": "99999999"}).content.decode()
    assert "没有找到“99999999”" in page
    assert "请核对号码" in page
    answer = over_the_api(counter, client_no="99999999")
    assert answer.status_code == 400
    assert "请核对" in answer.json()["client_no"][0]


def test_a_client_of_another_branch(counter: Browser, of_another_branch: Client) -> None:
    found = counter.get("/retention/", {"q": of_another_branch.client_no}).content.decode()
    assert of_another_branch.name not in found
    assert "其他营业部" in found
    for address in ("", "requests/new/", "case/"):
        assert counter.get(f"/retention/clients/{of_another_branch.pk}/{address}").status_code == 404
    assert counter.post(f"/retention/clients/{of_another_branch.pk}/requests/new/", WISH).status_code == 404
    answer = over_the_api(counter, client_no=of_another_branch.client_no)
    assert answer.status_code == 400
    assert "其他营业部" in answer.json()["client_no"][0]
    assert not LeavingRequest.objects.exists()


def test_an_account_that_is_closed_already(counter: Browser, client_of_home: Client) -> None:
    Client.objects.filter(pk=client_of_home.pk).update(status=ClientStatus.CLOSED)
    page = counter.post(f"/retention/clients/{client_of_home.pk}/requests/new/", WISH)
    assert page.status_code == 422
    answer = over_the_api(counter)
    assert answer.status_code == 400
    for words in (page.content.decode(), answer.json()["client_no"][0]):
        assert "该客户账户已销户" in words
        assert "请核对客户号" in words
    assert not LeavingRequest.objects.exists()
    console = counter.get(f"/retention/clients/{client_of_home.pk}/").content.decode()
    assert "requests/new" not in console


def test_the_same_request_again(counter: Browser, client_of_home: Client) -> None:
    address = f"/retention/clients/{client_of_home.pk}/requests/new/"
    first = counter.post(address, WISH)
    again = counter.post(address, WISH, follow=True)
    assert again.redirect_chain == [(first["Location"], 302)]
    assert "该申请已受理，见下" in again.content.decode()
    answer = over_the_api(counter)
    assert (answer.status_code, answer.json()["id"]) == (200, LeavingRequest.objects.get().pk)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (lambda: timezone.now() + timedelta(hours=2), "晚于现在"),
        (lambda: timezone.now() - timedelta(days=400), "请核对年份"),
        (lambda: "0001-01-01T00:00:00Z", "请核对年份"),
    ],
)
@pytest.mark.parametrize("field", ["applied_at", "settled_at"])
def test_a_moment_that_cannot_be(
    counter: Browser, client_of_home: Client, field: str, moment: Callable[[], Any], words: str
) -> None:
    answer = over_the_api(counter, **{field: moment()})
    assert answer.status_code == 400
    assert words in answer.json()[field][0]
    assert not LeavingRequest.objects.exists()


def test_the_clock_across_a_year_that_is_not_published(counter: Browser, client_of_home: Client) -> None:
    TradingDay.objects.filter(day__gt=date(2026, 12, 31)).delete()
    with time_machine.travel(LAST_EVENING):
        counter.force_login(Staff.objects.get(role="counter"), backend="django.contrib.auth.backends.ModelBackend")
        page = counter.post(f"/retention/clients/{client_of_home.pk}/requests/new/", WISH, follow=True).content.decode()
        answer = over_the_api(counter, kind="transfer", settled_at=LAST_EVENING)
        done = counter.post(f"/api/v1/leaving-requests/{answer.json()['id']}/completion/").json()
    assert "交易日历" in page
    assert "01-04" in page, "Friday, which is New Year's Day, still counts by the weekday rule"
    assert answer.json()["due_provisional"] is True
    assert done["state"] == "done"
