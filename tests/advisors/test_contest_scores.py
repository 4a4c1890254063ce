"""How what was entered for a contest becomes scores."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisors.domain.contest_scores import Marking, problems_of, score_results


@pytest.mark.parametrize(
    ("entered", "marking", "scores", "places"),
    [
        ({1: 45, 2: 50, 3: 45}, Marking("points", 50), [90, 100, 90], [2, 1, 2]),
        ({1: 1, 2: 3, 3: 2}, Marking("place"), [100, 0, 50], [1, 3, 2]),
        ({1: 35}, Marking("place", field_size=2001), [98.3], [35]),
        ({1: -4.2, 2: 18.5, 3: 18.5}, Marking("figure"), [0, 100, 100], [3, 1, 1]),
        ({1: 7.5}, Marking("figure"), [50], [1]),
    ],
    ids=[
        "points, two equal",
        "places of those entered",
        "place in a large field",
        "returns, two equal",
        "a lone return",
    ],
)
def test_scores_and_places(entered, marking, scores, places):
    scored = score_results(entered, marking)
    assert [scored[pk].score for pk in entered] == pytest.approx(scores)
    assert [scored[pk].place for pk in entered] == places


@pytest.mark.parametrize(
    ("entered", "marking", "problems"),
    [
        ({1: 101, 2: 50}, Marking("points", 100), {1: "out_of_marks"}),
        ({1: -1}, Marking("points", 100), {1: "out_of_marks"}),
        ({1: 1.5, 2: 1}, Marking("place"), {1: "not_a_place"}),
        ({1: 3, 2: 1}, Marking("place"), {1: "beyond_the_field"}),
        ({1: math.inf}, Marking("figure"), {1: "not_finite"}),
    ],
    ids=["above full marks", "below nothing", "half a place", "behind the last", "no number"],
)
def test_what_cannot_be_scored_is_named(entered, marking, problems):
    assert problems_of(entered, marking) == problems
    with pytest.raises(ValueError, match="cannot be scored"):
        score_results(entered, marking)


@given(st.dictionaries(st.integers(1, 60), st.floats(-100, 500), min_size=1, max_size=40))
def test_a_ranking_keeps_the_order_of_the_figures_and_stays_between_0_and_100(entered):
    scored = score_results(entered, Marking("figure"))
    assert all(0 <= item.score <= 100 for item in scored.values())
    for one in entered:
        for other in entered:
            if entered[one] > entered[other]:
                assert scored[one].score > scored[other].score
