"""Who gets in where: every address x every role x own and foreign records. A new address must be entered in the table.

The world is built once for the module; every request is undone after its answer, so no deed uses a record up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.architecture.access_table import PUBLIC, TABLE
from tests.architecture.urls import own_url_names
from tests.architecture.world import World, make_world
from tests.cast import Cast

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
REFUSED = {401, 403, 404}
#: A POST without a body is answered with what is missing, not with a refusal.
#: 286 is how an htmx poll is told to stop.
LET_IN = {200, 201, 202, 204, 286, 302, 400, 409, 422}
#: Records that hang on a client: an advisor gets at them only while holding the client.
OF_A_CLIENT = {name for name, row in TABLE.items() if row.record in {"client", "client_trades"}}
WRITING = [
    (name, method, sorted(roles)[0])
    for name, row in sorted(TABLE.items())
    for method, roles in row.methods.items()
    if method != "get"
]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world(tmp_path_factory.mktemp("downloads"))
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def signed_in(world: World) -> dict[str, Client]:
    browsers = {}
    for who, staff in world.cast.staff.items():
        browsers[who] = Client()
        browsers[who].force_login(staff, backend=BACKEND)
    return browsers


def ask(browser: Client, method: str, name: str, arguments: dict[str, Any], query: str = "") -> int:
    """The status of the answer; whatever the request changed is undone."""
    with transaction.atomic():
        address = reverse(name, kwargs=arguments)
        status: int = getattr(browser, method)(f"{address}?{query}" if query else address).status_code
        transaction.set_rollback(True)
    return status


def test_every_address_is_in_the_table() -> None:
    missing = own_url_names() - TABLE.keys() - PUBLIC
    assert not missing, f"enter these addresses in tests/architecture/access_table.py: {sorted(missing)}"


def test_the_table_has_no_address_that_is_gone() -> None:
    assert not (TABLE.keys() | PUBLIC) - own_url_names()


def test_the_table_names_people_of_the_cast() -> None:
    named = {who for row in TABLE.values() for roles in row.methods.values() for who in roles}
    assert named == set(Cast.NAMES)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_access(name: str, world: World, signed_in: dict[str, Client]) -> None:
    row = TABLE[name]
    own, _foreign = world.arguments(row.record)
    wrong = {}
    for method, roles in row.methods.items():
        for who, browser in signed_in.items():
            status = ask(browser, method, name, own, row.query)
            if status not in (LET_IN if who in roles else REFUSED):
                wrong[f"{method} by {who}"] = status
        status = ask(Client(), method, name, own, row.query)
        if status not in {302, 401, 403}:
            wrong[f"{method} by nobody"] = status
    assert not wrong, f"{name}: {wrong}"


@pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if row.record and row.foreign))
def test_the_other_branch_does_not_exist(name: str, world: World, signed_in: dict[str, Client]) -> None:
    """404, not 403: nobody learns that a record is there (the firm's administrator stands above the branches)."""
    row = TABLE[name]
    own, foreign = world.arguments(row.record)
    wrong = {}
    for method, roles in row.methods.items():
        for who in sorted(roles - {"admin"}):
            if (status := ask(signed_in[who], method, name, foreign, row.query)) != 404:
                wrong[f"{method} by {who}"] = status
        if "director" in roles and (status := ask(signed_in["stranger"], method, name, own, row.query)) != 404:
            wrong[f"{method} by stranger"] = status
    assert not wrong, f"{name}: {wrong}"


@pytest.mark.parametrize("name", sorted(OF_A_CLIENT))
def test_clients_of_others_do_not_exist_for_an_advisor(name: str, world: World, signed_in: dict[str, Client]) -> None:
    row = TABLE[name]
    own, _foreign = world.arguments(row.record)
    newcomer = {**own, "pk": world.home.newcomer.pk}
    refusal = 404 if "advisor" in row.roles else 403
    for method in row.methods:
        assert ask(signed_in["colleague"], method, name, own, row.query) == refusal
        assert ask(signed_in["advisor"], method, name, newcomer, row.query) == refusal


def test_a_line_belongs_to_its_plan(world: World, signed_in: dict[str, Client]) -> None:
    """A record inside a record is looked for inside it: the other branch's move under one's own plan is not there."""
    own, foreign = world.arguments("line")
    crossed = {"pk": own["pk"], "line": foreign["line"]}
    other_client = {"pk": own["pk"], "client": world.away.client.pk}
    for name, arguments in [
        ("line_card", crossed),
        ("redirect_effect", crossed),
        ("line_decision", crossed),
        ("explain", other_client),
    ]:
        method = TABLE[f"allocation:{name}"].method
        assert ask(signed_in["director"], method, f"allocation:{name}", arguments) == 404, name


def test_refused_roles_are_refused_with_every_method(world: World, signed_in: dict[str, Client]) -> None:
    wrong = {}
    for name, row in TABLE.items():
        own, _foreign = world.arguments(row.record)
        for who in signed_in.keys() - row.roles:
            tried = {"post", "put", "patch", "delete"} if name.startswith("api:") else {"post"}
            for method in tried - row.methods.keys():
                if (status := ask(signed_in[who], method, name, own)) not in REFUSED | {405}:
                    wrong[f"{method} {name} by {who}"] = status
    assert not wrong


@pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if row.method == "post"))
def test_writing_by_get_is_refused(name: str, world: World, signed_in: dict[str, Client]) -> None:
    own, _foreign = world.arguments(TABLE[name].record)
    assert ask(signed_in[sorted(TABLE[name].roles)[0]], "get", name, own) == 405


@pytest.mark.parametrize(("name", "method", "who"), WRITING)
def test_writing_without_the_token_is_refused(name: str, method: str, who: str, world: World) -> None:
    row = TABLE[name]
    own, _foreign = world.arguments(row.record)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.cast.staff[who], backend=BACKEND)
    assert ask(browser, method, name, own, row.query) == 403
