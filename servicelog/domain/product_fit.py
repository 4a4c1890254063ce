"""Which products fit which clients, and how well: hard suitability first, then a rank made of five terms that add up.

Everything is an array over N clients and P products, and pairs are worked on in blocks of clients, so that 50,000 clients and
200 products need seconds and a few megabytes. `allowed` says of every pair what `suitability.assess` says of one.

Missing figures are neutral (half of a term's points), never zero: not knowing is no reason against a client.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from servicelog.domain.service_rules import FIT_TERMS, PRODUCT_LEVELS, FitRules, Suitability
from servicelog.domain.suitability import ClientSide, ProductSide, level_reason

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: Clients of one block: about 1 MB for each array of pairs with 200 products.
BLOCK = 1024
NEUTRAL = 0.5
#: Up to this level (index: R3) a product steadies a book of shares; above, it adds to it.
STEADY_LEVEL = 2
#: Days over which a term that misses the need loses all its points; an open-ended product misses it by this share at most.
TERM_SPAN = 365.0
OPEN_ENDED_LOSS = 0.4


@dataclass(frozen=True)
class Shelf:
    """P products. level: 0-4 for R1-R5, -1 unrated. term: days left, nan = open-ended. kind: index into the K kinds."""

    level: Ints
    term: Floats
    minimum: Floats
    kind: Ints
    on_sale: Bools

    def __len__(self) -> int:
        return len(self.level)

    def one(self, product: int) -> Shelf:
        part = slice(product, product + 1)
        return Shelf(self.level[part], self.term[part], self.minimum[part], self.kind[part], self.on_sale[part])


def shelf_of(products: Sequence[ProductSide], minimums: Sequence[float], kinds: Sequence[str]) -> Shelf:
    """`kinds` names every kind that occurs, in the order of the arrays."""
    position = {kind: at for at, kind in enumerate(kinds)}
    return Shelf(
        level=np.array(
            [PRODUCT_LEVELS.index(p.level) if p.level in PRODUCT_LEVELS else -1 for p in products], dtype=int
        ),
        term=np.array([np.nan if p.term_days is None else p.term_days for p in products], dtype=float),
        minimum=np.array(minimums, dtype=float),
        kind=np.array([position[p.kind] for p in products], dtype=int),
        on_sale=np.array([p.on_sale for p in products], dtype=bool),
    )


@dataclass(frozen=True)
class Crowd:
    """N clients, each an entry of these arrays; `wanted` and `kind_share` are N x K.

    ceiling: highest product level that may be offered, -1 = none (no or lapsed assessment).
    longest: longest term in days that the need for liquidity allows, inf = any. wanted: whether the client takes this kind.
    open: account in order and marketing wished. persona, liquidity, value_type: index into the rules' tables, -1 = unknown.
    total, cash: 元, nan = not reported; free: cash and what matures soon. stock_share: of total. kind_share: held, of total.
    held: pairs (client, product) of what is held already, ordered by client.
    """

    ceiling: Ints
    longest: Floats
    wanted: Bools
    open: Bools
    persona: Ints
    confidence: Floats
    liquidity: Ints
    value_type: Ints
    total: Floats
    cash: Floats
    free: Floats
    stock_share: Floats
    kind_share: Floats
    held: Ints

    def __len__(self) -> int:
        return len(self.ceiling)

    def rows(self, start: int, stop: int) -> Crowd:
        """A run of clients; `held` counts from its first."""
        first, last = np.searchsorted(self.held[:, 0], [start, stop])
        part = {name: array[start:stop] for name, array in vars(self).items() if name != "held"}
        return Crowd(**part, held=self.held[first:last] - np.array([start, 0]))


@dataclass(frozen=True)
class Limits:
    """The parts of a Crowd that decide what may be offered."""

    ceiling: Ints
    longest: Floats
    wanted: Bools
    open: Bools


def limits_of(clients: Sequence[ClientSide], kinds: Sequence[str], rules: Suitability, *, on: date) -> Limits:
    terms = {need: np.inf if days is None else float(days) for need, days in rules.longest_term.items()}
    everything = np.ones(len(kinds), dtype=bool)
    wanted = [np.isin(kinds, list(c.kinds)) if c.kinds else everything for c in clients]
    return Limits(
        ceiling=np.array([_ceiling(client, rules, on) for client in clients], dtype=int),
        longest=np.array([terms.get(client.liquidity, np.inf) for client in clients], dtype=float),
        wanted=np.array(wanted, dtype=bool).reshape(len(clients), len(kinds)),
        open=np.array([client.active and not client.opted_out for client in clients], dtype=bool),
    )


def _ceiling(client: ClientSide, rules: Suitability, on: date) -> int:
    if client.professional:
        return len(PRODUCT_LEVELS) - 1
    if level_reason(client, rules, on):
        return -1
    return PRODUCT_LEVELS.index(rules.highest[client.level])


@dataclass(frozen=True)
class Scored:
    """Clients x products. score: 0-100, -1 where the product is not offered. points: term -> its part of the score."""

    start: int
    score: Floats
    points: Mapping[str, Floats]


def allowed(crowd: Crowd, shelf: Shelf) -> Bools:
    """N x P: what we may bring up with whom."""
    fits: Bools = (shelf.level >= 0) & shelf.on_sale & (shelf.level <= crowd.ceiling[:, None])
    fits &= np.nan_to_num(shelf.term, nan=0.0) <= crowd.longest[:, None]
    fits &= crowd.wanted[:, shelf.kind]
    return fits & crowd.open[:, None]


def sensible(crowd: Crowd, shelf: Shelf) -> Bools:
    """N x P: not held already, and its minimum is not more than everything the client has here."""
    found: Bools = ~(shelf.minimum > crowd.total[:, None])
    found[crowd.held[:, 0], crowd.held[:, 1]] = False
    return found


def blocks(crowd: Crowd, shelf: Shelf, rules: FitRules) -> Iterator[Scored]:
    """Scores of all pairs, block after block of clients."""
    for start in range(0, len(crowd), BLOCK):
        part = crowd.rows(start, min(start + BLOCK, len(crowd)))
        points = _points(part, shelf, rules)
        score = np.round(sum(points.values(), start=np.zeros((len(part), len(shelf)))), 1)
        score[~(allowed(part, shelf) & sensible(part, shelf))] = -1.0
        yield Scored(start, score, points)


def scores(crowd: Crowd, shelf: Shelf, product: int, rules: FitRules) -> Floats:
    """N: how well one product fits everybody, -1 where it is not offered."""
    held = crowd.held[crowd.held[:, 1] == product] * [1, 0]
    alone = replace(crowd, held=held)
    found = [block.score[:, 0] for block in blocks(alone, shelf.one(product), rules)]
    return np.concatenate(found) if found else np.zeros(0)


@dataclass(frozen=True)
class Counts:
    """Per product: to how many clients it may be offered and would be, and for how many it is among the best."""

    fitting: Ints
    among_best: Ints


def count_fits(crowd: Crowd, shelf: Shelf, rules: FitRules, *, best: int) -> Counts:
    fitting, among_best = np.zeros(len(shelf), dtype=np.int64), np.zeros(len(shelf), dtype=np.int64)
    for block in blocks(crowd, shelf, rules):
        fitting += (block.score >= 0).sum(axis=0)
        top = varied_best(block.score, shelf, best)
        among_best += np.bincount(top[top >= 0], minlength=len(shelf))
    return Counts(fitting, among_best)


def varied_best(score: Floats, shelf: Shelf, best: int) -> Ints:
    """N x best: positions of the best products, at most one of each kind and level, -1 where there is none.

    Three funds that differ in nothing but their letter are no choice. Of equal products the first of the shelf stands for all.
    """
    if not len(shelf):
        return np.full((len(score), best), -1, dtype=np.int64)
    groups = np.unique(np.stack([shelf.kind, shelf.level]), axis=1, return_inverse=True)[1].reshape(-1)
    members = [np.flatnonzero(groups == group) for group in range(groups.max() + 1)]
    leaders = np.stack([member[score[:, member].argmax(axis=1)] for member in members], axis=1)
    leading = np.take_along_axis(score, leaders, axis=1)
    order = np.lexsort((leaders, -leading), axis=1)[:, :best]
    top, marks = np.take_along_axis(leaders, order, axis=1), np.take_along_axis(leading, order, axis=1)
    found = np.full((len(score), best), -1, dtype=np.int64)
    found[:, : top.shape[1]] = np.where(marks >= 0, top, -1)
    return found


def _points(crowd: Crowd, shelf: Shelf, rules: FitRules) -> dict[str, Floats]:
    shares = {
        "persona": _by_level(rules.persona, crowd.persona, shelf, crowd.confidence),
        "liquidity": _liquidity(crowd, shelf, rules),
        "holdings": _holdings(crowd, shelf),
        "cash": _cash(crowd, shelf, rules),
        "value_type": _by_level(rules.value_type, crowd.value_type, shelf, np.ones(len(crowd))),
    }
    return {term: np.round(rules.weights[term] * shares[term], 1) for term in FIT_TERMS}


def _by_level(table: Floats, row: Ints, shelf: Shelf, certainty: Floats) -> Floats:
    """What the table says for the client's kind and the product's level, drawn to neutral by uncertainty."""
    said: Floats = np.where(row[:, None] >= 0, table[row][:, shelf.level], NEUTRAL)
    return NEUTRAL + certainty[:, None] * (said - NEUTRAL)


def _liquidity(crowd: Crowd, shelf: Shelf, rules: FitRules) -> Floats:
    target = rules.target_days[crowd.liquidity][:, None]
    fixed = 1 - np.minimum(1, np.abs(shelf.term - target) / TERM_SPAN)
    open_ended = 1 - OPEN_ENDED_LOSS * np.minimum(1, target / TERM_SPAN)
    share = np.where(np.isnan(shelf.term), open_ended, fixed)
    return np.where(crowd.liquidity[:, None] >= 0, share, NEUTRAL)


def _holdings(crowd: Crowd, shelf: Shelf) -> Floats:
    """Half for a kind of which little is held, half for what balances the share of stocks."""
    fresh = 1 - np.clip(crowd.kind_share[:, shelf.kind], 0, 1)
    stocks = np.clip(crowd.stock_share, 0, 1)[:, None]
    balance = np.where(shelf.level <= STEADY_LEVEL, stocks, 1 - stocks)
    return (fresh + np.where(np.isnan(balance), NEUTRAL, balance)) / 2


def _cash(crowd: Crowd, shelf: Shelf, rules: FitRules) -> Floats:
    """Whether money for the minimum lies ready, and how much of all lies idle."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        reach = np.where(shelf.minimum > 0, np.minimum(1, crowd.free[:, None] / shelf.minimum), 1.0)
        idle = np.clip(crowd.cash / crowd.total / rules.idle_share, 0, 1)[:, None]
    share = np.maximum(reach, 0) * (1 + idle) / 2
    return np.where(np.isnan(share), NEUTRAL, share)
