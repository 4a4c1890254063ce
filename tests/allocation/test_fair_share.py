"""The fair-share card: own figures that add up to the book, the branch without names, nobody else's card."""

from __future__ import annotations

import re

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocation.services.publish_plan import publish_plan
from branch_crm.core.distribution import FEWEST, distribution
from clients.models import Client
from clients.services.refresh_figures import refresh_figures
from tests.allocation.branch import ScoredBranch, adopted, solved_plan
from tests.allocation.test_pages import browser
from tests.cast import Cast

FIGURES = st.lists(st.integers(0, 1000), min_size=FEWEST, max_size=20)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FIGURES, st.integers(0, FEWEST - 1))
def test_the_place_is_the_share_of_others_below(values: list[int], at: int) -> None:
    found = distribution(np.array(values, dtype=np.float64), at)
    assert found is not None and found.below is not None
    assert found.low <= found.lower <= found.middle <= found.upper <= found.high
    assert 0.0 <= found.below <= 1.0
    others = [value for place, value in enumerate(values) if place != at]
    if all(value < values[at] for value in others):
        assert found.below == 1.0
    if len(set(values)) == 1:
        assert found.below == 0.5


def test_few_people_have_no_distribution() -> None:
    assert distribution(np.ones(FEWEST - 1), 0) is None
    assert distribution(np.ones(FEWEST), None) is not None


@pytest.fixture
def ready(cast: Cast) -> ScoredBranch:
    ready = adopted(cast, clients=120, advisors=6)
    refresh_figures(branch=cast.home)
    return ready


def test_figures_lead_to_the_clients_behind_them(ready: ScoredBranch) -> None:
    advisor = browser(ready, "advisor")
    answer = advisor.get(reverse("allocation:fair_share", args=[ready.cast.advisor_profile.pk]))
    share = answer.context["share"]
    held = Client.objects.filter(advisor=ready.cast.advisor_profile)
    assert share.own.after.clients == held.count() and share.value_per_hour.people == 6
    for _title, rows in answer.context["mixes"]:
        assert sum(row.clients for row in rows) == held.count()
        assert sum(row.share for row in rows) == pytest.approx(100)
        for row in rows:
            if row.href and row.clients:
                listed = advisor.get(row.href).content.decode()
                assert len(set(re.findall(r"客户\d{4}", listed))) == min(row.clients, 50), row.href


def test_the_card_is_the_own_one_alone(ready: ScoredBranch) -> None:
    page = reverse("allocation:fair_share", args=[ready.cast.advisor_profile.pk])
    assert browser(ready, "colleague").get(page).status_code == 404
    told = browser(ready, "advisor").get(page).content.decode()
    assert not [person.name for person in ready.advisors[1:] if person.name in told]
    mine = browser(ready, "advisor").get(reverse("allocation:my_fair_share"))
    assert mine.headers["Location"] == page
    assert browser(ready, "manager").get(page).status_code == 200


def test_what_plans_gave_and_took(ready: ScoredBranch) -> None:
    plan = solved_plan(ready)
    lost = plan.lines.filter(before=ready.cast.advisor_profile).count()
    publish_plan(
        plan=plan, actor=ready.cast.director, effective_on=timezone.localdate(plan.created_at), include_pending=True
    )
    share = (
        browser(ready, "advisor")
        .get(reverse("allocation:fair_share", args=[ready.cast.advisor_profile.pk]))
        .context["share"]
    )
    assert [(entry["number"], entry["lost"]) for entry in share.plans] == [(plan.number, lost)]


def test_an_advisor_without_a_book_reads_so(cast: Cast) -> None:
    page = reverse("allocation:fair_share", args=[cast.advisor_profile.pk])
    alone = ScoredBranch(cast, [], [])
    assert browser(alone, "advisor").get(page).status_code == 200
