"""The API keeps its word: the schema is valid, and no input makes the server stumble."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings

from tests.architecture.world import make_world

pytestmark = pytest.mark.django_db

#: Inputs tried on each operation; every one is undone.
CASES = settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def director(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """Signed in: a stranger's write is a 403 that proves nothing."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world(tmp_path_factory.mktemp("downloads"))
        browser = Client(raise_request_exception=False)
        browser.force_login(world.cast.director, backend="django.contrib.auth.backends.ModelBackend")
        yield browser
        transaction.set_rollback(True)


def test_the_schema_is_valid_and_complete() -> None:
    """Every field and answer is described; drf-spectacular warns where it had to guess."""
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_no_input_makes_the_server_stumble(director: Client) -> None:
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 40
    stumbled: list[str] = []
    for operation in operations:
        try_inputs(director, operation, stumbled)
    assert not stumbled, "\n".join(stumbled)


def try_inputs(browser: Client, operation: Any, stumbled: list[str]) -> None:
    @CASES
    @given(case=operation.as_strategy())
    def attempt(case: Any) -> None:
        with transaction.atomic():
            status = send(browser, case)
            transaction.set_rollback(True)
        if status >= 500:
            stumbled.append(f"{status} {operation.label} {case.path_parameters} {case.query} {str(case.body)[:200]}")

    attempt()


def send(browser: Client, case: Any) -> int:
    query = urlencode(case.query or {}, doseq=True)
    address = f"{case.formatted_path}?{query}" if query else case.formatted_path
    body = case.body if isinstance(case.body, dict | list | str | int | float | bool) else {}
    content = DjangoJSONEncoder(ensure_ascii=True).encode(body)
    return browser.generic(case.method, address, content, content_type="application/json").status_code
