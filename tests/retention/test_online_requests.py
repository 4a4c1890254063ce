"""The online channel: signed, safe to send again, and refused with a clear word."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, ClientStatus
from retention.domain.signature import is_genuine, sign
from retention.models import LeavingRequest
from retention.services.watch_clocks import watch_clocks
from tests.cast import Cast

SECRET = "a secret of the channel"


@pytest.fixture(autouse=True)
def channel(settings: Any, cast: Cast) -> None:
    settings.ONLINE_REQUEST_SECRETS = {cast.home.code: SECRET}


def send(code: str, message: dict[str, Any] | str, *, secret: str = SECRET, age: int = 0) -> Any:
    body = message.encode() if isinstance(message, str) else json.dumps(message, default=str).encode()
    at = int(time.time()) - age
    return Browser(enforce_csrf_checks=True).post(
        f"/api/v1/online-requests/{code}/",
        data=body,
        content_type="application/json",
        headers={"X-Timestamp": str(at), "X-Signature": sign(secret, at=at, body=body)},
    )


def message(**changed: Any) -> dict[str, Any]:
    return {"number": "N-1", "client_no": "80000001", "kind": "closing", "applied_at": timezone.now(), **changed}


def test_a_signed_request_is_taken_in_once(cast: Cast, client_of_home: Client) -> None:
    first = send(cast.home.code, message(settled_at=timezone.now()))
    assert first.status_code == 201, first.content
    assert first.json()["due_at"]
    again = send(cast.home.code, message())
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    request = LeavingRequest.objects.get()
    assert (request.origin, request.entered_by, request.client) == ("online", None, client_of_home)


def test_a_client_who_declines_to_talk_says_so_at_once(cast: Cast, client_of_home: Client) -> None:
    assert send(cast.home.code, message(declines_talk=True)).status_code == 201
    assert LeavingRequest.objects.get().declined_talk_at is not None


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"client_no": "99999999"}, 404, "detail"),
        ({"client_no": ""}, 400, "client_no"),
        ({"kind": "gift"}, 400, "kind"),
        ({"applied_at": "2999-01-01T00:00:00+08:00"}, 400, "applied_at"),
        ({"number": "x" * 65}, 400, "number"),
        ({"number": "a\x00b"}, 400, "number"),
    ],
)
def test_what_is_wrong_is_named(
    cast: Cast, client_of_home: Client, changed: dict[str, Any], status: int, field: str
) -> None:
    answer = send(cast.home.code, message(**changed))
    assert answer.status_code == status
    assert field in answer.json()
    assert not LeavingRequest.objects.exists()


def test_a_closed_account_is_told_so(cast: Cast, client_of_home: Client) -> None:
    Client.objects.filter(pk=client_of_home.pk).update(status=ClientStatus.CLOSED)
    assert send(cast.home.code, message()).status_code == 409


def test_nobody_without_the_secret_gets_in(cast: Cast, client_of_home: Client) -> None:
    assert send(cast.home.code, message(), secret="another").status_code == 401
    assert send(cast.home.code, message(), age=3600).status_code == 401
    assert send(cast.away.code, message()).status_code == 401
    assert send("unknown", message()).status_code == 401
    assert Browser().post(f"/api/v1/online-requests/{cast.home.code}/", data={}).status_code == 401
    assert not LeavingRequest.objects.exists()


def test_the_channel_of_one_branch_knows_no_client_of_another(cast: Cast, settings: Any) -> None:
    settings.ONLINE_REQUEST_SECRETS = {cast.away.code: SECRET}
    Client.objects.create(branch=cast.home, client_no="80000009", name="赵海燕")
    assert send(cast.away.code, message(client_no="80000009")).status_code == 404


def test_what_is_no_json_or_too_long_is_refused(cast: Cast, client_of_home: Client) -> None:
    assert send(cast.home.code, "not json").status_code == 400
    assert send(cast.home.code, "[1, 2]").status_code == 400
    assert send(cast.home.code, "x" * 20_000).status_code == 413


@pytest.mark.parametrize("stamp", ["", "-1", "1e3", "9" * 40, "１２３"])
def test_malformed_times_are_not_genuine(stamp: str) -> None:
    assert not is_genuine(SECRET, stamp=stamp, signature="00", body=b"", now=0)


def test_a_request_at_ten_to_five_before_the_holiday_is_due_after_it(cast: Cast, client_of_home: Client) -> None:
    """National Day 2026: the exchanges are shut from 1 to 7 October; the first two sessions are the 8th and the 9th."""
    asked = "2026-09-30T16:50:00+08:00"
    with time_machine.travel(datetime.fromisoformat(asked) + timedelta(seconds=20)):
        answer = send(cast.home.code, message(applied_at=asked, settled_at=asked))
        sent_again = send(cast.home.code, message(applied_at=asked, settled_at=asked))
    assert (answer.status_code, sent_again.status_code) == (201, 200)
    assert answer.json()["due_provisional"] is False
    due = datetime.fromisoformat(answer.json()["due_at"].replace("Z", "+00:00"))
    assert timezone.localtime(due).isoformat() == "2026-10-09T15:00:00+08:00"
    page = Browser()
    with time_machine.travel(datetime(2026, 10, 3, 11, tzinfo=timezone.get_default_timezone())):
        page.force_login(cast.counter, backend="django.contrib.auth.backends.ModelBackend")
        shown = page.get(f"/retention/requests/{answer.json()['id']}/").content.decode()
        listed = page.get("/retention/requests/").content.decode()
        console = page.get(f"/retention/clients/{client_of_home.pk}/").content.decode()
        assert watch_clocks() == 0, "nobody is warned in the holiday"
    assert "10-08" in shown
    assert all("10-09 15:00" in text for text in (shown, listed, console))
