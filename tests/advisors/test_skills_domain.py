"""How results become skills: the fading, the neutral start, the explanation."""

from datetime import date, timedelta

import numpy as np
import pytest

from advisors.domain.default_rules import DEFAULT_RULES
from advisors.domain.skill_table import SkillTable
from advisors.domain.skills import Evidence, contest_score, score_skill, skill_table

TODAY = date(2026, 11, 24)


def result(pk=1, advisor=1, kind="exam", days_ago=0, score=90.0, skills=()):
    return Evidence(pk, advisor, kind, TODAY - timedelta(days=days_ago), score, skills)


@pytest.mark.parametrize(
    ("place", "participants", "expected"), [(1, 11, 100.0), (11, 11, 0.0), (6, 11, 50.0), (1, 1, 50.0)]
)
def test_a_place_becomes_a_score(place, participants, expected):
    assert contest_score(place, participants) == expected


@pytest.mark.parametrize(("place", "participants"), [(0, 5), (6, 5)])
def test_an_impossible_place_is_refused(place, participants):
    with pytest.raises(ValueError, match="place"):
        contest_score(place, participants)


def test_no_evidence_is_no_score():
    assert score_skill("warmth", [], on=TODAY, rules=DEFAULT_RULES).score is None


def test_one_fresh_exam_is_tempered_by_the_neutral_start():
    # (0.5 * 50 + 1.2 * 90) / 1.7
    outcome = score_skill("asset_allocation", [result()], on=TODAY, rules=DEFAULT_RULES)
    assert outcome.score == pytest.approx((0.5 * 50 + 1.2 * 90) / 1.7)
    assert outcome.prior_share + sum(c.share_of_score for c in outcome.contributions) == pytest.approx(1)


def test_evidence_halves_after_its_half_life():
    fresh = score_skill("asset_allocation", [result()], on=TODAY, rules=DEFAULT_RULES)
    old = score_skill("asset_allocation", [result(days_ago=1095)], on=TODAY, rules=DEFAULT_RULES)
    assert old.weight == pytest.approx(fresh.weight / 2)


def test_a_result_of_the_future_does_not_exist_yet():
    assert score_skill("planning", [result(days_ago=-1)], on=TODAY, rules=DEFAULT_RULES).score is None


def test_named_skills_replace_the_usual_ones():
    evidence = [result(kind="self_nomination", skills=("patience",))]
    assert score_skill("patience", evidence, on=TODAY, rules=DEFAULT_RULES).score is not None
    assert score_skill("planning", evidence, on=TODAY, rules=DEFAULT_RULES).score is None


def test_the_table_agrees_with_the_single_scores_and_survives_json():
    evidence = [
        result(pk, advisor, kind, days, score)
        for pk, (advisor, kind, days, score) in enumerate(
            [(1, "exam", 30, 88), (1, "speech", 200, 70), (2, "quiz", 10, 40), (2, "simulated_trading", 400, 95)]
        )
    ]
    table = skill_table([2, 1, 3], evidence, on=TODAY, rules=DEFAULT_RULES, policy_version=1)
    for advisor_id in (1, 2, 3):
        own = [item for item in evidence if item.advisor_id == advisor_id]
        for skill in table.skills:
            single = score_skill(skill, own, on=TODAY, rules=DEFAULT_RULES).score
            cell = table.of(advisor_id, skill)
            assert np.isnan(cell) if single is None else cell == pytest.approx(single)
    again = SkillTable.from_json(table.to_json())
    assert again.advisor_ids == table.advisor_ids
    np.testing.assert_allclose(again.scores, table.scores, atol=1e-4)
