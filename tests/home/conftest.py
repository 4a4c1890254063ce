"""The branch of the home pages' tests."""

import pytest
from django.core.cache import cache

from clients.models import Client
from tests.cast import Cast, make_cast
from tests.home.branch import moved_branch


@pytest.fixture
def cast(db: None) -> Cast:
    """Keys of an earlier test run are the same: what it counted must not be taken for this one's."""
    cache.clear()
    return make_cast()


@pytest.fixture
def clients(cast: Cast) -> dict[str, Client]:
    return moved_branch(cast)
