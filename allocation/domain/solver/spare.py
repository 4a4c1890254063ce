"""Mend a plan client by client: shift the least loss off a broken limit, take moves back, or make the best that still fit.

Slower per client than moves.py, but it looks at all clients and all advisors, not at a table of near ties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from allocation.domain.solver.compiled import kernel
from allocation.domain.solver.problem import POOL, Bools, Float64s, Ints, Problem

OWN = 150
"""Clients of an advisor who are tried for a swap, each against all clients of all others: those who lose least by going."""

SHIFTS = 600
"""Most clients that are shifted to mend a plan."""

ROOM = 1e-9
"""Relative room for the rounding of sums."""


@dataclass(eq=False)
class Books:
    """A plan that keeps every limit, with the hours and value each advisor carries; changed in place, client by client."""

    problem: Problem
    at: Ints
    hours: Float64s
    worth: Float64s
    least: Float64s
    most: Float64s

    @classmethod
    def of(cls, problem: Problem, assignment: Ints) -> Self:
        taken = np.flatnonzero(assignment != POOL)
        where = assignment[taken]
        load = problem.load[taken, where] if problem.pair_loads else problem.load[taken]
        least, most = problem.band()
        room = ROOM * np.maximum(np.abs(most), 1e-300)
        return cls(
            problem=problem,
            at=assignment.copy(),
            hours=np.bincount(where, load, problem.advisors).astype(np.float64),
            worth=np.bincount(where, problem.value[taken], problem.advisors).astype(np.float64),
            least=least - room,
            most=most + room,
        )

    def profits(self, client: int) -> Float64s:
        """(M,) what the client would bring with each advisor; -inf where the pair may not be formed."""
        problem = self.problem
        away = np.arange(problem.advisors) != problem.incumbent[client]
        switch = problem.switch_penalty * away if problem.incumbent[client] != POOL else 0.0
        profit = problem.value[client] * (problem.fit[client].astype(np.float64) - switch)
        if problem.incumbent[client] != POOL:
            profit[problem.incumbent[client]] += problem.stay_bonus[client]
        return np.where(np.isnan(profit), -np.inf, profit)

    def profits_of(self, clients: npt.NDArray[np.integer]) -> Float64s:
        """(K, M + 1) the same for many, the pool last."""
        problem = self.problem
        rows, home = np.arange(len(clients)), problem.incumbent[clients]
        has = home != POOL
        profit = problem.fit[clients].astype(np.float64) * problem.value[clients, None]
        penalty = problem.value[clients] * problem.switch_penalty * has
        profit -= penalty[:, None]
        profit[rows[has], home[has]] += penalty[has] + problem.stay_bonus[clients[has]]
        pool = np.where(problem.pool_allowed[clients], 0.0, -np.inf)
        return np.column_stack([np.where(np.isnan(profit), -np.inf, profit), pool])

    def loads_of(self, clients: npt.NDArray[np.integer]) -> Float64s:
        """(K, M) hours."""
        load = self.problem.load[clients]
        return load if self.problem.pair_loads else np.broadcast_to(load[:, None], (len(clients), len(self.hours)))

    def fits(self, client: int) -> Bools:
        """(M,) advisors who have the hours and the room in the band, and whether the present one can spare the client."""
        problem, now = self.problem, self.at[client]
        load = problem.load[client] if problem.pair_loads else np.full(problem.advisors, problem.load[client])
        value = problem.value[client]
        fit = (self.hours + load <= problem.capacity * (1 + ROOM)) & (self.worth + value <= self.most)
        if now != POOL and self.worth[now] - value < self.least[now]:
            fit[:] = False
        return np.asarray(fit)

    def put(self, client: int, advisor: int) -> None:
        problem = self.problem
        for where, sign in ((int(self.at[client]), -1.0), (advisor, 1.0)):
            if where != POOL:
                load = problem.load[client, where] if problem.pair_loads else problem.load[client]
                self.hours[where] += sign * load
                self.worth[where] += sign * problem.value[client]
        self.at[client] = advisor


def take_back(books: Books, counted: Bools, count: int) -> int:
    """Let `count` moved clients stay after all, where that costs least and still fits; returns how many did."""
    problem = books.problem
    moved = np.flatnonzero(counted & (books.at != problem.incumbent))
    losses = []
    for client in moved.tolist():
        profits = books.profits(client)
        now = 0.0 if books.at[client] == POOL else profits[books.at[client]]
        losses.append(now - profits[problem.incumbent[client]])
    back = 0
    for client in moved[np.argsort(losses, kind="stable")]:
        if back == count:
            break
        home = int(problem.incumbent[client])
        if books.fits(client)[home] and not np.isnan(problem.fit[client, home]):
            books.put(int(client), home)
            back += 1
    return back


def fill_up(books: Books, counted: Bools, count: int, gains: Float64s) -> int:
    """Make up to `count` further moves that bring something and still fit, the most promising first; returns how many."""
    problem = books.problem
    pinned = np.zeros(problem.clients, dtype=np.bool_)
    pinned[problem.pinned[:, 0]] = True
    staying = np.flatnonzero(counted & ~pinned & (books.at == problem.incumbent) & (gains > 0))
    made = 0
    for client in staying[np.argsort(-gains[staying], kind="stable")][: 4 * count]:
        if made == count:
            break
        profits = np.where(books.fits(client), books.profits(client), -np.inf)
        best = int(np.argmax(profits))
        if profits[best] > books.profits(client)[books.at[client]]:
            books.put(int(client), best)
            made += 1
    return made


def take_up(books: Books, count: int) -> None:
    """Give up to `count` clients what hours and band leave free, where it brings them more, the greatest gains first."""
    problem = books.problem
    free = np.ones(problem.clients, dtype=np.bool_)
    free[problem.pinned[:, 0]] = False
    clients = np.flatnonzero(free)
    profits = books.profits_of(clients)
    now = profits[np.arange(len(clients)), books.at[clients]]  # the pool, -1, is the last column
    room = books.hours + books.loads_of(clients) <= problem.capacity * (1 + ROOM)
    gains = np.where(room, profits[:, :-1], -np.inf).max(axis=1, initial=-np.inf) - now
    for at in np.argsort(-gains, kind="stable")[:count]:
        client = int(clients[at])
        better = np.where(books.fits(client), profits[at, :-1], -np.inf)
        best = int(np.argmax(better))
        if better[best] > now[at]:
            books.put(client, best)


def mend(books: Books, shifts: int = SHIFTS) -> bool:
    """Shift clients off advisors over their hours or value, and towards those below their value; says whether all is kept.

    Each step makes the shift that loses least per unit of the limit it mends and breaks no other one.
    """
    problem, free = books.problem, np.ones(books.problem.clients, dtype=np.bool_)
    free[problem.pinned[:, 0]] = False
    for _ in range(shifts):
        over = books.hours - problem.capacity * (1 + ROOM)
        rich, poor = books.worth - books.most, books.least - books.worth
        if max(over.max(), rich.max(), poor.max()) <= 0:
            return True
        if max(over.max(), rich.max()) > 0:
            at = int(np.argmax(np.where(over > 0, over / np.maximum(problem.capacity, 1e-9), 0) + np.maximum(rich, 0)))
            by_hours = bool(over[at] > 0)
            done = _shift_away(books, at, free, by_hours=by_hours)
            done = done or (not by_hours and _swap(books, at, free, -float(rich[at])))
        else:
            at = int(np.argmax(poor))
            done = _shift_towards(books, at, free) or _swap(books, at, free, float(poor[at]))
        if not done:
            return False
    return False


def _shift_away(books: Books, at: int, free: Bools, *, by_hours: bool) -> bool:
    problem = books.problem
    clients = np.flatnonzero((books.at == at) & free).astype(np.int32)
    if not len(clients):
        return False
    loads, values = books.loads_of(clients), problem.value[clients]
    profits = books.profits_of(clients)
    fits = (books.hours + loads <= problem.capacity * (1 + ROOM)) & (books.worth + values[:, None] <= books.most)
    fits[:, at] = False
    spared = by_hours | (books.worth[at] - values >= books.least[at])
    profits[:, :-1] = np.where(fits, profits[:, :-1], -np.inf)
    target = np.argmax(profits, axis=1)
    rows = np.arange(len(clients))
    now = books.profits_of(clients)[rows, at]
    unit = loads[:, at] if by_hours else values
    loss = np.where(spared & (unit > 0), (now - profits[rows, target]) / np.maximum(unit, 1e-12), np.inf)
    best = int(np.argmin(loss))
    if not np.isfinite(loss[best]):
        return False
    books.put(int(clients[best]), POOL if target[best] == len(books.hours) else int(target[best]))
    return True


def _shift_towards(books: Books, at: int, free: Bools) -> bool:
    problem = books.problem
    clients = np.flatnonzero((books.at != at) & free & ~np.isnan(problem.fit[:, at])).astype(np.int32)
    if not len(clients):
        return False
    values, load = problem.value[clients], books.loads_of(clients)[:, at]
    room = (books.hours[at] + load <= problem.capacity[at] * (1 + ROOM)) & (books.worth[at] + values <= books.most[at])
    now = books.at[clients]
    spared = (now == POOL) | (books.worth[now] - values >= books.least[now])
    clients = clients[room & spared & (values > 0)]
    if not len(clients):
        return False
    profits = books.profits_of(clients)
    rows = np.arange(len(clients))
    loss = (profits[rows, books.at[clients]] - profits[:, at]) / problem.value[clients]
    best = int(np.argmin(loss))
    books.put(int(clients[best]), at)
    return True


def _swap(books: Books, at: int, free: Bools, missing: float) -> bool:
    """Trade a client of `at` for one of a colleague's, of more value where `missing` > 0, of less where it is below."""
    problem = books.problem
    own = np.flatnonzero((books.at == at) & free)
    others = np.flatnonzero((books.at != at) & (books.at != POOL) & free & ~np.isnan(problem.fit[:, at]))
    if not len(own) or not len(others):
        return False
    own_profits, profits = books.profits_of(own), books.profits_of(others)
    elsewhere = np.delete(own_profits[:, :-1], at, axis=1)
    dear = np.argsort(own_profits[:, at] - elsewhere.max(axis=1, initial=-np.inf), kind="stable")[:OWN]
    own, own_profits = own[dear], own_profits[dear]
    now = books.at[others]
    mine, theirs = _best_swap(
        at,
        missing,
        own_profits,
        profits[np.arange(len(others)), now] - profits[:, at],
        now,
        problem.value[own],
        problem.value[others],
        books.loads_of(own),
        books.loads_of(others),
        problem.capacity * (1 + ROOM) - books.hours,
        books.worth - books.least,
        books.most - books.worth,
    )
    if mine < 0:
        return False
    books.put(int(own[mine]), int(now[theirs]))
    books.put(int(others[theirs]), at)
    return True


@kernel
def _best_swap(  # type: ignore[no-untyped-def]
    at, missing, own_profits, losses, now, own_values, values, own_loads, loads, hours_left, above, below
):
    """The swap that loses least per unit of value it mends: rows among the own and the others, -1 where none helps.

    losses: what each of the others loses by coming. hours_left, above, below: (M,) room under the hours, over the least and
    under the most value.
    """
    best, mine, theirs = np.inf, -1, -1
    for b in range(len(losses)):
        j = now[b]
        for a in range(len(own_values)):
            more = values[b] - own_values[a]
            room, spare = (below[at], above[j]) if missing > 0 else (above[at], below[j])
            if more * missing <= 0 or abs(more) > min(room, spare):
                continue
            if loads[b, at] - own_loads[a, at] > hours_left[at] or own_loads[a, j] - loads[b, j] > hours_left[j]:
                continue
            lost = losses[b] + own_profits[a, at] - own_profits[a, j]
            score = lost / min(abs(more) + 1e-12, abs(missing))
            if score < best:
                best, mine, theirs = score, a, b
    return mine, theirs
