import pytest

from allocation.models import Plan
from tests.allocation.branch import ScoredBranch, adopted, solved_plan
from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def ready(cast: Cast) -> ScoredBranch:
    """60 clients, 4 advisors, holders taken over from the counter system."""
    return adopted(cast)


@pytest.fixture
def plan(ready: ScoredBranch) -> Plan:
    """A proposal over the whole branch."""
    return solved_plan(ready)
