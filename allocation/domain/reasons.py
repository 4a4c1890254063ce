"""Why a client is proposed to an advisor: the one-line reason of every move, and the full card of one client.

Under the engine's prices every pair has a worth of its own,

    worth[i, j] = weight_i * (fit_ij - switch penalty where j is new) - load_i * hour_price_j - weight_i * value_price_j

and a plan gives (almost) every client to the advisor of greatest worth. So the card can name the runner-up, the
constraint that keeps a better match away (its price), and the smallest change that would turn the decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from allocation.domain.case import Case, weights
from allocation.domain.fit.matrix import adds_of_pairs, fit_matrix, take_apart
from allocation.domain.fit.policy import MatchRules
from allocation.domain.fit.rules import why_forbidden
from allocation.domain.fit.terms import TERM_FUNCTIONS, all_terms
from allocation.domain.proposal import Proposal
from allocation.domain.tables import NOBODY, AdvisorTable, ClientTable, Floats, Ints

TERM_CODES = tuple(function.__name__ for function in TERM_FUNCTIONS)


def reason_codes(case: Case, proposal: Proposal, rows: Ints) -> list[str]:
    """One code per moved client (rows of the case): the status that ends the old pairing, unserved, pool, the term that
    gains most, else the constraint that pushes the client out: capacity or fairness."""
    clients = case.clients.take(rows)
    before, after = clients.holder, proposal.after[rows]
    terms = all_terms(clients, case.advisors, case.rules)
    gains = adds_of_pairs(terms, np.maximum(after, 0)) - adds_of_pairs(terms, np.maximum(before, 0))
    best = np.argmax(gains, axis=1)
    rise = gains.sum(axis=1)
    reasons = []
    for at, (old, new) in enumerate(zip(before, after, strict=True)):
        if old < 0:
            reasons.append("unserved")
        elif case.advisors.status[old]:
            reasons.append(case.advisors.status[old])
        elif case.forbidden[rows[at], old]:
            reasons.append(next(filter(None, [_pair_rule(case, int(rows[at]), int(old))]), "refusal"))
        elif new < 0:
            reasons.append("pool")
        elif rise[at] > case.options.switch_penalty / 2:
            reasons.append(TERM_CODES[best[at]])
        else:
            pushed = abs(np.nan_to_num(proposal.value_price[old])) * case.weight[rows[at]]
            full = np.nan_to_num(proposal.hour_price[old]) * case.load[rows[at]]
            reasons.append("fairness" if pushed > full else "capacity")
    return reasons


def gains_of(case: Case, proposal: Proposal, rows: Ints) -> Floats:
    """What each move brings to the objective: weight x (fit after - switch penalty - fit before). No holder counts 0."""
    before, after = case.clients.holder[rows], proposal.after[rows]
    serving = np.append(case.advisors.serving, False)
    old = np.where(serving[before], case.fit[rows, np.maximum(before, 0)], 0.0)
    new = np.where(after >= 0, case.fit[rows, np.maximum(after, 0)], 0.0)
    switch = np.where(serving[before] & (after >= 0), case.options.switch_penalty, 0.0)
    return np.asarray(case.weight[rows] * (new - switch - old), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Prices:
    """What a stored plan keeps of the engine's answer, per row of its AdvisorTable; NaN where an advisor takes nobody.

    move: what one more move would bring, where a budget limits them; whoever can stay with the present advisor saves it.
    """

    hour: Floats
    value: Floats
    switch_penalty: float
    move: float = 0.0


def card(
    client: ClientTable,
    advisors: AdvisorTable,
    refusals: Ints,
    rules: MatchRules,
    prices: Prices,
    *,
    chosen: int,
) -> dict[str, Any]:
    """The reason card of one client (a table of one row) placed with `chosen` (-1 = pool). JSON: codes, rows, numbers.

    options: chosen, holder and runner-up, each with terms, fit, switch, hour and value cost, worth. others: every
    advisor's fit, worth and forbidding rule, best worth first. binding: the constraint that keeps the best match away.
    flip: what would turn the decision towards the runner-up.
    """
    terms = all_terms(client, advisors, rules)
    fit = fit_matrix(terms)[0].astype(np.float64)
    forbidden = why_forbidden(client, advisors, refusals, rules)
    weight = float(weights(client.value, rules)[0])
    load = rules.hours_of_tier(int(client.tier[0]))
    holder = int(client.holder[0])
    has_place = holder >= 0 and not advisors.status[holder]
    change = weight * np.where(has_place & (np.arange(len(advisors)) != holder), prices.switch_penalty, 0.0)
    if has_place and not forbidden[holder]:
        change[holder] -= prices.move
    pair_value = weight * fit - change
    hour_cost, value_cost = load * np.nan_to_num(prices.hour), weight * np.nan_to_num(prices.value)
    worth = pair_value - hour_cost - value_cost
    allowed = np.array([not reason for reason in forbidden], dtype=np.bool_)
    ranking = [int(at) for at in np.argsort(-worth, kind="stable") if allowed[at]]
    may_wait = int(client.tier[0]) <= rules.pool_up_to_tier and (not client.core[0] or rules.pool_core)
    runner_up = _runner_up(ranking, worth, chosen, may_wait)

    def option(at: int) -> dict[str, Any]:
        if at == NOBODY:
            return {
                "advisor": NOBODY,
                "fit": None,
                "terms": [],
                "switch": 0.0,
                "hours": 0.0,
                "value": 0.0,
                "worth": 0.0,
            }
        return {
            "advisor": at,
            "fit": float(fit[at]),
            "terms": [
                {"code": part.code, "share": part.share, "score": part.score, "adds": part.adds}
                for part in take_apart(terms, 0, at)
            ],
            "switch": float(change[at]),
            "hours": float(hour_cost[at]),
            "value": float(value_cost[at]),
            "worth": float(worth[at]),
            "forbidden": forbidden[at],
        }

    return {
        "weight": weight,
        "load": load,
        "chosen": option(chosen),
        "holder": option(holder) if holder >= 0 else None,
        "runner_up": option(runner_up) if runner_up is not None else None,
        "others": [{"advisor": at, "fit": float(fit[at]), "worth": float(worth[at])} for at in ranking],
        "forbidden": [{"advisor": at, "rule": rule} for at, rule in enumerate(forbidden) if rule],
        "binding": _binding(ranking, pair_value, hour_cost, value_cost, chosen, prices),
        "flip": _flip(worth, hour_cost, weight, load, chosen, runner_up, prices),
    }


def _runner_up(ranking: list[int], worth: Floats, chosen: int, may_wait: bool) -> int | None:
    best = next((at for at in ranking if at != chosen), None)
    if may_wait and chosen != NOBODY and (best is None or worth[best] < 0):
        return NOBODY
    return best


def _binding(
    ranking: list[int], pair_value: Floats, hour_cost: Floats, value_cost: Floats, chosen: int, prices: Prices
) -> dict[str, Any] | None:
    """The advisor who would suit best if hours and band cost nothing, and which of the two keeps the client away."""
    if not ranking:
        return None
    best = max(ranking, key=lambda at: (pair_value[at], -at))
    if best == chosen:
        return None
    hours, value = float(hour_cost[best]), float(value_cost[best])
    return {
        "advisor": best,
        "constraint": "capacity" if hours >= value else "fairness",
        "price": float(np.nan_to_num(prices.hour[best] if hours >= value else prices.value[best])),
        "costs": max(hours, value),
    }


def _flip(
    worth: Floats, hour_cost: Floats, weight: float, load: float, chosen: int, runner_up: int | None, prices: Prices
) -> dict[str, Any] | None:
    """How much better the runner-up's match would have to be, and, where that is enough, below which hour price."""
    if runner_up is None or weight <= 0:
        return None
    lead = (float(worth[chosen]) if chosen >= 0 else 0.0) - (float(worth[runner_up]) if runner_up >= 0 else 0.0)
    flip: dict[str, Any] = {"lead": lead, "fit": lead / weight}
    if runner_up >= 0 and load > 0 and 0 <= lead < hour_cost[runner_up]:
        flip["hour_price"] = float(np.nan_to_num(prices.hour[runner_up]) - lead / load)
    return flip


def _pair_rule(case: Case, row: int, advisor: int) -> str:
    one = case.clients.take(np.array([row]))
    return why_forbidden(one, case.advisors, case.refusals, case.rules)[advisor]
