"""What it costs to keep clients where they are: match lost, and where the books concerned would stand.

An estimate from the figures and prices the plan was solved with; solving again around the lock gives the exact price.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Hours and values this close to a limit are within it.
HAIR = 1e-6


@dataclass(frozen=True)
class Staying:
    """One client who would stay. before, target: advisor ids, None = nobody or the shared pool.

    moves: whether the move counts as things are decided now (a rejected one stays already). gain: what the move brings
    over staying. freed: what the hours and the place in the band that the move takes up at the target are worth to others,
    less what it frees at the holder; so gain - freed is what is lost once others use them.
    """

    before: int | None
    target: int | None
    weight: float
    load: float
    gain: float
    freed: float
    moves: bool = True


@dataclass(frozen=True)
class Book:
    """An advisor's book as decided so far: value in weights, load and capacity in hours a month."""

    value: float
    load: float
    capacity: float


@dataclass(frozen=True)
class BookShift:
    """One book before and after the lock. per_hour: value per hour of capacity, None without hours.

    overloaded, outside: after the lock, more hours than there are, value per hour beyond the band.
    """

    advisor: int
    load: tuple[float, float]
    capacity: float
    per_hour: tuple[float, float] | None
    overloaded: bool
    outside: bool


@dataclass(frozen=True)
class LockPrice:
    """lost: match that the moves would have brought. lost_in_the_end: less what others make of the room. clients: who would
    stay, of them counted: those whose move counts now. shifts: the books that change, the most changed first."""

    clients: int
    counted: int
    lost: float
    lost_in_the_end: float
    shifts: tuple[BookShift, ...]


def lock_price(staying: Sequence[Staying], books: Mapping[int, Book], band: tuple[float, float] | None) -> LockPrice:
    """The price of leaving clients where they are, in value and in fairness at once. An advisor without a book in `books`
    (left since the run) is not shown."""
    counted = [one for one in staying if one.moves]
    shift: dict[int, list[float]] = {}
    for one in counted:
        for advisor, sign in ((one.before, 1.0), (one.target, -1.0)):
            if advisor is not None and one.before != one.target:
                change = shift.setdefault(advisor, [0.0, 0.0])
                change[0] += sign * one.weight
                change[1] += sign * one.load
    shifts = [
        _shift(advisor, books[advisor], value, load, band)
        for advisor, (value, load) in shift.items()
        if advisor in books and (abs(value) > HAIR or abs(load) > HAIR)
    ]
    return LockPrice(
        clients=len(staying),
        counted=len(counted),
        lost=sum(one.gain for one in counted),
        lost_in_the_end=sum(one.gain - one.freed for one in counted),
        shifts=tuple(sorted(shifts, key=lambda one: (-abs(one.load[1] - one.load[0]), one.advisor))),
    )


def _shift(advisor: int, book: Book, value: float, load: float, band: tuple[float, float] | None) -> BookShift:
    per_hour = None
    if book.capacity > 0:
        per_hour = (book.value / book.capacity, (book.value + value) / book.capacity)
    return BookShift(
        advisor=advisor,
        load=(book.load, book.load + load),
        capacity=book.capacity,
        per_hour=per_hour,
        overloaded=book.load + load > book.capacity + HAIR,
        outside=bool(band and per_hour and not band[0] - HAIR <= per_hour[1] <= band[1] + HAIR),
    )
