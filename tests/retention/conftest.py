from __future__ import annotations

import pytest

from clients.models import Client
from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def client_of_home(cast: Cast) -> Client:
    """Served by the advisor of the cast."""
    return Client.objects.create(branch=cast.home, client_no="80000001", name="李建军", advisor=cast.advisor_profile)
