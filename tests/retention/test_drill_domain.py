"""The rules of drills: talks that can be played, points and outright fails, when a reason comes back, what is played next."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.domain.anonymise import BLANK, band_of, redact, traces
from retention.domain.drill_choice import Playable, propose
from retention.domain.drill_rubric import ITEMS, Sheet, judge, read_marks
from retention.domain.drill_spacing import INTERVALS, Try, standing
from retention.domain.drill_steps import follow, problems, read_steps, read_text, said, shown, stored
from retention.services.bring_in_cards import first_set
from tests.retention.talk import STEPS

DAY = date(2026, 3, 2)
GOOD = dict.fromkeys(ITEMS, 2)


def test_points_are_means_and_one_fail_of_anybody_is_enough() -> None:
    result = judge([Sheet(GOOD), Sheet(GOOD | {"listens": 0})])
    assert (result.passed, result.weakest, result.items["listens"]) == (True, "listens", 1.0)
    assert result.share == pytest.approx(13 / 14)
    for failed in (judge([Sheet(GOOD), Sheet(GOOD, ["delay"])]), judge([Sheet(GOOD)], said=["delay"])):
        assert (failed.passed, failed.fails) == (False, ("delay",))
    assert not judge([Sheet(GOOD | {"states_right": 0})]).passed  # 12 of 14, but nobody heard of the right to close
    assert not judge([Sheet(dict.fromkeys(ITEMS, 1))]).passed
    with pytest.raises(ValueError):
        judge([])


@pytest.mark.parametrize("mark", [None, 3, -1, True, "2", 1.5])
def test_a_mark_is_nought_one_or_two(mark: object) -> None:
    with pytest.raises(ValueError, match="logs"):
        read_marks(GOOD | {"logs": mark})


def test_a_reason_comes_back_at_growing_intervals_and_starts_anew_after_a_fail() -> None:
    day, tries = DAY, []
    for wait in (*INTERVALS, INTERVALS[-1]):
        tries.append(Try(day, True))
        found = standing(tries)
        assert found is not None
        assert found.due == day + timedelta(days=wait)
        day = found.due
    failed = standing([*tries, Try(day, False)])
    assert failed is not None
    assert (failed.in_a_row, failed.due) == (0, day + timedelta(days=1))
    again = standing([*tries, Try(day, False), Try(day, True)])
    assert again is not None
    assert again.in_a_row == 0  # not made good on the same day
    assert standing([]) is None


@given(st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=1))
def test_what_is_due_is_always_after_the_last_drill(raw: list[tuple[int, bool]]) -> None:
    found = standing([Try(DAY + timedelta(days=days), passed) for days, passed in raw])
    assert found is not None
    assert found.last < found.due <= found.last + timedelta(days=INTERVALS[-1])
    assert 0 <= found.in_a_row <= found.tries


def test_what_failed_comes_first_then_what_is_told_and_what_is_not_due_rests() -> None:
    failed, passed = standing([Try(DAY, False)]), standing([Try(DAY, True), Try(DAY + timedelta(days=1), True)])
    assert failed and passed
    cards = [
        Playable(1, "rate"),
        Playable(2, "loss"),
        Playable(3, "service"),
        Playable(4, "rate", played=2),
        Playable(5, "move"),
    ]
    found = propose(
        cards,
        standings={"rate": failed, "loss": passed},
        losses={"service": 3, "loss": 9},
        today=DAY + timedelta(days=2),
        most=5,
    )
    assert [(each.key, each.why) for each in found] == [(1, ("failed",)), (3, ("new", "losses")), (5, ("new",))]
    later = propose(cards, standings={"loss": passed}, losses={"loss": 9}, today=DAY + timedelta(days=9), most=1)
    assert [(each.key, each.why, each.leavers) for each in later] == [(2, ("due", "losses"), 9)]


def test_a_talk_is_followed_and_its_answers_keep_their_numbers() -> None:
    steps = read_steps(STEPS)
    assert list(problems(steps)) == []
    assert read_steps(stored(steps)) == steps
    turns, at = follow(steps, [{"step": "1", "choice": 1}])
    assert (said(turns), at.key, at.choices) == (["promise"], "3", ())
    with pytest.raises(ValueError):
        follow(steps, [{"step": "2", "choice": 0}])
    orders = {tuple(number for number, _choice in shown(steps["1"], drill=drill)) for drill in range(20)}
    assert orders == {(0, 1), (1, 0)}


def test_a_talk_that_cannot_be_played_says_where() -> None:
    assert list(problems(read_steps("nonsense"))) == [("empty", "")]
    words = {"zh": "话", "en": "words"}
    circle = [{"key": "1", "says": words, "choices": [{"words": words, "next": "1", "quality": 2}]}]
    assert ("no_end", "1") in list(problems(read_steps(circle)))
    lost = [*STEPS, {"key": "9", "says": {"zh": "没人到"}, "choices": [{"words": words, "next": "7", "quality": 0}]}]
    assert list(problems(read_steps(lost)))[:4] == [
        ("no_words", "9"),
        ("nowhere", "9"),
        ("no_good", "9"),
        ("unreachable", "9"),
    ]


def test_the_first_set_can_be_played_and_every_path_ends() -> None:
    assert len(first_set()) == 10
    for card in first_set():
        steps = read_steps(card["steps"])
        assert list(problems(steps)) == [], card["title"]["en"]
        assert any(choice.fail for step in steps.values() for choice in step.choices)
        assert all(text for parts in read_text(card["text"]).values() for text in parts.values())


def test_names_numbers_and_days_are_taken_out() -> None:
    text = "李建军说，王先生3月5日打过138 1234 5678，账户6101000001里有1,234,567.00元，亏了30%，佣金万2.5，这位先生要走"
    cleared = redact(text, names=["李建军", ""])
    assert list(traces(cleared)) == []
    for gone in ("李建军", "王先生", "1234", "6101", "234,567", "3月5日"):
        assert gone not in cleared
    assert "30%" in cleared and "万2.5" in cleared and "这位先生" in cleared and BLANK in cleared
    assert {"2026-03-05", "13812345678"} <= set(traces("2026-03-05 来，电话13812345678"))


def test_money_is_told_in_bands() -> None:
    bands = [band_of(Decimal(amount)) for amount in (0, 99_999, 100_000, 9_999_999, 80_000_000)]
    assert bands == [(0, 10), (0, 10), (10, 50), (300, 1000), (5000, None)]
    assert band_of(None) is None
