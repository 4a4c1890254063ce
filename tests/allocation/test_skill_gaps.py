"""What the book asks for and the team cannot give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from django.core.cache import cache
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from advisors.domain.default_rules import SKILLS
from advisors.models import Advisor
from advisors.services.record_evidence import record_evidence
from allocation.domain.fit.policy import DEFAULT_RULES, read_rules
from allocation.domain.skill_gaps import Bar, TeamSkills, share_hours, skill_gaps
from allocation.queries import skill_gaps_brief
from allocation.queries.skill_gaps import load_gaps
from allocation.queries.skill_gaps_brief import lacking_skills
from tests.allocation.branch import AS_OF, scored_branch
from tests.allocation.tables import advisors as advisor_table
from tests.allocation.tables import clients as client_table
from tests.cast import make_cast

RULES = read_rules(DEFAULT_RULES)
BAR = Bar(60, 0.6)


class TestHours:
    """Hours are shared among the classes of one term, none counted twice."""

    def test_a_class_before_keeps_its_hours_but_lets_go_of_whom_another_needs(self):
        # The first could be served by both, the second only by the first advisor.
        equal = np.array([[True, True], [True, False]])
        given_hours = share_hours(np.array([10.0, 10.0]), equal, np.array([10.0, 10.0]), [0, 1])
        assert given_hours == pytest.approx([10, 10])

    def test_what_is_short_is_short_for_the_last(self):
        equal = np.ones((2, 1), dtype=bool)
        assert share_hours(np.array([8.0, 5.0]), equal, np.array([10.0]), [1, 0]) == pytest.approx([5, 5])

    @given(
        arrays(np.float64, 4, elements=st.floats(0, 50)),
        arrays(np.bool_, (4, 5)),
        arrays(np.float64, 5, elements=st.floats(0, 40)),
        st.permutations(range(4)),
    )
    def test_no_set_of_classes_gets_more_than_its_advisors_have_and_the_sum_is_the_most_possible(
        self, need, equal, hours, order
    ):
        granted = share_hours(need, equal, hours, order)
        assert (granted <= need + 1e-6).all()
        most = np.inf
        for subset in range(16):
            inside = np.array([bool(subset >> at & 1) for at in range(4)])
            reach = float(hours[equal[inside].any(axis=0)].sum())
            assert granted[inside].sum() <= reach + 1e-6
            most = min(most, reach + need[~inside].sum())
        assert granted.sum() == pytest.approx(most, abs=1e-5)


def team_of(advisors, scores: dict[str, list[float]], trust: float = 0.8) -> TeamSkills:
    score = np.full((len(advisors), len(SKILLS)), 50.0)
    sure = np.zeros_like(score)
    for skill, values in scores.items():
        score[:, SKILLS.index(skill)] = values
        sure[:, SKILLS.index(skill)] = trust
    lifted = score.copy()
    for skill in ("asset_allocation", "planning", "patience"):
        lifted[:, SKILLS.index(skill)] = np.maximum(score[:, SKILLS.index(skill)], 70)
    return TeamSkills(SKILLS, score, sure, {"exam": (lifted, np.full_like(sure, 0.8))})


ASSET_SKILLS = {"asset_allocation": [80, 55], "planning": [75, 50], "patience": [70, 60]}


class TestGaps:
    def gap(self, clients, advisors, team, name="asset"):
        return next(gap for gap in skill_gaps(clients, advisors, team, RULES, BAR) if gap.name == name)

    def keepers(self, tiers, values):
        return client_table(
            *({"value_type": "asset", "tier": tier, "value": value} for tier, value in zip(tiers, values))
        )

    def test_the_most_valuable_are_served_first_and_the_rest_is_the_gap(self):
        advisors = advisor_table({"hours": 6.0}, {"hours": 100.0})
        gap = self.gap(self.keepers([5, 5, 4, 4], [50.0, 90.0, 40.0, 10.0]), advisors, team_of(advisors, ASSET_SKILLS))
        # Six hours: the client of 90 takes four; the next of 50 would take four more.
        assert (gap.able, gap.covered, gap.open_clients) == ((0,), 1, 3)
        assert list(gap.rows) == [1, 0, 2, 3]
        assert gap.open_value == 100
        assert gap.open_hours == 8

    def test_one_event_that_lifts_the_nearest_closes_it(self):
        advisors = advisor_table({"hours": 6.0}, {"hours": 100.0})
        gap = self.gap(self.keepers([5, 5], [50.0, 90.0]), advisors, team_of(advisors, ASSET_SKILLS))
        assert gap.nearest[0].advisor == 1
        assert (gap.remedy.kind, gap.remedy.advisors, gap.remedy.left) == ("exam", (1,), 0)

    def test_a_score_that_little_stands_behind_does_not_count(self):
        advisors = advisor_table({"hours": 100.0}, {"hours": 100.0})
        gap = self.gap(self.keepers([5], [50.0]), advisors, team_of(advisors, ASSET_SKILLS, trust=0.5))
        assert gap.able == ()
        assert gap.open_clients == 1

    def test_who_may_not_serve_today_gives_no_hours(self):
        advisors = replace(advisor_table({"hours": 100.0}, {"hours": 100.0}), status=("on_leave", ""))
        gap = self.gap(self.keepers([5], [50.0]), advisors, team_of(advisors, ASSET_SKILLS))
        assert gap.able == ()

    def test_a_book_without_clients_asks_for_nothing(self):
        advisors = advisor_table({"hours": 10.0}, {"hours": 10.0})
        assert skill_gaps(client_table(), advisors, team_of(advisors, ASSET_SKILLS), RULES, BAR) == []


@pytest.mark.django_db
class TestPages:
    def test_the_director_reads_the_gaps_and_the_clients_behind_them(self, client):
        cast = make_cast()
        scored_branch(cast, clients=60)
        report = load_gaps(cast.home, on=AS_OF)
        types = [gap for gap in report.gaps if gap.term == "value_type"]
        assert sum(gap.clients for gap in types) == 60
        client.force_login(cast.director)
        assert client.get(reverse("allocation:skill_gaps")).status_code == 200
        for gap in report.gaps:
            page = client.get(reverse("allocation:skill_gap", args=[gap.term, gap.name]))
            assert len(page.context["rows"]) == (gap.open_clients or gap.clients)
        assert client.get(reverse("allocation:skill_gap", args=["value_type", "nonsense"])).status_code == 404
        rows = client.get("/api/v1/skill-gaps/").json()
        assert [row["open_clients"] for row in rows] == [gap.open_clients for gap in report.gaps]

    def test_the_briefing_works_them_out_once_until_somebody_learns_or_leaves(self, monkeypatch):
        cast = make_cast()
        cache.clear()
        scored_branch(cast, clients=60)
        asked = []
        monkeypatch.setattr(skill_gaps_brief, "load_gaps", lambda *at, **on: asked.append(at) or load_gaps(*at, **on))

        def lacking() -> list[tuple[str, str, int]]:
            return [(gap.term, gap.name, gap.open_clients) for gap in lacking_skills(cast.home, on=AS_OF)]

        first = lacking()
        assert first == lacking() and len(asked) == 1
        report = load_gaps(cast.home, on=AS_OF)
        assert first == [(gap.term, gap.name, gap.open_clients) for gap in report.gaps if gap.open_clients]
        for person in Advisor.objects.filter(branch=cast.home):
            record_evidence(
                advisor=person, kind="exam", event="x", held_on=AS_OF, actor=cast.director, score=99, skills=SKILLS
            )
        learned = lacking()
        assert len(asked) == 2
        Advisor.objects.filter(branch=cast.home).update(monthly_hours=1)
        assert sum(gap[2] for gap in lacking()) > sum(gap[2] for gap in learned) and len(asked) == 3

    def test_before_the_first_scoring_the_page_says_what_is_missing(self, client):
        cast = make_cast()
        client.force_login(cast.director)
        assert client.get(reverse("allocation:skill_gaps")).context["report"] is None
        assert client.get("/api/v1/skill-gaps/").json() == []
