"""Which rule gives way, and how far, where not all of them can hold: the band first, then the hours of books too heavy today.

Only what somebody holds in place may make a rule give way: a smaller scope, the guard, decisions, a budget of moves. A run
that may move everybody and still finds no plan fails, and says which rule cannot hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from allocation.domain.budget import BAND_STEP, BAND_TRIES, Purse, eased_hours, widest_of
from allocation.domain.case import Case, Note
from allocation.domain.held import NoProposal
from allocation.domain.solver.answer import Answer, Reason, Status
from allocation.domain.solver.budget import Budget, solve_within
from allocation.domain.solver.engine import solve
from allocation.domain.solver.problem import POOL, Problem
from allocation.domain.solver.standing import solve_near
from allocation.domain.tables import Ints

Report = Callable[[str, int, int], None]

#: Wider bands tried, in turn, when clients who are held where they are make the wanted one impossible.
WIDER_BANDS = (0.25, 0.4, 0.6, 0.8, 1.0)


#: How near the best, and for how long (seconds), it is looked who waits in the pool when hours are short: those at the edge
#: are worth next to nothing either way, and the plan that is shown is searched for and proven afterwards.
ROUGH_GAP, ROUGH_SECONDS = 0.01, 10.0


@dataclass(frozen=True, eq=False)
class Work:
    """One problem of a run: rows and columns say which clients and advisors of the case it is about.

    rough: only who is served at all is asked for, not the best plan.
    """

    case: Case
    columns: Ints
    rows: Ints
    problem: Problem
    purse: Purse
    report: Report | None
    rough: bool = False

    def solve(self, *, probe: bool = False) -> Answer:
        """Raises NoProposal, its reason in rows of the case's tables."""
        options, left = self.case.options, self.purse.left
        how = {"gap": options.gap, "time_limit": options.time_limit, "seed": options.seed}
        if self.rough:
            how |= {"gap": max(options.gap, ROUGH_GAP), "time_limit": min(options.time_limit, ROUGH_SECONDS)}
        if left is None and self.case.standing is not None and not self.rough:
            answer = solve_near(self.problem, self._standing(), progress=self.report, **how)  # type: ignore[arg-type]
        elif left is None:
            answer = solve(self.problem, progress=self.report, **how)  # type: ignore[arg-type]
        else:
            budget = Budget(self.purse.counted[self.rows], left)
            answer = solve_within(self.problem, budget, progress=self.report, probe=probe, **how)  # type: ignore[arg-type]
        if answer.status == Status.INFEASIBLE:
            raise NoProposal(self._in_rows(answer.reason or Reason("not_found")))
        return answer

    def banded(self, fairness: float | None) -> Work:
        return replace(self, problem=replace(self.problem, fairness=fairness))

    def _standing(self) -> Ints:
        """The standing proposal in the problem's own rows and columns."""
        place = np.full(len(self.case.advisors) + 1, POOL, dtype=np.int64)
        place[self.columns] = np.arange(len(self.columns))
        return np.asarray(place[self.case.standing[self.rows]])  # type: ignore[index]

    def _in_rows(self, reason: Reason) -> Reason:
        params = dict(reason.params)
        for key, table in (("client", self.rows), ("advisor", self.columns), ("other", self.columns)):
            if key in params:
                params[key] = int(table[int(str(params[key]))])
        group = params.get("advisors")
        if isinstance(group, (list, tuple)):
            params["advisors"] = [int(self.columns[int(at)]) for at in group]
        return Reason(reason.code, params, reason.proven)


def solve_within_limits(work: Work) -> tuple[Work, Answer, list[Note]]:
    """The wanted band, or the narrowest that those who stay allow; hours are eased before the band is given up."""
    wanted = work.problem.fairness
    try:
        return work, work.solve(), []
    except NoProposal as failure:
        if work.purse.left is not None:
            if not (_about_moves(failure.reason) or _about_fairness(failure.reason)):
                raise
        elif wanted is None or not _held(work.case) or not _about_fairness(failure.reason):
            raise
    return _widen(work, wanted) if work.purse.left is None else _narrow(work, wanted)


def solve_without_band(work: Work) -> tuple[Work, Answer, list[Note]]:
    """The same problem without its band; where a budget cannot bring heavy books under their hours, none gets heavier."""
    plain = work.banded(None)
    try:
        return plain, plain.solve(), []
    except NoProposal as failure:
        if work.purse.left is None or not _about_moves(failure.reason):
            raise
        refused = failure
    hours = eased_hours(plain.problem, plain.purse.counted[plain.rows])
    eased = replace(plain, problem=replace(plain.problem, capacity=hours))
    try:
        answer = eased.solve()
    except NoProposal:
        # The moves may not be what is missing: without the budget the engine names the rule that cannot hold at all.
        replace(plain, purse=replace(plain.purse, left=None)).solve()
        raise refused from None
    heavy = np.flatnonzero(answer.load > plain.problem.capacity + 1e-6)
    names = [int(plain.case.advisors.ids[plain.columns[at]]) for at in heavy]
    return eased, answer, [Note("budget_hours", {"advisors": names, "moves": int(work.purse.left)})]


def _widen(work: Work, wanted: float | None) -> tuple[Work, Answer, list[Note]]:
    for wider in (*(band for band in WIDER_BANDS if band > (wanted or 0.0)), None):
        looser = work.banded(wider)
        try:
            return looser, looser.solve(), [Note("band_widened", {"wanted": wanted, "used": wider})]
        except NoProposal as failure:
            if wider is None or not _about_fairness(failure.reason):
                raise
    raise AssertionError("the last band tried is no band at all")


def _narrow(work: Work, wanted: float | None) -> tuple[Work, Answer, list[Note]]:
    """Start from the plan without a band and draw the band in as far as the budget goes."""
    best, answer, notes = solve_without_band(work)
    if wanted is None:
        return best, answer, notes
    low, high = wanted, widest_of(best.problem, answer) + 1e-9
    found = best
    for _ in range(BAND_TRIES):
        if high - low <= BAND_STEP:
            break
        # What is left between the two shrinks fastest in steps of equal proportion.
        middle = float(np.sqrt(low * high))
        trial = best.banded(middle)
        try:
            answer = trial.solve(probe=True)
        except NoProposal:
            low = middle
        else:
            found, high = trial, min(middle, widest_of(trial.problem, answer) + 1e-9)
    used = max(float(np.ceil(100 * high) / 100), wanted)
    given_way = Note("band_budget", {"wanted": wanted, "used": used, "moves": work.purse.left})
    return found.banded(used), answer, [*notes, given_way]


def _held(case: Case) -> bool:
    return not case.in_scope.all() or len(case.pins) > 0 or case.guarded is not None


def _about_fairness(reason: Reason) -> bool:
    return reason.code.startswith("fairness") or reason.params.get("constraint") == "fairness"


def _about_moves(reason: Reason) -> bool:
    return reason.code == "budget_short"
