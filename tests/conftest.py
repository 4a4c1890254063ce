"""Fixtures every test may use: the servers here, a real browser and a real worker in tests/fixtures/."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from hypothesis import HealthCheck, settings

from branch_crm.embedded import hold
from tests.fixtures import first_rows

# A loaded machine draws slowly; that says nothing about the product, and no test asserts a time.
settings.register_profile("any_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_machine")

pytest_plugins = ["tests.fixtures.browser", "tests.fixtures.worker"]


@pytest.fixture(scope="session")
def servers() -> None:
    """PostgreSQL and Valkey answer. Started by the first test that needs the database, stopped after the run."""
    if hold.needed():
        hold.hold()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: None, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django calls this right before it makes the test database."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The rows of the migrations are kept aside; a run that was killed left others."""
    connection = connections[DEFAULT_DB_ALIAS]
    # Nothing for Django to restore, and so neither does it write rows of its own after emptying the tables. On the class:
    # while the browser's event loop runs, Django opens other connections.
    vars(connection).pop("_test_serialized_contents", None)
    type(connection)._test_serialized_contents = "[]"  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        first_rows.keep()
        first_rows.start_over()


@pytest.fixture
def rows_of_migrations(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """First of a committing test's fixtures, so undone last: what was emptied after the test is filled again."""
    yield
    with django_db_blocker.unblock():
        first_rows.put_back()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that commit leave the rows of the migrations to the next test, of whichever kind."""
    for item in items:
        names = getattr(item, "fixturenames", [])
        marker = item.get_closest_marker("django_db")
        if {"transactional_db", "live_server"} & set(names) or (marker and marker.kwargs.get("transaction")):
            names[:0] = ["rows_of_migrations", "django_db_serialized_rollback"]
