"""The cast, and a branch with some more advisors."""

import pytest

from advisors.models import Advisor
from tests.cast import Cast, make_cast, profile


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def team(cast: Cast) -> list[Advisor]:
    """Six advisors of the home branch: 李文 and 王芳 of the cast, and four more."""
    more = [profile(cast.home, f"00{at}", name) for at, name in enumerate(("赵一", "钱二", "孙三", "周四"), start=11)]
    return [cast.advisor_profile, cast.colleague_profile, *more]
