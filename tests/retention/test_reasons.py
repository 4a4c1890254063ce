"""The list of reasons: two levels, both languages, the firm's own for every branch."""

from __future__ import annotations

import pytest
from django.utils import translation

from retention.models import Reason
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


def test_every_reason_has_both_languages_and_at_most_one_parent() -> None:
    reasons = list(Reason.objects.select_related("parent"))
    assert len(reasons) > 30
    assert all(reason.name_zh and reason.name_en for reason in reasons)
    assert all(reason.parent is None or reason.parent.parent_id is None for reason in reasons)


def test_the_firms_list_is_everybodys_and_a_branchs_own_is_not() -> None:
    cast = make_cast()
    own = Reason.objects.create(branch=cast.home, code="own", name_zh="本部自设", name_en="Our own")
    away = Reason.objects.create(branch=cast.away, code="own", name_zh="别处自设", name_en="Theirs")
    seen = Reason.objects.visible_to(cast.counter)
    assert own in seen and away not in seen
    assert seen.filter(code="rate").exists()


def test_it_is_named_in_the_readers_language() -> None:
    rate = Reason.objects.get(code="rate")
    assert rate.name == "佣金"
    with translation.override("en"):
        assert rate.name == "Commission"
