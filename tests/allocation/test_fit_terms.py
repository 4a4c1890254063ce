"""The fit, term by term: each does what its sentence says, alone, and all add up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.domain.fit import terms
from allocation.domain.fit.matrix import adds_of_pairs, fit_matrix, take_apart
from allocation.domain.fit.policy import DEFAULT_RULES, read_rules
from branch_crm.core.domain.rule_table import RuleFault
from tests.allocation.tables import PLAIN, advisors, clients, rules

ANALYST = {"stock_analysis": 90.0, "market_insight": 85.0, "margin_derivatives": 80.0, "patience": 20.0}
KIND = {"patience": 95.0, "warmth": 90.0, "plain_speech": 85.0, "stock_analysis": 20.0, "market_insight": 20.0}
ALLOCATOR = {"asset_allocation": 90.0, "planning": 85.0, "stock_analysis": 30.0, "market_insight": 30.0}
SELLER = {"product_knowledge": 90.0, "planning": 40.0, "plain_speech": 70.0, "asset_allocation": 30.0}
PEOPLE = advisors(ANALYST, KIND, {**ALLOCATOR, "adviser": True}, SELLER)
NAMES = ("analyst", "kind", "allocator", "seller")


def best_of(term: terms.Term, client: int = 0) -> str:
    return NAMES[int(np.argmax(fit_matrix([term])[client]))]


@pytest.mark.parametrize(
    ("function", "client", "best"),
    [
        (terms.value_type, {"value_type": "commission"}, "analyst"),
        (terms.value_type, {"value_type": "product"}, "seller"),
        (terms.value_type, {"value_type": "asset"}, "allocator"),
        (terms.persona, {"persona": "PP", "confidence": 0.8}, "kind"),
        (terms.persona, {"persona": "II", "confidence": 0.8}, "analyst"),
        (terms.care, {"age": 75.0}, "kind"),
        (terms.care, {"cautious": True}, "kind"),
        (terms.large_assets, {"assets": 8_000_000.0}, "allocator"),
        (terms.permissions, {"leverage": True}, "analyst"),
        (terms.permissions, {"growth_boards": True}, "analyst"),
        (terms.wishes, {"wishes": ["product_knowledge"]}, "seller"),
        (terms.wishes, {"wishes": ["patience", "warmth"]}, "kind"),
        (terms.continuity, {"holder": 3, "tenure": 2.0}, "seller"),
    ],
)
def test_each_term_finds_its_advisor(function: terms.TermFunction, client: dict[str, Any], best: str) -> None:
    assert best_of(function(clients(client), PEOPLE, rules())) == best


@pytest.mark.parametrize(
    ("function", "client"),
    [
        (terms.value_type, {}),
        (terms.persona, {"persona": "PP", "confidence": 0.0}),
        (terms.care, {"age": 54.9}),
        (terms.care, {"age": None}),
        (terms.large_assets, {"assets": 999_999.0}),
        (terms.large_assets, {"assets": None}),
        (terms.permissions, {}),
        (terms.wishes, {}),
        (terms.wishes, {"wishes": ["a skill of an old taxonomy"]}),
        (terms.continuity, {"holder": 2, "tenure": 0.0}),
        (terms.continuity, {"tenure": 5.0}),
    ],
)
def test_a_term_that_does_not_apply_says_nothing(function: terms.TermFunction, client: dict[str, Any]) -> None:
    assert not function(clients(client), PEOPLE, rules()).use.any()


@pytest.mark.parametrize(
    ("function", "weaker", "stronger"),
    [
        (terms.persona, {"persona": "FF", "confidence": 0.3}, {"persona": "FF", "confidence": 0.9}),
        (terms.care, {"age": 60.0}, {"age": 68.0}),
        (terms.large_assets, {"assets": 1_500_000.0}, {"assets": 4_000_000.0}),
        (terms.continuity, {"holder": 0, "tenure": 0.5}, {"holder": 0, "tenure": 2.5}),
    ],
)
def test_a_term_matters_more_the_more_it_applies(
    function: terms.TermFunction, weaker: dict[str, Any], stronger: dict[str, Any]
) -> None:
    use = function(clients(weaker, stronger), PEOPLE, rules()).use.sum(axis=1)
    assert 0 < use[0] < use[1]


def test_an_untested_skill_counts_as_average_with_little_weight() -> None:
    term = terms.value_type(clients({"value_type": "product"}), advisors({}, {"product_knowledge": 50.0}), rules())
    product = 1
    assert term.score[product, 0] == pytest.approx(0.5)
    assert term.trust[product, 0] == pytest.approx(rules().missing_trust)
    assert term.trust[product, 1] > term.trust[product, 0]


def test_large_assets_weigh_the_licence_beside_the_skill() -> None:
    same = {"asset_allocation": 60.0, "planning": 60.0}
    term = terms.large_assets(clients({"assets": 9e6}), advisors(same, {**same, "adviser": True}), rules())
    assert term.score[0, 1] > term.score[0, 0] > 0


def test_sex_is_nowhere_in_what_the_engine_knows() -> None:
    assert "sex" not in PLAIN and "sex" not in clients({}).row(0)


def people_strategy() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "value_type": st.sampled_from(["", "commission", "product", "asset", "balanced"]),
            "persona": st.sampled_from(["", "PP", "FF", "II", "AA"]),
            "confidence": st.floats(0, 1),
            "age": st.one_of(st.none(), st.floats(0, 110)),
            "assets": st.one_of(st.none(), st.floats(0, 1e10)),
            "cautious": st.booleans(),
            "leverage": st.booleans(),
            "growth_boards": st.booleans(),
            "wishes": st.lists(st.sampled_from(["patience", "teaching", "digital", "gone"]), max_size=3),
            "holder": st.integers(-1, 3),
            "tenure": st.floats(0, 40),
        }
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(people_strategy(), min_size=1, max_size=6))
def test_the_explanation_adds_up_to_the_fit(people: list[dict[str, Any]]) -> None:
    table = clients(*people)
    every = terms.all_terms(table, PEOPLE, rules())
    fit = fit_matrix(every)
    assert ((fit >= 0) & (fit <= 1)).all()
    for client in range(len(table)):
        for advisor in range(len(PEOPLE)):
            parts = take_apart(every, client, advisor)
            if parts:
                assert sum(part.adds for part in parts) == pytest.approx(float(fit[client, advisor]), abs=1e-5)
                assert sum(part.share for part in parts) == pytest.approx(1.0)
            else:
                assert fit[client, advisor] == pytest.approx(0.5)
    chosen = np.zeros(len(table), dtype=np.int64)
    sums = adds_of_pairs(every, chosen).sum(axis=1)
    known = [bool(take_apart(every, at, 0)) for at in range(len(table))]
    assert sums[known] == pytest.approx(fit[known, 0], abs=1e-5)


def test_a_stored_client_gives_the_same_fit_again() -> None:
    table = clients({"persona": "AA", "confidence": 0.71, "age": 66.3, "assets": 3.3e6, "wishes": ["digital"]})
    again = type(table).from_rows([table.row(0)])
    assert (
        fit_matrix(terms.all_terms(table, PEOPLE, rules())) == fit_matrix(terms.all_terms(again, PEOPLE, rules()))
    ).all()
    stored = type(PEOPLE).from_json(PEOPLE.to_json())
    assert fit_matrix(terms.all_terms(table, stored, rules())) == pytest.approx(
        fit_matrix(terms.all_terms(table, PEOPLE, rules())), abs=1e-6
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("terms.persona.weight", "much"),
        ("terms.care.from_age", 90),
        ("terms.value_type.skills.commission", {}),
        ("terms.large_assets.licence_share", 1.5),
        ("hours.3", -1),
        ("value_exponent", 0),
        ("adviser_required.from_tier", 9),
        ("fairness", 4),
        ("switch_penalty", None),
        ("review.poor_fit_gain", 2),
    ],
)
def test_a_wrong_policy_names_its_field(path: str, value: Any) -> None:
    import copy

    raw = copy.deepcopy(DEFAULT_RULES)
    part = raw
    *folders, last = path.split(".")
    for folder in folders:
        part = part[folder]
    part[last] = value
    with pytest.raises(RuleFault) as refused:
        read_rules(raw)
    assert refused.value.field.startswith(path)
