"""Before and after, advisor by advisor: clients, value, load, mix, match, and what one more hour would bring."""

from __future__ import annotations

from typing import Any

import numpy as np

from allocation.domain.case import Case
from allocation.domain.fit.policy import PERSONAS, TIERS, VALUE_TYPES
from allocation.domain.proposal import Proposal
from allocation.domain.tables import Bools, Floats, Ints


def book_figures(case: Case, holder: Ints) -> list[dict[str, Any]]:
    """One dictionary per row of the AdvisorTable for the clients that `holder` (N,) gives to it.

    value: sum of weights; load: hours a month; fit: weighted mean match, None for an empty book; assets, revenue: yuan;
    tiers, types, personas: client counts per class, the last of types and personas being "unknown".
    """
    clients, size = case.clients, len(case.advisors)
    held = np.flatnonzero(holder >= 0)
    owner = holder[held]

    def total(column: Floats) -> Floats:
        return np.bincount(owner, np.nan_to_num(column[held]), size).astype(np.float64, copy=False)

    weight, load = total(case.weight), total(case.load)
    matched = np.bincount(owner, case.weight[held] * case.fit[held, owner], size)
    counts = np.bincount(owner, minlength=size)
    assets, revenue = total(clients.assets), total(clients.revenue)
    tiers = _mix(owner, clients.tier[held] - 1, size, len(TIERS))
    types = _mix(owner, clients.value_type[held], size, len(VALUE_TYPES) + 1)
    personas = _mix(owner, clients.persona[held], size, len(PERSONAS) + 1)
    return [
        {
            "clients": int(counts[at]),
            "value": round(float(weight[at]), 4),
            "load": round(float(load[at]), 4),
            "fit": round(float(matched[at] / weight[at]), 4) if weight[at] > 0 else None,
            "assets": round(float(assets[at]), 2),
            "revenue": round(float(revenue[at]), 2),
            "tiers": tiers[at].tolist(),
            "types": types[at].tolist(),
            "personas": personas[at].tolist(),
        }
        for at in range(size)
    ]


def balance(case: Case, proposal: Proposal) -> list[dict[str, Any]]:
    """Plan.balance: advisors who serve or hold somebody, before and after, with hours, price and status."""
    before = book_figures(case, case.clients.holder)
    after = book_figures(case, proposal.after)
    return [
        {
            "advisor": pk,
            "name": case.advisors.names[at],
            "staff_no": case.advisors.staff_nos[at],
            "status": case.advisors.status[at],
            "capacity": float(proposal.capacity[at]),
            "hour_price": _number(proposal.hour_price[at]),
            "value_price": _number(proposal.value_price[at]),
            "before": before[at],
            "after": after[at],
        }
        for at, pk in enumerate(case.advisors.ids)
    ]


def head_figures(case: Case, proposal: Proposal) -> dict[str, Any]:
    """The proposal in one line: match before and after, moves, and how evenly value lies on the hours.

    match: sum of weight x fit over clients that somebody who may serve holds (an absent holder serves nobody; one whom a
    scenario thinks away does so today, no more afterwards).
    spread: least and most value per hour among serving advisors, as shares of their mean.
    """
    moved = proposal.after != case.clients.holder
    return {
        "clients": len(case.clients),
        "in_scope": int(case.in_scope.sum()),
        "moves": int(moved.sum()),
        "match_before": _match(case, case.clients.holder, case.advisors.present),
        "match_after": _match(case, proposal.after, case.advisors.serving),
        "spread_before": _spread(case, case.clients.holder, proposal.capacity),
        "spread_after": _spread(case, proposal.after, proposal.capacity),
        "pool_before": int((case.clients.holder < 0).sum()),
        "pool_after": int((proposal.after < 0).sum()),
    }


def leaver_figures(case: Case, after: Ints) -> dict[str, Any] | None:
    """What becomes of the books of advisors whom the scenario thinks away; None where it is about nobody's leaving.

    match_with, match_without: sum of weight x fit of these clients today, and as proposed (0 in the pool).
    """
    leaving = np.array([status == "leaving" for status in case.advisors.status], dtype=np.bool_)
    book = np.flatnonzero((case.clients.holder >= 0) & leaving[case.clients.holder])
    if not leaving.any():
        return None
    taken = book[after[book] >= 0]
    before, now = case.clients.holder[book], after[taken]
    return {
        "advisors": [case.advisors.ids[at] for at in np.flatnonzero(leaving)],
        "clients": len(book),
        "value": float(case.weight[book].sum()),
        "hours": float(case.load[book].sum()),
        "takers": len(np.unique(now)),
        "pool": len(book) - len(taken),
        "match_with": float((case.weight[book] * case.fit[book, before]).sum()),
        "match_without": float((case.weight[taken] * case.fit[taken, now]).sum()),
    }


def _match(case: Case, holder: Ints, serves: Bools) -> float:
    served = np.flatnonzero((holder >= 0) & serves[holder])
    return float((case.weight[served] * case.fit[served, holder[served]]).sum())


def _spread(case: Case, holder: Ints, capacity: Floats) -> list[float] | None:
    serving = np.flatnonzero(case.advisors.serving & (capacity > 0))
    held = np.flatnonzero(holder >= 0)
    value = np.bincount(holder[held], case.weight[held], len(case.advisors))[serving]
    hours = capacity[serving]
    if not len(serving) or value.sum() <= 0:
        return None
    share = (value / hours) / (value.sum() / hours.sum())
    return [round(float(share.min()), 4), round(float(share.max()), 4)]


def _mix(owner: Ints, index: Ints, size: int, classes: int) -> Ints:
    """(size, classes) counts; a class of -1 is counted last."""
    flat = owner * classes + np.where(index < 0, classes - 1, index)
    return np.bincount(flat, minlength=size * classes).reshape(size, classes)


def _number(price: float) -> float | None:
    return None if np.isnan(price) else round(float(price), 6)
