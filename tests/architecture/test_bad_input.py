"""Nothing that can be typed into an address or a form makes a page stumble: a clear answer, never a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.architecture.access_table import TABLE
from tests.architecture.world import World, make_world

pytestmark = pytest.mark.django_db

#: Names of fields and parameters that pages read, with what a careless link, a tired hand or a scanner puts there.
NAMES = [
    "action", "actor", "advisor", "after", "all", "answers_1", "as_of", "before",
    "branch", "client", "client_no", "columns", "confirmed", "dataset", "day", "decision",
    "drop_conflicts", "effective_on", "ends", "event", "fairness", "field", "file_format", "files",
    "from", "header", "held_on", "hours", "include_pending", "is_shared", "kind", "monthly_hours",
    "name", "next", "note", "on", "page", "part", "persona", "pk",
    "place", "purpose", "q", "query", "quiet_days", "reason", "revision", "role",
    "rows", "scope", "seen", "skills", "sort", "starts", "state", "status",
    "switch_penalty", "tab", "tier", "tier_from", "tier_to", "title", "to", "until",
    "username", "value", "valid_from", "version", "view",
]  # fmt: skip
JUNK = [
    "",
    "abc",
    "-1",
    "9" * 40,
    "²",
    "\u0663",
    "1e400",
    "NaN",
    "9999-99-99",
    "0001-01-01",
    "%00'\"<",
    "\x00",
    "张" * 500,
]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world(tmp_path_factory.mktemp("downloads"))
        transaction.set_rollback(True)


@pytest.mark.parametrize("junk", JUNK, ids=lambda text: ascii(text[:8]))
def test_no_page_stumbles(world: World, junk: str) -> None:
    browsers: dict[str, Client] = {}
    wrong = {}
    for name, row in TABLE.items():
        for method, roles in row.methods.items():
            who = min(roles - {"stranger"}, key=lambda role: (role != "director", role))
            if who not in browsers:
                browsers[who] = Client(raise_request_exception=False)
                browsers[who].force_login(world.cast.staff[who], backend="django.contrib.auth.backends.ModelBackend")
            address = reverse(name, kwargs=world.arguments(row.record)[0])
            given = dict.fromkeys(NAMES, junk)
            with transaction.atomic():
                status = getattr(browsers[who], method)(address, given).status_code if method in {"get", "post"} else 0
                transaction.set_rollback(True)
            if status >= 500:
                wrong[f"{method} {name}"] = status
    assert wrong == {}
