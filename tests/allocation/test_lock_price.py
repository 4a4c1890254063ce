"""The price of a lock: match lost and both books moved, and nothing for who stays anyway."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.domain.lock_price import Book, Staying, lock_price

LI, WANG = 101, 102
BOOKS = {LI: Book(value=100.0, load=90.0, capacity=100.0), WANG: Book(value=300.0, load=120.0, capacity=150.0)}


def one(**changes: object) -> Staying:
    plain: dict[str, object] = {
        "before": LI,
        "target": WANG,
        "weight": 50.0,
        "load": 20.0,
        "gain": 6.0,
        "freed": 4.0,
    }
    return Staying(**{**plain, **changes})  # type: ignore[arg-type]


def test_match_is_lost_and_both_books_move() -> None:
    price = lock_price([one()], BOOKS, band=(1.2, 1.9))
    assert (price.clients, price.counted, price.lost, price.lost_in_the_end) == (1, 1, 6.0, 2.0)
    holder, target = price.shifts
    assert (holder.advisor, holder.load, holder.per_hour) == (LI, (90.0, 110.0), (1.0, 1.5))
    assert (target.advisor, target.load) == (WANG, (120.0, 100.0))
    assert holder.overloaded and not holder.outside
    assert not target.overloaded and target.per_hour == (2.0, pytest.approx(250 / 150))


def test_a_book_pushed_beyond_the_band_is_said_so() -> None:
    holder, target = lock_price([one()], BOOKS, band=(1.7, 1.9)).shifts
    assert holder.outside and target.outside
    assert not any(shift.outside for shift in lock_price([one()], BOOKS, band=None).shifts)


def test_who_stays_already_costs_nothing_more() -> None:
    price = lock_price([one(moves=False)], BOOKS, band=None)
    assert (price.clients, price.counted, price.lost, price.shifts) == (1, 0, 0, ())


@pytest.mark.parametrize("change", [{"before": None}, {"target": None}], ids=["from nobody", "to the pool"])
def test_nobody_and_the_pool_have_no_book(change: dict[str, None]) -> None:
    assert len(lock_price([one(**change)], BOOKS, band=None).shifts) == 1


def test_an_advisor_without_hours_has_no_value_per_hour() -> None:
    books = {**BOOKS, LI: Book(10.0, 5.0, 0.0)}
    holder = next(shift for shift in lock_price([one()], books, band=(0.0, 9.0)).shifts if shift.advisor == LI)
    assert holder.per_hour is None and holder.overloaded and not holder.outside


moves = st.builds(
    one,
    before=st.sampled_from([None, LI, WANG]),
    target=st.sampled_from([None, LI, WANG]),
    weight=st.floats(0, 100),
    load=st.floats(0, 10),
    gain=st.floats(-50, 50),
    freed=st.floats(-50, 50),
    moves=st.booleans(),
)


@given(st.lists(moves, max_size=12))
def test_many_cost_what_each_costs(staying: list[Staying]) -> None:
    whole = lock_price(staying, BOOKS, None)
    parts = [lock_price([each], BOOKS, None) for each in staying]
    assert whole.lost == pytest.approx(sum(part.lost for part in parts))
    for advisor in BOOKS:
        moved = sum(
            shift.load[1] - shift.load[0] for part in parts for shift in part.shifts if shift.advisor == advisor
        )
        told = [shift.load[1] - shift.load[0] for shift in whole.shifts if shift.advisor == advisor]
        assert sum(told) == pytest.approx(moved, abs=1e-4)
