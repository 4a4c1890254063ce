"""The hard rules, one function each: pairs that may never be formed, whatever they would be worth.

Codes of rules about the advisor alone (AdvisorTable.status, given by `why_not_serving`): left, not_serving, licence,
on_leave, leaving, no_hours. Rules about a pair: adviser_required, refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from allocation.domain.fit.policy import MatchRules
from allocation.domain.tables import AdvisorTable, Bools, ClientTable, Ints


@dataclass(frozen=True)
class AdvisorFacts:
    """What decides whether an advisor may hold clients on a day. `serving` is the one definition's verdict (advisors app)."""

    serving: bool
    serving_position: bool
    licensed: bool
    joined: date | None
    left: date | None
    on_leave: bool


def why_not_serving(facts: AdvisorFacts, *, on: date) -> str:
    """The name of the rule that keeps an advisor from taking clients; empty when none does.

    The verdict is `facts.serving`; this only gives it a name, the gravest reason first.
    """
    if facts.serving:
        return ""
    if facts.left is not None and facts.left <= on:
        return "left"
    if not facts.serving_position or (facts.joined is not None and facts.joined > on):
        return "not_serving"
    if facts.on_leave and facts.licensed:
        return "on_leave"
    return "licence"


def not_available(clients: ClientTable, advisors: AdvisorTable, refusals: Ints, rules: MatchRules) -> Bools:
    """Advisors with a status take nobody (left, not_serving, licence, on_leave, no_hours)."""
    return np.broadcast_to(~advisors.serving, (len(clients), len(advisors)))


def adviser_required(clients: ClientTable, advisors: AdvisorTable, refusals: Ints, rules: MatchRules) -> Bools:
    """From a tier on, only registered investment advisers may hold the client, where the policy says so."""
    if rules.adviser_from_tier is None:
        return np.zeros((len(clients), len(advisors)), dtype=np.bool_)
    return (clients.tier >= rules.adviser_from_tier)[:, None] & ~advisors.adviser[None, :]


def refusal(clients: ClientTable, advisors: AdvisorTable, refusals: Ints, rules: MatchRules) -> Bools:
    """The client asked not to be served by this advisor. `refusals`: (R, 2) client id, advisor id."""
    forbidden = np.zeros((len(clients), len(advisors)), dtype=np.bool_)
    row = {int(client): at for at, client in enumerate(clients.ids)}
    column = {advisor: at for at, advisor in enumerate(advisors.ids)}
    for client, advisor in refusals:
        if int(client) in row and int(advisor) in column:
            forbidden[row[int(client)], column[int(advisor)]] = True
    return forbidden


Rule = Callable[[ClientTable, AdvisorTable, Ints, MatchRules], Bools]

#: Checked in this order; the first that holds is the one a page names.
PAIR_RULES: dict[str, Rule] = {"adviser_required": adviser_required, "refusal": refusal}


def forbidden_pairs(clients: ClientTable, advisors: AdvisorTable, refusals: Ints, rules: MatchRules) -> Bools:
    """(N, M): True where any hard rule forbids the pair."""
    forbidden = np.array(not_available(clients, advisors, refusals, rules))
    for rule in PAIR_RULES.values():
        forbidden |= rule(clients, advisors, refusals, rules)
    return forbidden


def why_forbidden(client: ClientTable, advisors: AdvisorTable, refusals: Ints, rules: MatchRules) -> list[str]:
    """For a table of one client: the name of the rule that forbids each advisor, empty where none does."""
    reasons = list(advisors.status)
    for code, rule in PAIR_RULES.items():
        mask = rule(client, advisors, refusals, rules)[0]
        reasons = [reason or (code if mask[at] else "") for at, reason in enumerate(reasons)]
    return reasons
