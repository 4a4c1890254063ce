"""What leaves the house: only to hosts that may hear it, only counts, tried again, given up, sent again."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.test import Client
from django.utils import timezone

from branch_crm.core.models import Notification
from branch_crm.wecom import address
from branch_crm.wecom.address import Refused, read_webhook, resolve
from branch_crm.wecom.deliver import PAUSES, deliver
from branch_crm.wecom.models import WecomMessage
from branch_crm.wecom.outbox import put, send_again
from tests.cast import Cast, make_cast

OFFICIAL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secret"
OK = (200, {}, {"errcode": 0, "errmsg": "ok"})


@dataclass
class Robot:
    """A WeCom of our own: answers as it is told, remembers what it heard."""

    port: int
    answers: list[tuple[int, dict[str, str], object]] = field(default_factory=list)
    heard: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)


@pytest.fixture
def robot(settings: object) -> Iterator[Robot]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            robot.heard.append((self.path, self.headers["Host"], body))
            status, headers, answer = robot.answers.pop(0) if robot.answers else OK
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode() if answer is not None else b"<html>")

        do_GET = do_POST

        def log_message(self, *args: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    robot = Robot(server.server_port)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.WECOM_WEBHOOK_URL = f"http://relay.test:{robot.port}/send?key=secret"
    settings.WECOM_ALLOWED_HOSTS = ["relay.test"]
    yield robot
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Who lies where; nothing is looked up outside this machine."""
    known = {"relay.test": ["127.0.0.1"], "qyapi.weixin.qq.com": ["1.1.1.1"]}

    real = socket.getaddrinfo

    def look_up(host: str, port: int, *more: object, **named: object) -> list[tuple[object, ...]]:
        if host[0].isdigit():
            # The library asks for nothing but the address that was checked.
            return real(host, port, *more, **named)  # type: ignore[arg-type,return-value]
        if host not in known:
            raise socket.gaierror("unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (where, port)) for where in known[host]]

    monkeypatch.setattr(address.socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def message(cast: Cast, key: str = "morning:1") -> WecomMessage:
    put_in = put(branch=cast.home, key=key, title="This morning", counts=[("due", 12), ("overdue", 3)], path="/")
    assert put_in is not None
    return put_in


def due_again() -> None:
    WecomMessage.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("url", "allowed", "why"),
    [
        ("https://example.com/send?key=secret", [], "not in WECOM_ALLOWED_HOSTS"),
        ("https://qyapi.weixin.qq.com.example.com/send", [], "not in WECOM_ALLOWED_HOSTS"),
        (OFFICIAL, ["relay.test"], "not in WECOM_ALLOWED_HOSTS"),
        ("http://qyapi.weixin.qq.com/send?key=secret", [], "https"),
        ("https://qyapi.weixin.qq.com@example.com/send", [], "not an address"),
        ("ftp://relay.test/send", ["relay.test"], "not an address"),
        ("https://relay.test:port/send", ["relay.test"], "not an address"),
        ("secret", [], "not an address"),
    ],
)
def test_an_address_that_may_not_be_used(url: str, allowed: list[str], why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        read_webhook(url, allowed)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "where", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "::1", "::ffff:10.0.0.1"]
)
def test_wecoms_own_host_never_lies_in_the_private_network(names: dict[str, list[str]], where: str) -> None:
    assert resolve(read_webhook(OFFICIAL, [])) == "1.1.1.1"
    names["qyapi.weixin.qq.com"] = ["1.1.1.1", where]
    with pytest.raises(Refused, match="private"):
        resolve(read_webhook(OFFICIAL, []))
    # Named by hand it may be a relay.
    assert resolve(read_webhook(OFFICIAL, ["qyapi.weixin.qq.com"]))


def test_without_encryption_only_inside_the_house(names: dict[str, list[str]]) -> None:
    names["relay.test"] = ["1.1.1.1"]
    with pytest.raises(Refused, match="https"):
        resolve(read_webhook("http://relay.test/send", ["relay.test"]))


def test_a_message_arrives_as_it_stands_in_the_table(cast: Cast, robot: Robot, settings: object) -> None:
    settings.SITE_URL = "https://crm.test/"
    put_in = message(cast)
    assert message(cast).pk == put_in.pk
    assert deliver() == {"sent": 1, "failed": 0}
    assert deliver() == {"sent": 0, "failed": 0}
    put_in.refresh_from_db()
    assert (put_in.state, put_in.attempts, put_in.error) == ("sent", 1, "")
    heard = {"msgtype": "markdown", "markdown": {"content": put_in.text}}
    assert robot.heard == [("/send?key=secret", f"relay.test:{robot.port}", heard)]
    assert put_in.text.splitlines()[1:3] == ["> due: **12**", "> overdue: **3**"]
    assert put_in.text.endswith("(https://crm.test/)")


