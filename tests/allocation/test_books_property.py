"""Whatever is published and rolled back, in whatever order: one open interval at most, and it is the present holder."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocation.models import Assignment, Plan
from allocation.services.errors import PlanConflict
from allocation.services.publish_plan import publish_plan
from allocation.services.roll_back_plan import roll_back_plan
from clients.models import Client
from tests.allocation.test_race import hand_made_plan
from tests.cast import Cast, profile

START = date(2026, 11, 24)

steps = st.lists(
    st.tuples(
        st.sampled_from(["publish", "roll back"]),
        st.integers(0, 3),  # whose plan: the target advisor, 3 = the pool
        st.sets(st.integers(0, 5), min_size=1),  # which clients
        st.integers(0, 2),  # days that pass before
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_history_is_exact_after_any_sequence(cast: Cast, steps: list[tuple[str, int, set[int], int]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        _walk(cast, steps)
        transaction.set_rollback(True)


def _walk(cast: Cast, steps: list[tuple[str, int, set[int], int]]) -> None:
    targets = [profile(cast.home, f"T{at}", f"顾问{at}").pk for at in range(3)] + [None]
    clients = Client.objects.bulk_create(
        Client(branch=cast.home, client_no=f"{at:06d}", name=f"客户{at}") for at in range(6)
    )
    published: list[Plan] = []
    day, number = START, 0
    for deed, whose, which, days in steps:
        day += timedelta(days=days)
        if deed == "publish":
            number += 1
            rows = list(Client.objects.filter(pk__in=[clients[at].pk for at in which]))
            plan = hand_made_plan(cast, number, rows, targets[whose])  # type: ignore[arg-type]
            publish_plan(plan=plan, actor=cast.director, effective_on=day, today=day)
            published.append(plan)
        elif published:
            before = dict(Client.objects.values_list("pk", "advisor_id"))
            try:
                roll_back_plan(plan=published.pop(), actor=cast.director, on=day)
            except PlanConflict:
                assert dict(Client.objects.values_list("pk", "advisor_id")) == before
        _check(day)


def _check(day: date) -> None:
    held = {pk: advisor for pk, advisor in Client.objects.values_list("pk", "advisor_id") if advisor}
    rows = Assignment.objects.order_by("client_id", "pk").values_list("client_id", "advisor_id", "starts", "ends")
    assert {client: advisor for client, advisor, _starts, ends in rows if ends is None} == held
    last: dict[int, date] = {}
    for client, _advisor, starts, ends in rows:
        # Intervals follow each other without going back; the exclusion constraint forbids the rest.
        assert starts >= last.get(client, date.min) and (ends is None or ends >= starts)
        last[client] = ends or day
