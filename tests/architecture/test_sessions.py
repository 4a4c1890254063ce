"""How long a sign-in lasts, and what ends it (OWASP ASVS 7.2.4, 7.3.1, 7.4.2). The lock-out itself: tests/face."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from tests.cast import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db

HOME = reverse("home")


@pytest.fixture
def cast() -> Cast:
    # allauth's own limits count in the cache, over test runs.
    cache.clear()
    return make_cast()


def sign_in(browser: Client, username: str, password: str = PASSWORD) -> int:
    return browser.post(reverse("account_login"), {"login": username, "password": password}).status_code


@pytest.fixture
def director(client: Client, cast: Cast) -> Client:
    assert sign_in(client, "director") == 302
    return client


def is_in(browser: Client) -> bool:
    return browser.get(HOME).status_code == 200


def test_an_idle_session_ends(director: Client) -> None:
    start = timezone.now()
    with travel(start, tick=False) as clock:
        assert is_in(director)
        clock.shift(timedelta(seconds=settings.SESSION_IDLE_SECONDS - 5))
        assert is_in(director)
        clock.shift(timedelta(seconds=settings.SESSION_IDLE_SECONDS - 5))
        assert is_in(director)
        clock.shift(timedelta(seconds=settings.SESSION_IDLE_SECONDS + 65))
        assert not is_in(director)


def test_polls_do_not_keep_a_session_alive(director: Client) -> None:
    start = timezone.now()
    with travel(start, tick=False) as clock:
        assert is_in(director)
        for _minute in range(settings.SESSION_IDLE_SECONDS // 60 + 2):
            clock.shift(timedelta(minutes=1))
            director.get(reverse("running_jobs"), headers={"X-Poll": "1"})
        assert not is_in(director)


def test_a_session_has_an_end_even_in_use(director: Client) -> None:
    with travel(timezone.now(), tick=False) as clock:
        for _step in range(settings.SESSION_COOKIE_AGE // 1200 + 2):
            clock.shift(timedelta(minutes=20))
            director.get(HOME)
        assert not is_in(director)


def test_a_sign_in_makes_a_new_session(client: Client, cast: Cast) -> None:
    client.post(reverse("preferences"), {"language": "en", "next": "/"})
    client.get(reverse("account_login"))
    before = client.session.session_key
    sign_in(client, "director")
    assert client.session.session_key != before
    kept = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert not is_in(thief)


def test_a_disabled_account_is_out_at_once(director: Client, cast: Cast) -> None:
    assert is_in(director)
    cast.director.is_active = False
    cast.director.save()
    assert not is_in(director)
    again = Client()
    sign_in(again, "director")
    assert not is_in(again)


def test_a_lock_out_hits_one_account(cast: Cast) -> None:
    for _attempt in range(5):
        sign_in(Client(), "director", "wrong-password")
    assert sign_in(Client(), "director") == 429
    assert sign_in(Client(), "counter") == 302


def test_the_session_cookie_is_out_of_reach_of_scripts(director: Client) -> None:
    cookie = director.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
