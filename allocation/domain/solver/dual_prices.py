"""Prices that bring demand and limits together, by Newton steps on the bound.

The bound is a convex function of the prices. Its slope is limit minus demand; its curvature is how fast demand moves
with prices, read off the clients who are close to switching. A client whose lead is within the window counts as partly
switched, which makes the function smooth: full Newton steps then converge in a few passes, and the window shrinks step
by step until the smoothing no longer matters. A sample settles most of it before all clients are asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocation.domain.solver.linear import solve_spd
from allocation.domain.solver.market import Market
from allocation.domain.solver.pricing import respond
from allocation.domain.solver.problem import Bools, Float64s

SAMPLE, SAMPLE_PER_ADVISOR = 2000, 40
"""Clients per sampled pass, at least about: their prices are near enough to go on from with all clients."""

NARROWER = 0.3
"""The next window, as a share of this one."""

LAST_WINDOW = 1e-4
"""The narrowest window, as a share of the first: smoothing is then worth less than the last client."""

STEPS_PER_WINDOW = 12

FARTHEST = 1e3
"""The longest step of a price, in windows."""

ROUGH, FINE = 2e-5, 2e-6
"""Relative gain of the bound below which further passes do not pay: on a sample, on all clients."""


@dataclass(eq=False)
class Prices:
    """Per advisor (padded to P): price of a unit of load, and signed price of a unit of value (band)."""

    hour: Float64s
    worth: Float64s

    def moved(self, step: Prices) -> Prices:
        """After a step; hour prices stop at zero, and so do value prices that would change sign (a kink lies there)."""
        hour = np.maximum(self.hour + step.hour, 0.0)
        worth = self.worth + step.worth
        worth[self.worth * worth < 0] = 0.0
        # The passes read float32; keeping exactly what they read keeps bound and prices in step.
        return Prices(hour.astype(np.float32).astype(np.float64), worth.astype(np.float32).astype(np.float64))


@dataclass(eq=False)
class Limits:
    """Per padded advisor: capacity in units, least and most value; infinite limits carry no price."""

    capacity: Float64s
    least: Float64s
    most: Float64s

    @classmethod
    def of(cls, market: Market) -> Limits:
        pad = market.profit.shape[1] - market.problem.advisors
        return cls(
            capacity=np.r_[market.capacity, np.zeros(pad)],
            least=np.r_[market.least, np.full(pad, -np.inf)],
            most=np.r_[market.most, np.full(pad, np.inf)],
        )

    def cost(self, prices: Prices) -> float:
        """What the limits themselves cost at these prices: the part of the bound that no client enters."""
        up, down = prices.worth > 0, prices.worth < 0
        band = float(prices.worth[up] @ self.most[up]) + float(prices.worth[down] @ self.least[down])
        return float(prices.hour @ self.capacity) + band


@dataclass(eq=False)
class Reply:
    """How clients answer to prices: the bound, its smoothed value, demand per advisor, and how demand would move."""

    bound: float
    smooth: float
    hours: Float64s
    worth: Float64s
    curve: Float64s


@dataclass(frozen=True)
class Window:
    """How close to switching counts as close: per unit of load, per unit of value (0 = no value prices)."""

    hour: float
    worth: float

    def times(self, share: float) -> Window:
        return Window(self.hour * share, self.worth * share)


class Asked:
    """Every step-th client of a market, answering for all."""

    def __init__(self, market: Market, limits: Limits, step: int) -> None:
        self.market, self.limits, self.step = market, limits, step
        n, self.width = market.profit.shape
        self.scale = n / max(len(range(0, n, step)), 1)
        self.choice = np.zeros(n, dtype=np.int32)
        self.lead = np.zeros(n, dtype=np.float32)

    def at(self, prices: Prices, window: Window) -> Reply:
        """One pass over the table."""
        market, size = self.market, self.width + 1
        sides = 2 if window.worth > 0 else 1
        hours, worth, curve = np.zeros(size), np.zeros(size), np.zeros((sides * size, sides * size))
        total, smoothing = respond(
            market.profit,
            market.load,
            market.value,
            market.pool,
            market.size,
            prices.hour.astype(np.float32),
            prices.worth.astype(np.float32),
            bool(prices.worth.any()),
            window.hour,
            window.worth,
            0,
            self.step,
            self.choice,
            self.lead,
            hours,
            worth,
            curve,
        )
        keep = np.concatenate([np.arange(self.width) + side * size for side in range(sides)])
        limits = self.limits.cost(prices)
        return Reply(
            bound=self.scale * total + limits,
            smooth=self.scale * (total + smoothing) + limits,
            hours=self.scale * hours[:-1],
            worth=self.scale * worth[:-1],
            curve=self.scale * curve[np.ix_(keep, keep)],
        )


@dataclass(eq=False)
class Settled:
    """Final prices and every client's answer to them."""

    prices: Prices
    window: Window
    asked: Asked


