"""Fixtures every test may use: the servers here, a real browser and a real worker in tests/fixtures/."""

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from hypothesis import HealthCheck, settings

from branch_crm.embedded import hold

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
def django_db_setup(django_db_setup: None) -> None:
    """Every connection knows the rows of the migrations: while the browser's event loop runs, Django opens others."""
    connection = connections[DEFAULT_DB_ALIAS]
    contents = getattr(connection, "_test_serialized_contents", None)
    if contents is not None:
        type(connection)._test_serialized_contents = contents  # type: ignore[attr-defined]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that commit find the rows of the migrations (the trading calendar) too, although tables are emptied."""
    for item in items:
        names = getattr(item, "fixturenames", [])
        marker = item.get_closest_marker("django_db")
        commits = {"transactional_db", "live_server"} & set(names) or (marker and marker.kwargs.get("transaction"))
        if commits and "django_db_serialized_rollback" not in names:
            names.append("django_db_serialized_rollback")
