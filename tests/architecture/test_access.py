"""Who gets in where: every address x every role x own and foreign records. A new address must be entered in the table."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.architecture.access_table import PUBLIC, TABLE, Row
from tests.architecture.urls import own_url_names
from tests.architecture.world import World, make_world

pytestmark = pytest.mark.django_db

REFUSED = {401, 403, 404}
#: A POST without a body is answered with what is missing, not with a refusal.
#: 286 is how an htmx poll is told to stop.
LET_IN = {200, 201, 202, 204, 286, 302, 400, 409, 422}


@pytest.fixture
def world() -> World:
    return make_world()


def test_every_address_is_in_the_table():
    missing = own_url_names() - TABLE.keys() - PUBLIC
    assert not missing, f"enter these addresses in tests/architecture/access_table.py: {sorted(missing)}"


def test_the_table_has_no_address_that_is_gone():
    assert not (TABLE.keys() | PUBLIC) - own_url_names()


def answer(user: object, name: str, row: Row, arguments: dict[str, object]) -> int:
    browser = Client(raise_request_exception=True)
    if user is not None:
        browser.force_login(user)
    return getattr(browser, row.method)(reverse(name, kwargs=arguments)).status_code


@pytest.mark.parametrize("name", sorted(TABLE))
def test_access(name: str, world: World):
    row = TABLE[name]
    wrong = {}
    for who, user in world.cast.staff.items():
        own, foreign = world.arguments(row.record)  # a deed may have used the record up
        status = answer(user, name, row, own)
        expected = LET_IN if who in row.roles else REFUSED
        if status not in expected:
            wrong[who] = status
    if row.record and row.foreign:
        for who in row.roles - {"admin"}:
            status = answer(world.cast.staff[who], name, row, foreign)
            if status != 404:
                wrong[f"{who} on the other branch's record"] = status
    status = answer(None, name, row, own)
    if status not in {302, 401, 403}:
        wrong["nobody"] = status
    assert not wrong, f"{name}: {wrong}"


@pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if row.method == "post"))
def test_writing_by_get_is_refused(name: str, world: World):
    row = TABLE[name]
    own, _foreign = world.arguments(row.record)
    browser = Client()
    browser.force_login(world.cast.staff[sorted(row.roles)[0]])
    status = browser.get(reverse(name, kwargs=own)).status_code
    assert status == 405 or row.also_get


@pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if row.method == "post"))
def test_writing_without_the_token_is_refused(name: str, world: World):
    row = TABLE[name]
    own, _foreign = world.arguments(row.record)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.cast.staff[sorted(row.roles)[0]])
    assert browser.post(reverse(name, kwargs=own)).status_code == 403
