"""Points of a month: weights, what is missing, the bonus, the caps, and what no policy may weigh."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch_crm.core.domain.rule_table import RuleFault
from servicelog.domain.scorecard import (
    ATTEMPTS,
    BREACH,
    CODES,
    COMPLAINTS,
    COVERAGE,
    DEFAULT_RULES,
    FLOW,
    LOGS,
    MANDATORY,
    OPTIONAL,
    SCORED,
    Counted,
    card_of,
    read_scorecard_rules,
)

RULES = read_scorecard_rules({})
PERFECT = {
    COVERAGE: Counted(95, 100),
    MANDATORY: Counted(20, 20),
    LOGS: Counted(40, 40),
    FLOW: Counted(2e6, 1e8),
    "at_risk": Counted(5e5, 5e5),
    "products": Counted(3, 10),
    COMPLAINTS: Counted(0, 200),
}


def figure(card, code):
    return next(row for row in card.figures if row.code == code)


@pytest.mark.parametrize(
    ("change", "points", "cap"),
    [
        ({}, 100, ""),
        ({COVERAGE: Counted(40, 100)}, 70, ""),
        ({MANDATORY: Counted(15, 20)}, 87.5, ""),
        ({COMPLAINTS: Counted(3, 200)}, 90, ""),
        ({FLOW: Counted(-5e6, 1e8)}, 90, ""),
        ({OPTIONAL: Counted(4, 4)}, 102, ""),
        ({OPTIONAL: Counted(400, 400)}, 105, ""),
        ({ATTEMPTS: Counted(2, 2)}, 100, ""),
        ({ATTEMPTS: Counted(3, 3)}, 80, ATTEMPTS),
        ({ATTEMPTS: Counted(3, 3), BREACH: Counted(1, 1)}, 60, BREACH),
    ],
)
def test_points_of_a_month(change, points, cap):
    card = card_of(PERFECT | change, RULES)
    assert (card.points, card.cap) == (pytest.approx(points), cap)


def test_what_could_not_be_judged_is_not_zero():
    """No recommendation, nothing at risk: their 15 points are spread over the other 85."""
    seen = {code: counted for code, counted in PERFECT.items() if code not in ("products", "at_risk")}
    card = card_of(seen, RULES)
    assert card.points == pytest.approx(100)
    assert figure(card, "products").value is None
    assert figure(card, COVERAGE).weight == pytest.approx(30 * 100 / 85)
    assert card_of({}, RULES).points is None


def test_optional_moments_never_cost_a_point():
    assert card_of(PERFECT, RULES).points == card_of(PERFECT | {OPTIONAL: Counted(0, 0)}, RULES).points
    assert figure(card_of(PERFECT, RULES), OPTIONAL).weight == 0


def test_few_records_are_marked():
    card = card_of(PERFECT | {MANDATORY: Counted(2, 4)}, RULES)
    assert [row.code for row in card.figures if row.few] == [MANDATORY]


counts = st.builds(
    lambda good, more: Counted(good, good + more), st.integers(0, 500).map(float), st.integers(0, 500).map(float)
)


@given(st.dictionaries(st.sampled_from(CODES), counts))
def test_points_stay_within_bounds_and_explain_themselves(counted):
    card = card_of(counted, RULES)
    weights = sum(row.weight for row in card.figures)
    if card.points is None:
        assert weights == 0
    else:
        assert weights == pytest.approx(100)
        assert 0 <= card.points <= 105
        total = sum(row.points or 0 for row in card.figures)
        assert card.points == pytest.approx(total) if not card.cap else card.points < total


@given(st.dictionaries(st.sampled_from(SCORED), counts, min_size=1), st.sampled_from([COVERAGE, MANDATORY, LOGS]))
def test_doing_more_never_costs_points(counted, code):
    before = counted.setdefault(code, Counted(1, 3))
    better = counted | {code: Counted(min(before.good + 1, before.whole), before.whole)}
    if before.whole:
        assert card_of(better, RULES).points >= card_of(counted, RULES).points - 1e-9


def changed(path, value):
    rules = copy.deepcopy(DEFAULT_RULES)
    *parents, name = path.split(".")
    table = rules
    for parent in parents:
        table = table[parent]
    table[name] = value
    return rules


@pytest.mark.parametrize(
    ("path", "value", "field", "guard"),
    [
        ("indicators.turnover", {"weight": 5}, "indicators.turnover", "never"),
        ("indicators.accounts", {"weight": 5}, "indicators.accounts", "never"),
        ("indicators.optional", {"weight": 5}, "indicators.optional", "optional"),
        ("indicators.smiles", {"weight": 5}, "indicators.smiles", ""),
        ("indicators.coverage.weight", 31, "indicators", "sum"),
        ("indicators.coverage.full_at", 0.3, "indicators.coverage.full_at", "order"),
        ("indicators.complaints.full_at", 5, "indicators.complaints.full_at", "order"),
        ("indicators.coverage.weight", -1, "indicators.coverage.weight", ""),
        ("caps.breach", None, "caps.breach", "cap"),
        ("caps.breach.points", 100, "caps.breach.points", ""),
        ("bonus.each", "much", "bonus.each", ""),
    ],
)
def test_the_guard_names_the_field(path, value, field, guard):
    with pytest.raises(RuleFault) as caught:
        read_scorecard_rules(changed(path, value))
    assert (caught.value.field, caught.value.guard) == (field, guard)


def test_money_may_not_outweigh_service():
    rules = changed("indicators.flow.weight", 30)
    rules["indicators"]["coverage"]["weight"] = 10
    with pytest.raises(RuleFault) as caught:
        read_scorecard_rules(rules)
    assert caught.value.guard == "money"
    rules = changed("indicators.complaints.weight", 0)
    rules["indicators"]["coverage"]["weight"] = 40
    with pytest.raises(RuleFault) as caught:
        read_scorecard_rules(rules)
    assert caught.value.guard == "complaints"
