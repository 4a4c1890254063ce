"""Whatever ran before, a test finds what the migrations wrote: the promise that lets tests run in any order."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType

from branch_crm.core.models import TradingDay
from retention.models import Reason
from tests.cast import make_cast
from tests.fixtures import first_rows


def found() -> list[int]:
    return [model.objects.count() for model in (ContentType, Reason, TradingDay)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_committing_test_finds_them(turn: int) -> None:
    assert all(found())
    Reason.objects.filter(parent__isnull=False).delete()
    make_cast()


@pytest.mark.django_db(transaction=True)
def test_they_come_back_as_they_were() -> None:
    before, names = found(), set(Reason.objects.values_list("pk", "code", "parent_id"))
    make_cast()
    first_rows.start_over()
    assert (found(), set(Reason.objects.values_list("pk", "code", "parent_id"))) == (before, names)
    assert Reason.objects.create(code="own", name_zh="自有", name_en="Own").pk > max(pk for pk, *_ in names)


@pytest.mark.django_db(transaction=True)
def test_what_others_left_is_gone() -> None:
    cast = make_cast()
    first_rows.start_over()
    assert not type(cast.director).objects.exists()
