"""Fixtures every test may use: the servers, a real worker, a real browser."""

import pytest

from branch_crm.embedded import hold


@pytest.fixture(scope="session")
def servers() -> None:
    """PostgreSQL and Valkey answer. Started by the first test that needs the database, stopped after the run."""
    if hold.needed():
        hold.hold()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: None, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django calls this right before it makes the test database."""
