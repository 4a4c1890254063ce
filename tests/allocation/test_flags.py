"""The night's review flags: each kind appears with its cause, stays while it lasts, closes when it is gone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allocation.models import ReviewFlag
from allocation.services.flag_reviews import flag_reviews
from clients.models import Client, ClientValue
from tests.allocation.branch import ScoredBranch

TONIGHT = date(2026, 11, 24)


def kinds(ready: ScoredBranch) -> set[str]:
    return set(ReviewFlag.objects.filter(branch=ready.branch, closed_on__isnull=True).values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"left": TONIGHT}, "holder_gone"),
        ({"position": "counter"}, "holder_gone"),
        ({"licence_until": TONIGHT - timedelta(days=1)}, "holder_unlicensed"),
        ({"monthly_hours": 1}, "overloaded"),
    ],
    ids=["left", "other position", "licence expired", "too few hours"],
)
def test_a_cause_raises_its_flag_and_its_end_closes_it(
    ready: ScoredBranch, change: dict[str, object], kind: str
) -> None:
    advisor = ready.advisors[0]
    before = {name: getattr(advisor, name) for name in change}
    flag_reviews(ready.branch, TONIGHT)
    assert kind not in kinds(ready)
    for name, value in change.items():
        setattr(advisor, name, value)
    advisor.save()
    flag_reviews(ready.branch, TONIGHT)
    flag = ReviewFlag.objects.get(kind=kind, advisor=advisor)
    assert flag.first_seen == TONIGHT and flag.figure > 0
    for name, value in before.items():
        setattr(advisor, name, value)
    advisor.save()
    flag_reviews(ready.branch, TONIGHT + timedelta(days=1))
    flag.refresh_from_db()
    assert flag.closed_on == TONIGHT + timedelta(days=1)


def test_core_clients_without_an_advisor_are_named(ready: ScoredBranch) -> None:
    value = ClientValue.objects.filter(is_core=True).first()
    flag_reviews(ready.branch, TONIGHT)
    unserved = set(
        Client.objects.filter(advisor=None, values__is_core=True, branch=ready.branch).values_list("pk", flat=True)
    )
    assert unserved and value
    named = ReviewFlag.objects.filter(kind="unserved_core", closed_on__isnull=True).values_list("client_id", flat=True)
    assert set(named) == unserved


def test_the_same_night_twice_writes_nothing(ready: ScoredBranch) -> None:
    assert flag_reviews(ready.branch, TONIGHT)["opened"] > 0
    with CaptureQueriesContext(
        connection,
    ) as queries:
        counts = flag_reviews(ready.branch, TONIGHT)
    assert (counts["opened"], counts["changed"], counts["closed"]) == (0, 0, 0)
    assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    first = ReviewFlag.objects.first()
    counts = flag_reviews(ready.branch, TONIGHT + timedelta(days=1))
    assert counts["opened"] == 0 and ReviewFlag.objects.get(pk=first.pk).last_seen == TONIGHT + timedelta(days=1)