def test_only_counts_get_in_and_nothing_while_it_is_off(cast: Cast, robot: Robot, settings: object) -> None:
    for wrong in ("张建国", 1.5, True):
        with pytest.raises(ValueError, match="whole numbers"):
            put(branch=cast.home, key="x", title="t", counts=[("due", wrong)], path="/")
    with pytest.raises(ValueError, match="2048"):
        put(branch=cast.home, key="x", title="长" * 700, counts=[], path="/")
    settings.WECOM_WEBHOOK_URL = ""
    assert put(branch=cast.home, key="x", title="t", counts=[], path="/") is None
    assert deliver() == {"sent": 0, "failed": 0}
    assert not WecomMessage.objects.exists()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((500, {}, {}), "HTTP 500"),
        ((200, {}, {"errcode": 45009, "errmsg": "secret"}), "errcode 45009"),
        ((200, {}, None), "not an answer of WeCom"),
        ((200, {}, ["errcode"]), "not an answer of WeCom"),
    ],
)
def test_a_failure_waits_longer_and_longer_and_is_then_given_up(
    cast: Cast, robot: Robot, answer: tuple[int, dict[str, str], object], error: str
) -> None:
    first, second = message(cast), message(cast, "morning:2")
    robot.answers = [answer] * (len(PAUSES) + 1)
    for pause in PAUSES:
        before = timezone.now()
        assert deliver() == {"sent": 0, "failed": 1}
        first.refresh_from_db()
        assert (first.state, first.error) == ("waiting", error)
        assert first.next_try_at - before >= timedelta(minutes=pause)
        WecomMessage.objects.filter(pk=first.pk).update(next_try_at=timezone.now())
    assert deliver()["failed"] == 1
    first.refresh_from_db()
    assert (first.state, first.attempts) == ("dead", len(PAUSES) + 1)
    assert Notification.objects.get().recipient == cast.admin
    # The next one was not lost behind it.
    assert deliver() == {"sent": 1, "failed": 0}
    second.refresh_from_db()
    assert second.state == "sent"


def test_a_redirect_is_not_followed(cast: Cast, robot: Robot) -> None:
    put_in = message(cast)
    robot.answers = [(302, {"Location": f"http://127.0.0.1:{robot.port}/elsewhere"}, {})]
    assert deliver() == {"sent": 0, "failed": 1}
    put_in.refresh_from_db()
    assert (put_in.state, put_in.error) == ("dead", "the host answers with a redirect (302)")
    assert len(robot.heard) == 1


def test_nobody_listens_and_nothing_tells_the_key(cast: Cast, robot: Robot, settings: object, caplog: object) -> None:
    put_in = message(cast)
    settings.WECOM_WEBHOOK_URL = "http://relay.test:9/send?key=secret"
    with caplog.at_level(logging.DEBUG):
        assert deliver() == {"sent": 0, "failed": 1}
        settings.WECOM_WEBHOOK_URL = f"http://relay.test:{robot.port}/send?key=secret"
        due_again()
        logging.getLogger("urllib3").setLevel(logging.WARNING)
        assert deliver() == {"sent": 1, "failed": 0}
    put_in.refresh_from_db()
    assert "secret" not in caplog.text


def test_a_host_that_moved_into_the_house_is_refused_at_sending(
    cast: Cast, settings: object, names: dict[str, list[str]]
) -> None:
    settings.WECOM_WEBHOOK_URL, settings.WECOM_ALLOWED_HOSTS = OFFICIAL, []
    names["qyapi.weixin.qq.com"] = ["10.0.0.5"]
    put_in = message(cast)
    assert deliver() == {"sent": 0, "failed": 1}
    put_in.refresh_from_db()
    assert (put_in.state, put_in.error) == ("dead", "the host lies in the private network")


def test_a_worker_that_died_while_sending_leaves_the_message(cast: Cast, robot: Robot) -> None:
    put_in = message(cast)
    WecomMessage.objects.filter(pk=put_in.pk).update(attempts=1, next_try_at=timezone.now() + timedelta(minutes=1))
    assert deliver() == {"sent": 0, "failed": 0}
    due_again()
    assert deliver() == {"sent": 1, "failed": 0}


def test_the_administrator_sends_it_again(cast: Cast, robot: Robot) -> None:
    put_in = message(cast)
    WecomMessage.objects.update(state="dead", attempts=6, error="HTTP 500")
    browser = Client()
    browser.force_login(cast.admin, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get("/wecom/").content.decode()
    assert "HTTP 500" in page
    assert "relay.test" in page
    assert "secret" not in page
    browser.post(f"/wecom/{put_in.pk}/again/")
    assert not send_again(message=put_in, actor=cast.admin)
    browser.post("/wecom/test/")
    assert deliver() == {"sent": 2, "failed": 0}
