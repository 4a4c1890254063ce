"""What each further move buys: the plans of a scenario for a handful of budgets, from none to as many as serve best."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from allocation.domain.balance import head_figures
from allocation.domain.budget import spent_moves
from allocation.domain.case import Case
from allocation.domain.fairness import gini, max_over_median
from allocation.domain.giving_way import Report
from allocation.domain.proposal import propose
from allocation.domain.tables import Floats, Ints

#: Budgets as shares of the moves of the plan without one: the first moves buy the most, so they lie closest.
SHARES = (0.0, 0.01, 0.03, 0.06, 0.12, 0.2, 0.35, 0.5, 0.75)

#: A point of the curve is worth this distance from the proven best and no more search than this.
GAP, SECONDS = 0.005, 6.0


def budgets_up_to(most: int) -> list[int]:
    """The budgets of the curve, fewest first, where the plan without a budget makes `most` counted moves."""
    return sorted({round(share * most) for share in SHARES} - {most})


def point(case: Case, most_moves: int | None, *, report: Report | None = None) -> dict[str, Any]:
    """The plan for one budget (None = without) as figures. Raises NoProposal.

    moves: allowed; used: moves that count; all_moves: with those that do not. match: sum of weight x fit. spread: least and
    most value per hour as shares of the mean; max_over_median and gini of the same. fairness: the band kept. over_hours: hours
    beyond the advisors' own, where so few moves cannot bring books down.
    """
    options = replace(case.options, most_moves=most_moves, gap=GAP)
    if most_moves is not None:
        options = replace(options, time_limit=min(SECONDS, options.time_limit))
    trial = case.with_options(options)
    proposal = propose(trial, report=report)
    figures = head_figures(trial, proposal)
    used = spent_moves(trial, proposal.after)
    return {
        "moves": used if most_moves is None else most_moves,
        "used": used,
        "all_moves": figures["moves"],
        "match": figures["match_after"],
        "spread": figures["spread_after"],
        "fairness": proposal.fairness,
        "gap": proposal.answer.gap,
        "over_hours": float(np.maximum(load_of(trial, proposal.after) - trial.advisors.hours, 0.0).sum()),
        "unlimited": most_moves is None,
        **evenness(per_hour(trial, proposal.after, proposal.capacity)),
    }


def load_of(case: Case, holder: Ints) -> Floats:
    """Hours a month of every advisor who takes clients; 0 for the others."""
    held = np.flatnonzero(holder >= 0)
    return np.where(case.advisors.serving, np.bincount(holder[held], case.load[held], len(case.advisors)), 0.0)


def per_hour(case: Case, holder: Ints, capacity: Floats) -> Floats:
    """Value per planned hour of every advisor who takes clients."""
    serving = np.flatnonzero(case.advisors.serving & (capacity > 0))
    held = np.flatnonzero(holder >= 0)
    value = np.bincount(holder[held], case.weight[held], len(case.advisors))[serving]
    return np.asarray(value / capacity[serving], dtype=np.float64)


def evenness(values: Floats) -> dict[str, float | None]:
    return {"gini": gini(values), "max_over_median": max_over_median(values)}
