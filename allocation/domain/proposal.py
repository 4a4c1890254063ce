"""From a frozen branch to a proposal: assemble the engine's problem, solve it, and give the answer back in branch terms."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocation.domain.budget import purse_of, spent_moves
from allocation.domain.case import Case, Note
from allocation.domain.giving_way import Report, Work, solve_within_limits, solve_without_band
from allocation.domain.held import OUTSIDE, NoProposal, hours_of, who_stays
from allocation.domain.solver.answer import Answer, Reason
from allocation.domain.solver.problem import POOL, Problem
from allocation.domain.tables import NOBODY, Floats, Ints


@dataclass(frozen=True, eq=False)
class Proposal:
    """The engine's answer in rows of the Case's tables.

    after (N,): row of the advisor, -1 = pool; equal to the holder outside the scope. prices are per advisor row:
    hour_price and value_price 0 where slack, NaN where the advisor takes no clients; pool_hour_price: those under which
    it was decided who waits in the pool, None when hours sufficed. capacity (M,): hours planned with.
    band: least and most weight per hour, None without a fairness rule.
    """

    after: Ints
    answer: Answer
    hour_price: Floats
    value_price: Floats
    pool_hour_price: Floats | None
    capacity: Floats
    band: tuple[float, float] | None
    fairness: float | None
    notes: tuple[Note, ...]


def propose(case: Case, *, report: Report | None = None) -> Proposal:
    """Work out who should serve whom. Raises NoProposal.

    Clients outside the scope stay where they are and count towards hours and band. Where the hours do not suffice for
    everybody, first it is decided who is served at all (most value per hour, no band), then by whom (within the band):
    a band over clients who wait in the pool would compare books with value that nobody holds.
    """
    columns = np.flatnonzero(case.advisors.serving)
    if not len(columns):
        raise NoProposal(Reason("nobody_serves"))
    fixed, notes = who_stays(case, columns)
    capacity, overload = hours_of(case, columns, fixed)
    notes += overload
    rows = np.flatnonzero(fixed > OUTSIDE)
    purse = purse_of(case, fixed)
    work = Work(case, columns, rows, _problem(case, columns, rows, fixed, capacity), purse, report)
    pool_price = None
    if work.problem.fairness is not None and _hours_short(work.problem):
        work, first, eased = solve_without_band(replace(work, rough=True))
        notes += eased
        pool_price = _by_advisor(case, columns, first.capacity_price)
        waiting = (first.assignment == POOL) & case.may_wait[rows]
        if waiting.any():
            notes.append(Note("pool_first", {"clients": int(waiting.sum())}))
        gone = rows[waiting]
        rows = rows[~waiting]
        problem = _problem(case, columns, rows, fixed, capacity)
        work = replace(
            work,
            rough=False,
            rows=rows,
            problem=replace(problem, capacity=work.problem.capacity),
            purse=purse.less(int(purse.counted[gone].sum())),
        )
    work, answer, given_way = solve_within_limits(work)
    notes += given_way
    fairness, problem = work.problem.fairness, work.problem
    band = None
    if fairness is not None and problem.capacity.sum() > 0:
        mean = float(problem.value.sum() / problem.capacity.sum())
        band = (mean * (1 - fairness), mean * (1 + fairness))
    after = _after(case, columns, rows, fixed, answer)
    planned = capacity.copy()
    planned[columns] = problem.capacity
    return Proposal(
        after=after,
        answer=answer,
        hour_price=_by_advisor(case, columns, answer.capacity_price),
        value_price=_by_advisor(case, columns, answer.fairness_price),
        pool_hour_price=pool_price,
        capacity=planned,
        band=band,
        fairness=fairness,
        notes=(*notes, *_budget_note(case, after)),
    )


def _budget_note(case: Case, after: Ints) -> list[Note]:
    if case.options.most_moves is None:
        return []
    used = spent_moves(case, after)
    free = int((after != case.clients.holder).sum()) - used
    return [Note("move_budget", {"allowed": case.options.most_moves, "used": used, "free": free})]


def _problem(case: Case, columns: Ints, rows: Ints, fixed: Ints, capacity: Floats) -> Problem:
    fit = case.fit[np.ix_(rows, columns)].copy()
    fit[case.forbidden[np.ix_(rows, columns)]] = np.nan
    place = np.full(len(case.advisors), POOL, dtype=np.int64)
    place[columns] = np.arange(len(columns))
    holder = case.clients.holder[rows]
    bound = np.flatnonzero(fixed[rows] >= 0)
    target = place[fixed[rows[bound]]]
    # Whoever stays, stays, also where today's rules would not form the pair any more.
    fit[bound, target] = case.fit[rows[bound], fixed[rows[bound]]]
    return Problem(
        value=case.weight[rows],
        fit=fit,
        load=case.load[rows],
        capacity=capacity[columns],
        incumbent=np.where(holder >= 0, place[holder], POOL),
        switch_penalty=case.options.switch_penalty,
        pool_allowed=case.may_wait[rows],
        fairness=case.options.fairness,
        pinned=np.column_stack([bound, target]),
    )


def _hours_short(problem: Problem) -> bool:
    return bool(problem.load.sum() > problem.capacity.sum() * 0.98)


def _after(case: Case, columns: Ints, rows: Ints, fixed: Ints, answer: Answer) -> Ints:
    """(N,) advisor rows: the answer for clients of the problem, the present holder for all others in or out of scope."""
    after = np.where(fixed == OUTSIDE, case.clients.holder, NOBODY)
    placed = answer.assignment >= 0
    after[rows[placed]] = columns[answer.assignment[placed]]
    return after


def _by_advisor(case: Case, columns: Ints, prices: Floats) -> Floats:
    table = np.full(len(case.advisors), np.nan)
    table[columns] = prices
    return table