def find_prices(market: Market, limits: Limits) -> Settled:
    """Settle the prices of a market: on a sample first, hours before value bands."""
    n, width = market.profit.shape
    everything = max(float(np.maximum(market.profit.max(axis=1), 0.0).sum(dtype=np.float64)), 1e-9)
    first = Window(
        hour=0.3 * everything / max(float(limits.capacity.sum()), 1e-9),
        worth=0.2 * everything / max(float(market.problem.value.sum()), 1e-9),
    )
    plain = Window(first.hour, 0.0)
    prices = Prices(np.zeros(width), np.zeros(width))
    step = max(n // max(SAMPLE, SAMPLE_PER_ADVISOR * market.problem.advisors), 1)
    asked = Asked(market, limits, step)
    last = LAST_WINDOW * first.hour
    rough = ROUGH if step > 1 or market.banded else FINE
    prices = settle(asked, prices, plain, last, rough)
    if market.banded:
        prices = settle(asked, prices, first.times(0.1), last, ROUGH if step > 1 else FINE)
    if step > 1:
        asked = Asked(market, limits, 1)
        prices = settle(asked, *_from_sample(asked, prices, first if market.banded else plain), last, FINE)
    asked.at(prices, Window(0.0, 0.0))
    return Settled(prices, first, asked)


def _from_sample(asked: Asked, prices: Prices, window: Window) -> tuple[Prices, Window]:
    """Where all clients go on from a sample's prices. A sample may need more than the limits although all clients do not;
    its prices then run away, and the clients begin anew, from no prices at all."""
    nothing, sharp = Prices(np.zeros_like(prices.hour), np.zeros_like(prices.worth)), Window(0.0, 0.0)
    if asked.at(prices, sharp).bound < asked.at(nothing, sharp).bound:
        return prices, window.times(0.01)
    return settle(asked, nothing, Window(window.hour, 0.0), LAST_WINDOW * window.hour, ROUGH), window


def settle(asked: Asked, prices: Prices, window: Window, last: float, enough: float) -> Prices:
    """Damped Newton steps through ever narrower windows down to `last`; returns the prices with the best bound.

    A window is left when a step gains less than `enough` of the bound, all of them when a whole window does.
    The damping follows Levenberg and Marquardt: less after a step as good as promised, more after a bad one.
    """
    reply = asked.at(prices, window)
    best, best_prices = reply.bound, prices
    damping = 1e-3
    while True:
        best_before = best
        for _ in range(STEPS_PER_WINDOW):
            step, promised = newton_step(asked.limits, reply, prices, window, damping)
            trial = prices.moved(step)
            answer = asked.at(trial, window)
            if answer.bound < best:
                best, best_prices = answer.bound, trial
            gained = reply.smooth - answer.smooth
            if gained <= 0:
                damping = min(damping * 8, 1e3)
                continue
            damping = max(damping * (0.2 if gained > 0.6 * promised else 1.0 if gained > 0.2 * promised else 3.0), 1e-8)
            prices, reply = trial, answer
            if gained < enough * abs(reply.smooth):
                break
        if window.hour <= last or 0 <= best_before - best < enough * abs(best):
            return best_prices
        window = window.times(NARROWER)
        reply = asked.at(prices, window)


def newton_step(limits: Limits, reply: Reply, prices: Prices, window: Window, damping: float) -> tuple[Prices, float]:
    """The damped step to where demand would meet the limits, and how much it should lower the smoothed bound.

    A price at zero whose limit has room stays there; one that would cross zero stops there and the others take it in.
    """
    width = len(prices.hour)
    at, slope = prices.hour, limits.capacity - reply.hours
    signed = np.zeros(width, dtype=np.bool_)
    free = (prices.hour > 0) | (slope < 0)
    if window.worth > 0:
        high, low = limits.most - reply.worth, limits.least - reply.worth
        pull = np.where(high < 0, high, np.where(low > 0, low, 0.0))
        pull = np.where(prices.worth > 0, high, np.where(prices.worth < 0, low, pull))
        at = np.r_[at, prices.worth]
        slope = np.r_[slope, pull]
        signed = np.r_[signed, np.ones(width, dtype=np.bool_)]
        free = np.r_[free, (pull != 0) & np.isfinite(pull)]
    scale = np.concatenate([_scale(reply.curve.diagonal()[side : side + width]) for side in range(0, len(at), width)])
    move = _toward_zero_slope(reply.curve, slope, at, free, signed, scale, damping)
    promised = -float(slope[free] @ move[free]) - 0.5 * float(move @ reply.curve @ move)
    # Where nobody is near a tie the curvature says nothing: do not jump off the map.
    move[:width] = np.clip(move[:width], -FARTHEST * window.hour, FARTHEST * window.hour)
    move[width:] = np.clip(move[width:], -FARTHEST * window.worth, FARTHEST * window.worth)
    worth = move[width:] if window.worth > 0 else np.zeros(width)
    return Prices(move[:width], worth), promised


def _scale(diagonal: Float64s) -> Float64s:
    """What makes the curvature's diagonal about one; advisors with nobody near a tie count as half the average."""
    floor = 0.5 * float(diagonal.sum()) / max(int((diagonal > 0).sum()), 1)
    return np.asarray(1.0 / np.sqrt(np.maximum(diagonal, max(floor, 1e-300))))


def _toward_zero_slope(
    curve: Float64s, slope: Float64s, at: Float64s, free: Bools, signed: Bools, scale: Float64s, damping: float
) -> Float64s:
    """The damped Newton step of the free prices, with those that would cross zero stopped there."""
    move = np.zeros(len(at))
    stopped = np.zeros(len(at), dtype=np.bool_)
    for _ in range(8):
        index = np.flatnonzero(free & ~stopped)
        if not len(index):
            break
        matrix = curve[np.ix_(index, index)] * scale[index][:, None] * scale[index]
        matrix[np.diag_indices(len(index))] += damping
        fixed = np.flatnonzero(stopped)
        right = -(slope[index] + curve[np.ix_(index, fixed)] @ move[fixed])
        move[index] = solve_spd(matrix, right * scale[index]) * scale[index]
        goal = at + move
        crossing = free & ~stopped & np.where(signed, at * goal < 0, goal < 0)
        if not crossing.any():
            break
        stopped |= crossing
        move[crossing] = -at[crossing]
    return move
