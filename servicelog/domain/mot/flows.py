"""When a second large transfer is a happening of its own, and when it belongs to the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal


def leading_day(transfers: Sequence[tuple[date, Decimal]], *, sessions: float, again: float) -> date:
    """The day after which the happening of the newest transfer is named.

    `transfers`: day and size (> 0) of what moved in one direction, one row a day, oldest first, from the client's first on.
    A transfer leads when it is `again` times as large as the one that led before it, or when that one lies a window of
    `sessions` trading days back (seven days for five, so that the answer is the same on every night). Any other belongs to the
    leader before it: the client has been asked already. Which days lead is decided by what lay before them alone, so nights
    may be run again and in any order.
    """
    led_by, size = transfers[0]
    for day, moved in transfers[1:]:
        if float(moved) >= again * float(size) or (day - led_by).days >= sessions * 7 / 5:
            led_by, size = day, moved
    return led_by
