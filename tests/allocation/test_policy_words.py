"""The match policy in words: every rule has a sentence in both languages, and two versions are told apart rule by rule."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.utils import translation

from allocation.domain.fit.policy import DEFAULT_RULES, read_rules
from allocation.domain.policy_words import clauses, differences
from allocation.wording_policy import SENTENCES, policy_changes, policy_sections


def rules(**changes: Any) -> dict[str, Any]:
    """The default rules with some fields changed, named by their path."""
    raw = copy.deepcopy(DEFAULT_RULES)
    for path, value in changes.items():
        *parents, name = path.split("__")
        part = raw
        for parent in parents:
            part = part[parent]
        part[name] = value
    return raw


SILENT = rules(
    fairness=None,
    pool__up_to_tier=0,
    adviser_required__from_tier=4,
    transfer_guard__days=0,
    transfer_guard__after_complaint_days=0,
    move_budget__share=0.05,
    approval={"moves": None, "value_share": None, "tier": None},
    terms__persona__weight=0,
)
GENEROUS = rules(pool__core=True)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("raw", [DEFAULT_RULES, SILENT, GENEROUS], ids=["default", "silent", "generous"])
def test_every_rule_has_its_sentence(language: str, raw: dict[str, Any]) -> None:
    with translation.override(language):
        sections = policy_sections(read_rules(raw))
    sentences = [sentence for _title, each in sections for sentence in each]
    assert len(sections) == 5 and all(each for _title, each in sections)
    assert len(sentences) == len(clauses(read_rules(raw)))
    assert not any("%(" in sentence or "_" in sentence for sentence in sentences)


def test_the_kinds_of_clauses_are_all_worded_and_no_sentence_is_left_over() -> None:
    kinds = {clause.kind for raw in (DEFAULT_RULES, SILENT, GENEROUS) for clause in clauses(read_rules(raw))}
    assert kinds == set(SENTENCES)


def test_codes_are_unique() -> None:
    codes = [clause.code for clause in clauses(read_rules(DEFAULT_RULES))]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"fairness": 0.2}, ["fairness"]),
        ({"fairness": None}, ["fairness"]),
        ({"approval__tier": None}, ["approval.tier"]),
        ({"hours__5": 6.0}, ["hours"]),
        ({"terms__persona__skills__PP__warmth": 0.9}, ["terms.persona.skills.PP"]),
        # Doubling all shares of a class asks for the same.
        ({"terms__care__skills": {"patience": 1.0, "warmth": 0.6, "plain_speech": 0.4}}, []),
        ({"transfer_guard__after_complaint_days": 0}, ["transfer_guard.after_complaint_days"]),
    ],
    ids=["nothing", "band", "no band", "no tier", "hours", "skill", "same shares", "no cooling-off"],
)
def test_differences_name_the_rule(change: dict[str, Any], codes: list[str]) -> None:
    found = differences(read_rules(DEFAULT_RULES), read_rules(rules(**change)))
    assert [each.code for each in found] == codes


def test_a_weight_changes_the_share_of_all_terms() -> None:
    found = differences(read_rules(DEFAULT_RULES), read_rules(rules(terms__wishes__weight=3.0)))
    assert len(found) == 7


def test_changes_in_sentences() -> None:
    with translation.override("en"):
        (change,) = policy_changes(read_rules(DEFAULT_RULES), read_rules(rules(fairness=0.2)))
        assert "±15%" in change[0] and "±20%" in change[1]
        (gone,) = policy_changes(read_rules(DEFAULT_RULES), read_rules(rules(approval__tier=None)))
        assert gone[0] and not gone[1]
