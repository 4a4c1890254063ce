"""Choosing, drawing and reading scripts, without a database."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.domain.lots import drawn
from retention.domain.script_choice import Candidate, Wanted, choose
from retention.domain.scripts import LANGUAGES, PARTS, changes, flags, is_usable, mark_of, missing, read_body
from servicelog.domain.service_rules import read_service_rules

WORDS = read_service_rules({}).forbidden
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from([*LANGUAGES, *PARTS, "x"]), inner), max_leaves=12)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*LANGUAGES, "x"]), JSON))
def test_any_body_is_read_into_the_same_shape(raw: dict[str, object]) -> None:
    body = read_body(raw)
    assert list(body) == list(LANGUAGES)
    assert all(
        list(parts) == list(PARTS) and all(isinstance(text, str) for text in parts.values()) for parts in body.values()
    )
    assert read_body(body) == body


def test_forbidden_wording_is_found_unless_it_is_denied_or_listed_as_never_said() -> None:
    body = read_body({"zh": {"offer": "这个产品稳赚", "facts": "我们不承诺收益", "never_say": "保本"}})
    assert [(flag.language, flag.part, flag.word) for flag in flags(body, WORDS)] == [("zh", "offer", "稳赚")]


def test_what_is_missing_is_named_per_language() -> None:
    whole = dict.fromkeys(("opening", "questions", "close", "must_say"), "一句")
    assert missing(read_body({"zh": whole})) == [("en", part) for part in whole]
    assert missing(read_body({"zh": whole, "en": whole})) == []


def test_a_difference_is_told_line_by_line() -> None:
    rows = changes("您好\n请问费率", "您好\n请问服务")
    assert [(row.kind, row.text) for row in rows] == [("same", "您好"), ("gone", "请问费率"), ("new", "请问服务")]
    assert {row.kind for row in changes("一\n二", "一\n二")} == {"same"}
    assert mark_of({"zh": {"opening": "a"}}) != mark_of({"zh": {"opening": "b"}})


def test_an_approval_holds_through_its_last_day() -> None:
    day = date(2026, 6, 1)
    assert is_usable("approved", day, on=day)
    assert not is_usable("approved", day, on=date(2026, 6, 2))
    assert not is_usable("proposed", day, on=day)


def candidate(key: int, reason: str, tiers: tuple[int, ...] = (), personas: tuple[str, ...] = ()) -> Candidate:
    return Candidate(key, reason, frozenset(tiers), frozenset(personas))


def test_the_reason_counts_first_then_how_narrowly_it_is_written() -> None:
    library = [
        candidate(1, "rate"),
        candidate(2, "rate", tiers=(4, 5)),
        candidate(3, "loss", personas=("PP",)),
        candidate(4, "untold"),
        candidate(5, "service"),
    ]
    wanted = Wanted({"rate_above_peers": 3.0, "loss": 2.0}, {"rate_above_peers": "rate"}, 5, "PP")
    assert [(fit.key, fit.why) for fit in choose(library, wanted, most=3)] == [
        (2, ("reason_above", "tier")),
        (3, ("reason", "persona")),
        (1, ("reason_above",)),
    ]


def test_what_is_written_for_others_is_left_out_and_nothing_known_falls_back() -> None:
    library = [candidate(1, "rate", tiers=(5,)), candidate(2, "rate", personas=("AA",)), candidate(3, "untold")]
    wanted = Wanted({"rate": 1.0}, {}, None, None)
    assert [(fit.key, fit.why) for fit in choose(library, wanted, most=3)] == [(3, ("no_reason",))]


@given(st.integers(1, 10**9), st.integers(1, 10**6), st.sets(st.integers(1, 10**6), min_size=1, max_size=6))
def test_a_lot_is_the_same_however_often_and_moves_only_to_a_newcomer(
    case: int, script: int, versions: set[int]
) -> None:
    before = drawn(case, script, versions)
    assert before == drawn(case, script, sorted(versions))
    after = drawn(case, script, versions | {10**7})
    assert after in (before, 10**7)


def test_a_lot_is_fair_and_needs_something_to_draw() -> None:
    share = Counter(drawn(case, 7, (11, 12)) for case in range(4000))
    assert abs(share[11] - 2000) < 4 * 1000**0.5
    with pytest.raises(ValueError, match="at least one"):
        drawn(1, 1, ())
