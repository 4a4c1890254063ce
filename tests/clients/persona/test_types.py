"""From answers and from behaviour to a type."""

import numpy as np
import pytest

from clients.domain.persona.combine import combine
from clients.domain.persona.default_rules import DEFAULT_RULES, PROXY_WEIGHTS
from clients.domain.persona.observed import observe, percentile, shrink
from clients.domain.persona.questionnaire import BadAnswer, classify

RULES = DEFAULT_RULES
#: Answers of a model client of each type, Q1 to Q13.
MODEL = {
    "PP": (5, 1, 1, 5, 5, 5, 2, 2, 2, 3, 1, 1, 1),
    "FF": (5, 1, 2, 3, 3, 2, 5, 5, 1, 2, 2, 2, 3),
    "II": (2, 4, 3, 2, 2, 2, 1, 2, 5, 5, 3, 2, 4),
    "AA": (1, 5, 4, 1, 1, 1, 2, 3, 3, 3, 5, 5, 5),
}


def form(values):
    return {f"Q{number}": value for number, value in enumerate(values, 1)}


@pytest.mark.parametrize("name", MODEL)
def test_the_model_client_of_each_type_is_recognised(name):
    outcome = classify(form(MODEL[name]), RULES)
    assert (outcome.persona, outcome.consistent) == (name, True)
    assert outcome.confidence > 0.5


def test_a_contradicting_check_item_halves_the_confidence():
    straight = classify(form(MODEL["PP"]), RULES)
    crooked = classify({**form(MODEL["PP"]), "Q13": 5}, RULES)
    assert not crooked.consistent
    assert crooked.confidence == straight.confidence / 2


def test_the_middle_of_everything_is_not_sure():
    outcome = classify({**form([3] * 13), "Q3": 2}, RULES)
    assert outcome.confidence < 0.6


@pytest.mark.parametrize(("item", "value"), [("Q5", 6), ("Q3", 5), ("Q1", 0), ("Q9", None), ("Q9", "5")])
def test_a_wrong_answer_is_named(item, value):
    with pytest.raises(BadAnswer) as raised:
        classify({**form(MODEL["PP"]), item: value}, RULES)
    assert raised.value.item == item


def test_percentiles_share_ties_and_leave_gaps():
    figure = np.array([1.0, 2.0, 2.0, np.nan, 3.0])
    np.testing.assert_allclose(percentile(figure), [0.125, 0.5, 0.5, np.nan, 0.875])
    np.testing.assert_allclose(percentile(np.zeros(4)), 0.5)


def test_few_observations_are_pulled_to_the_median():
    figure = np.array([10.0, 1.0, 0.0])
    pulled = shrink(figure, np.array([6.0, 100.0, 0.0]), 6)
    np.testing.assert_allclose(pulled, [5.5, 1.0, 1.0])


def branch_of(extreme: str, n: int = 101):
    """A branch in which client 0 lies at the far end of everything that speaks for one type."""
    rng = np.random.default_rng(7)
    figures = {name: rng.uniform(0.3, 0.7, n) for name in PROXY_WEIGHTS}
    for name, weights in PROXY_WEIGHTS.items():
        if weights[extreme]:
            figures[name][0] = 1.0 if weights[extreme] > 0 else 0.0
    return figures


@pytest.mark.parametrize("name", ["PP", "FF", "II", "AA"])
def test_a_client_at_the_far_end_is_seen_as_that_type(name):
    n = 101
    seen = observe(branch_of(name), np.full(n, 200.0), np.full(n, 1e6), RULES)
    assert seen.persona[0] == name
    assert seen.confidence[0] > 0.5


def test_without_trades_and_money_there_is_not_enough_evidence():
    figures = {name: np.array([np.nan, 0.4, 0.6]) for name in PROXY_WEIGHTS}
    seen = observe(figures, np.array([0.0, 50.0, 50.0]), np.array([10.0, 1e6, 1e6]), RULES)
    assert (seen.persona[0], seen.confidence[0]) == ("", 0.0)


@pytest.mark.parametrize(
    ("stated", "observed", "persona", "talk"),
    [
        (("PP", 0.8), ("PP", 0.6), "PP", False),
        (("PP", 0.9), ("AA", 0.3), "PP", True),
        (("PP", 0.4), ("AA", 0.5), "mixed", True),
        (("", 0.0), ("II", 0.7), "II", False),
        (("FF", 0.7), ("", 0.0), "FF", False),
        (("mixed", 0.1), ("II", 0.7), "II", False),
        (("", 0.0), ("", 0.0), "", False),
        (("mixed", 0.1), ("", 0.0), "mixed", False),
    ],
)
def test_form_and_behaviour_together(stated, observed, persona, talk):
    outcome = combine(*stated, *observed, RULES)
    assert (outcome.persona, outcome.needs_talk) == (persona, talk)
    assert 0 <= outcome.confidence <= 1


def test_agreement_is_surer_than_either_alone():
    assert combine("PP", 0.8, "PP", 0.6, RULES).confidence == pytest.approx(0.92)
