"""From a frozen branch to a proposal: assemble the engine's problem, solve it, and give the answer back in branch terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from allocation.domain.case import Case, Note
from allocation.domain.held import OUTSIDE, NoProposal, hours_of, who_stays
from allocation.domain.solver.answer import Answer, Reason, Status
from allocation.domain.solver.engine import solve
from allocation.domain.solver.problem import POOL, Problem
from allocation.domain.tables import NOBODY, Floats, Ints

Report = Callable[[str, int, int], None]

#: Wider bands tried, in turn, when clients who are held where they are make the wanted one impossible.
WIDER_BANDS = (0.25, 0.4, 0.6, 0.8, 1.0)


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
    problem = _problem(case, columns, rows, fixed, capacity)
    pool_price = None
    if problem.fairness is not None and _hours_short(problem):
        first = _solve(case, replace(problem, fairness=None), rows, columns, report)
        pool_price = _by_advisor(case, columns, first.capacity_price)
        waiting = (first.assignment == POOL) & case.may_wait[rows]
        notes.append(Note("pool_first", {"clients": int(waiting.sum())}))
        rows = rows[~waiting]
        problem = _problem(case, columns, rows, fixed, capacity)
    answer, fairness, widened = _solve_within_band(case, problem, rows, columns, fixed, report)
    if widened:
        notes.append(Note("band_widened", {"wanted": case.options.fairness, "used": fairness}))
    band = None
    if fairness is not None and problem.capacity.sum() > 0:
        mean = float(problem.value.sum() / problem.capacity.sum())
        band = (mean * (1 - fairness), mean * (1 + fairness))
    return Proposal(
        after=_after(case, columns, rows, fixed, answer),
        answer=answer,
        hour_price=_by_advisor(case, columns, answer.capacity_price),
        value_price=_by_advisor(case, columns, answer.fairness_price),
        pool_hour_price=pool_price,
        capacity=capacity,
        band=band,
        fairness=fairness,
        notes=tuple(notes),
    )


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


def _solve(case: Case, problem: Problem, rows: Ints, columns: Ints, report: Report | None) -> Answer:
    options = case.options
    answer = solve(problem, gap=options.gap, time_limit=options.time_limit, seed=options.seed, progress=report)
    if answer.status == Status.INFEASIBLE:
        raise NoProposal(_reason_in_rows(answer.reason or Reason("not_found"), rows, columns))
    return answer


def _solve_within_band(
    case: Case, problem: Problem, rows: Ints, columns: Ints, fixed: Ints, report: Report | None
) -> tuple[Answer, float | None, bool]:
    """The wanted band; where scope, guard or decisions hold clients, the narrowest of WIDER_BANDS that this allows."""
    wanted = case.options.fairness
    try:
        return _solve(case, problem, rows, columns, report), wanted, False
    except NoProposal as failure:
        held = not case.in_scope.all() or len(case.pins) or case.guarded is not None
        if wanted is None or not held or not _about_fairness(failure.reason):
            raise
    for wider in (*(band for band in WIDER_BANDS if band > wanted), None):
        try:
            return _solve(case, replace(problem, fairness=wider), rows, columns, report), wider, True
        except NoProposal as failure:
            if wider is None or not _about_fairness(failure.reason):
                raise
    raise AssertionError("the last band tried is no band at all")


def _about_fairness(reason: Reason) -> bool:
    return reason.code.startswith("fairness") or reason.params.get("constraint") == "fairness"


def _reason_in_rows(reason: Reason, rows: Ints, columns: Ints) -> Reason:
    """Indices of the problem as ids of the branch come later; here as rows of the case's tables."""
    params = dict(reason.params)
    for key, table in (("client", rows), ("advisor", columns), ("other", columns)):
        if key in params:
            params[key] = int(table[int(str(params[key]))])
    group = params.get("advisors")
    if isinstance(group, (list, tuple)):
        params["advisors"] = [int(columns[int(at)]) for at in group]
    return Reason(reason.code, params, reason.proven)


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
