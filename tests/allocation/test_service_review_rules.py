"""The rules of a review alone: what is found, who is told, and that no order of steps skips the advisor's time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.domain import service_review as process
from allocation.domain.service_review import Standing, StepRefused, after, find, owed, to_notify
from allocation.models import ServiceReview
from branch_crm.core.domain.rule_table import RuleFault
from servicelog.domain.service_rules import DEFAULT_RULES, read_service_rules

RULES = read_service_rules({})
DAY = date(2026, 11, 24)
#: A gold-and-above client (standard: two contacts in 30 days) whom nobody has called for a quarter.
UNCALLED = Standing(1, 7, 4, 50.0, DAY - timedelta(days=91), 91, 0, 0, 0, 0, 0, 0)


def rules(**reviews):
    return read_service_rules({"reviews": {**DEFAULT_RULES["reviews"], **reviews}})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "under_served"),
        ({"held": 6, "held_lately": 2}, ""),
        ({"held": 5, "held_lately": 1}, "under_served"),
        # Who has caught up is not told of the past.
        ({"held": 2, "held_lately": 2}, ""),
        # Leave and a late start are not answered for: 14 days owe nothing.
        ({"days": 14}, ""),
        ({"days": 15}, "under_served"),
        ({"excused": "complaint"}, ""),
        ({"tier": 2}, ""),
        ({"logs": 4, "formal": 2}, "perfunctory"),
        ({"logs": 4, "formal": 1}, "under_served"),
        ({"logs": 3, "formal": 3}, "under_served"),
        ({"logs": 8, "formal": 6, "held": 6, "held_lately": 2}, ""),
        ({"held": 6, "held_lately": 2, "talks": 6}, "no_output"),
        ({"held": 6, "held_lately": 2, "talks": 6, "outputs": 1}, ""),
    ],
)
def test_what_is_found(changes, expected):
    found = find([replace(UNCALLED, **changes)], RULES)
    assert [finding.kind for finding in found] == ([expected] if expected else [])


def test_a_notice_goes_before_a_hint_and_what_is_off_is_not_looked_for():
    both = replace(UNCALLED, logs=4, formal=4)
    (found,) = find([both], rules(perfunctory="hint"))
    assert (found.kind, found.is_hint) == ("under_served", False)
    (found,) = find([both], rules(perfunctory="off", under_served="hint"))
    assert (found.kind, found.is_hint) == ("under_served", True)
    assert find([both], rules(perfunctory="off", under_served="off")) == []


def test_nobody_is_flooded_and_the_most_valuable_come_first():
    found = find([replace(UNCALLED, client=pk, value=float(pk)) for pk in range(1, 9)], RULES)
    told, waiting = to_notify(found, open_now={7: 2}, most_open=5)
    assert ([each.standing.client for each in told], waiting) == ([8, 7, 6], 5)


def test_hints_are_never_told():
    found = find([replace(UNCALLED, held=6, held_lately=2, talks=9)], RULES)
    assert found[0].is_hint
    assert to_notify(found, open_now={}, most_open=5) == ([], 0)


@given(st.integers(0, 400), st.sampled_from(list(RULES.standards.values())))
def test_what_is_owed_never_exceeds_the_standard_of_the_days(days, standard):
    assert owed(standard, days) * standard.days <= standard.contacts * days
    assert owed(standard, standard.days) == standard.contacts


def test_a_wrong_rule_names_its_field():
    with pytest.raises(RuleFault) as refused:
        rules(no_output="sometimes")
    assert refused.value.field == "reviews.no_output"


@given(st.lists(st.tuples(st.sampled_from(sorted(process.WAYS)), st.integers(0, 12), st.booleans()), max_size=25))
def test_no_order_of_steps_skips_the_advisors_time(steps):
    """Whatever is tried on whatever day: nothing is decided before the time is over or the advisor has asked for it."""
    state, cure_until, taken, day = process.NOTICED, DAY + timedelta(days=10), [process.NOTICE], DAY
    for step, later, has_reply in steps:
        day += timedelta(days=later)
        before = state
        try:
            state = after(state, step, on=day, cure_until=cure_until, has_reply=has_reply)
        except StepRefused:
            assert state == before
            continue
        if step == process.EXTEND:
            cure_until = day + timedelta(days=10)
        if step == process.TIME_OVER:
            assert day > cure_until
        if step == process.ASK:
            assert has_reply
        taken.append(step)
        last = max((at for at, past in enumerate(taken) if past in (process.NOTICE, process.EXTEND)))
        if step in (process.DISMISS, process.UPHOLD):
            assert {process.TIME_OVER, process.ASK} & set(taken[last:])
        if state == process.APPLIED:
            assert process.UPHOLD in taken[last:]


def test_the_database_knows_exactly_the_ways_of_the_rules():
    ways = {(state, target) for states, target in process.WAYS.values() if target for state in states}
    trigger = next(each for each in ServiceReview._meta.triggers if each.name == "steps_in_order")
    assert set(trigger.transitions) == ways
