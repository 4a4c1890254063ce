"""The rules of the follow-up policy, and the lot: fair to the strata, the same for the same seed."""

import copy
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch_crm.core.domain.rule_table import RuleFault
from servicelog.domain.follow_up import (
    DEFAULT_RULES,
    draw,
    due_days,
    expected_by,
    read_follow_up_rules,
    share_out,
    wanted,
)

SIZES = st.dictionaries(st.sampled_from(["1/C1", "1/C3", "2/C3", "3/C5", "-/-"]), st.integers(1, 60), min_size=1)


def clients_of(sizes: dict[str, int]) -> list[tuple[int, str]]:
    names = [name for name, size in sizes.items() for _at in range(size)]
    return list(enumerate(names, start=100))


@given(sizes=SIZES, count=st.integers(0, 200), seed=st.integers(0, 2**31 - 1), data=st.data())
def test_the_lot_is_exact_fair_to_every_stratum_and_the_same_again(sizes, count, seed, data):
    clients = clients_of(sizes)
    drawn = draw(clients, count=count, seed=seed)
    total = len(clients)
    assert len(drawn.chosen) == len(set(drawn.chosen)) == min(count, total)
    stratum = dict(clients)
    for name, (eligible, taken) in drawn.strata.items():
        assert eligible == sizes[name]
        assert taken == sum(stratum[pk] == name for pk in drawn.chosen)
        assert abs(taken - min(count, total) * eligible / total) < 1
    assert draw(data.draw(st.permutations(clients)), count=count, seed=seed) == drawn


def test_another_seed_is_another_sample():
    clients = clients_of({"1/C1": 50, "2/C3": 50})
    assert set(draw(clients, count=20, seed=1).chosen) != set(draw(clients, count=20, seed=2).chosen)


@pytest.mark.parametrize(
    ("ratio", "clients", "least"), [(0.1, 1000, 100), (0.1, 1001, 101), (0.1, 0, 0), (0.07, 100, 7)]
)
def test_a_part_of_a_client_is_a_client(ratio, clients, least):
    assert wanted(ratio, clients) == least


def test_deadlines_are_spread_and_the_pace_follows_the_calendar():
    days = due_days(10, first=date(2026, 2, 1), last=date(2026, 11, 30))
    assert days == sorted(days)
    assert (days[0] > date(2026, 2, 1), days[-1]) == (True, date(2026, 11, 30))
    last = date(2026, 11, 30)
    assert expected_by(date(2026, 1, 1), year=2026, last=last, count=100) == 0
    assert 48 <= expected_by(date(2026, 6, 16), year=2026, last=last, count=100) <= 51
    assert expected_by(date(2026, 12, 5), year=2026, last=last, count=100) == 100


@given(
    barred=st.lists(st.frozensets(st.integers(1, 3)), max_size=40),
    load=st.dictionaries(st.integers(1, 3), st.integers(0, 5)),
)
def test_work_is_shared_out_to_those_who_may_and_evenly(barred, load):
    work = list(enumerate(barred))
    given_out = share_out(work, people=[1, 2, 3], load=load)
    for pk, not_these in work:
        assert given_out[pk] not in not_these
        assert (given_out[pk] is None) == (not_these >= {1, 2, 3})
    if not any(barred) and not load:
        carried = [list(given_out.values()).count(person) for person in (1, 2, 3)]
        assert max(carried) - min(carried) <= 1


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("ratio", 1.2, "ratio"),
        ("ratio", True, "ratio"),
        ("finish_by", "02-29", "finish_by"),
        ("strata", ["sex"], "strata"),
        ("left_out", ["normal"], "left_out"),
        ("new_client_days", 3.5, "new_client_days"),
        ("executors", {"roles": ["advisor"], "staff_nos": []}, "executors.roles"),
        ("executors", {"roles": [], "staff_nos": []}, "executors.roles"),
        ("questions", DEFAULT_RULES["questions"][:4], "questions"),
        ("questions", [*DEFAULT_RULES["questions"], DEFAULT_RULES["questions"][0]], "questions"),
        ("questions", [{"code": "identity", "text": " ", "good": "yes"}], "questions.0.text"),
        ("questions", [{"code": "identity", "text": "您是本人吗？", "good": "unsure"}], "questions.0.good"),
        ("recording_needed", ["fax"], "recording_needed"),
        ("citations", {"ratio": 3}, "citations"),
    ],
)
def test_a_wrong_rule_is_told_with_its_path(path, value, field):
    rules = copy.deepcopy(DEFAULT_RULES) | {path: value}
    with pytest.raises(RuleFault) as refused:
        read_follow_up_rules(rules)
    assert refused.value.field == field


def test_what_a_policy_does_not_say_counts_with_the_default():
    rules = read_follow_up_rules({"ratio": 0.2})
    assert (rules.ratio, rules.days["new_client"], len(rules.questions)) == (0.2, 30, 5)
