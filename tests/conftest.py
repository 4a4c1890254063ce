"""Fixtures every test may use: the servers here, a real browser and a real worker in tests/fixtures/."""

import pytest

from branch_crm.embedded import hold

pytest_plugins = ["tests.fixtures.browser", "tests.fixtures.worker"]


@pytest.fixture(scope="session")
def servers() -> None:
    """PostgreSQL and Valkey answer. Started by the first test that needs the database, stopped after the run."""
    if hold.needed():
        hold.hold()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: None, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django calls this right before it makes the test database."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that commit find the rows of the migrations (the trading calendar) too, although tables are emptied."""
    for item in items:
        names = getattr(item, "fixturenames", [])
        marker = item.get_closest_marker("django_db")
        commits = {"transactional_db", "live_server"} & set(names) or (marker and marker.kwargs.get("transaction"))
        if commits and "django_db_serialized_rollback" not in names:
            names.append("django_db_serialized_rollback")
