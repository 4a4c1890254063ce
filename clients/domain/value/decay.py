"""How much a month counts today: exponential decay in trading days, a rolling window that moves day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np


@dataclass(frozen=True)
class MonthWeight:
    """`share` of the month lies inside the window (less than 1 only for the oldest month); `decay` is the mean weight of
    its trading days in the window, 1 = today; `sessions` counts those days."""

    month: date
    sessions: int
    share: float
    decay: float


def month_weights(
    sessions: Sequence[date], *, as_of: date, window_months: int, half_life_sessions: float
) -> list[MonthWeight]:
    """Weights of the months from `window_months` ago to `as_of`, oldest first.

    `sessions`: all trading days from the first day of the oldest month (`window_start_month`) up to `as_of`, ascending.
    A month's sum is taken as spread evenly over its trading days, so its weight is the mean of 2^(-age/half-life),
    the age counted in trading days. The oldest month counts only with the trading days after the same day of that month,
    so the window is a full year on every day and sums do not jump at a month's end.
    """
    first = window_start_month(as_of, window_months)
    inside = [day for day in sessions if first <= day <= as_of]
    ages = np.arange(len(inside) - 1, -1, -1, dtype=float)
    weights = np.exp2(-ages / half_life_sessions)
    counted: dict[date, list[float]] = {}
    total: dict[date, int] = {}
    for day, weight in zip(inside, weights, strict=True):
        month = day.replace(day=1)
        total[month] = total.get(month, 0) + 1
        if month > first or day.day > as_of.day:
            counted.setdefault(month, []).append(float(weight))
    return [
        MonthWeight(month, len(days), round(len(days) / total[month], 4), float(np.mean(days)))
        for month, days in sorted(counted.items())
    ]


def window_start_month(as_of: date, window_months: int) -> date:
    """First day of the calendar month that lies `window_months` before that of `as_of`."""
    year, month = divmod(as_of.year * 12 + as_of.month - 1 - window_months, 12)
    return date(year, month + 1, 1)


def even_spread(weights: Sequence[MonthWeight]) -> float:
    """What one 元 a year, spread evenly over the window's trading days, weighs after decay (0 for an empty window)."""
    sessions = sum(weight.sessions for weight in weights)
    return sum(weight.sessions * weight.decay for weight in weights) / sessions if sessions else 0.0
