"""What the book asks for and the team cannot give: per class of the match policy's terms, clients and hours without an equal.

Need: the hours a month that the clients of a class take by their tier. Supply: the hours of advisors who serve and whose skills
are equal to the class, by score and by the trust in it. The classes of one term divide the same hours among themselves, none
counted twice; classes of different terms do not compete, because one hour serves a client in all of them. Inside a class the
hours go to the most valuable clients first; those beyond are the gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allocation.domain.fit.policy import PERMISSION_GROUPS, PERSONAS, VALUE_TYPES, MatchRules
from allocation.domain.fit.terms import TermFunction, care, large_assets, permissions, persona, value_type, wishes
from allocation.domain.tables import AdvisorTable, Bools, ClientTable, Floats, Ints

#: A class that rises by degrees (age, assets) has a client from this share of its full weight on.
FULLY = 0.5
#: Hours too few to matter.
TINY = 1e-9
#: How many who come closest are named.
NEAREST = 3
#: A result that is in reach of somebody who prepares; what a remedy is worked out for.
TRAINED_SCORE = 85.0


@dataclass(frozen=True)
class Bar:
    """From which score (0-100), trusted how far (0-1), somebody is equal to a class: the skill policy's `qualified`."""

    score: float
    trust: float


@dataclass(frozen=True, eq=False)
class TeamSkills:
    """Scores 0-100 and trust 0-1 over the taxonomy, rows as in the AdvisorTable. Untested skills stand at the neutral start
    with trust 0. `after`: kind of event -> the same, had everybody reached TRAINED_SCORE in one today."""

    skills: tuple[str, ...]
    score: Floats
    trust: Floats
    after: Mapping[str, tuple[Floats, Floats]]


@dataclass(frozen=True)
class Near:
    """An advisor short of a class: row in the AdvisorTable, score and trust there, and the skill that lacks most."""

    advisor: int
    score: float
    trust: float
    weakest: str


@dataclass(frozen=True)
class Remedy:
    """One event of this kind would make `advisors` (rows, the nearest first) equal to the class: hours they would bring,
    clients then still uncovered."""

    kind: str
    advisors: tuple[int, ...]
    hours: float
    left: int


@dataclass(frozen=True, eq=False)
class Gap:
    """One class. `rows`: its clients, the most valuable first; the first `covered` of them find an equal advisor.

    value: sum of V; revenue: yuan a year; hours: a month. `able`: rows of advisors equal to the class. `misplaced`: how many
    of the clients are now with somebody who is not.
    """

    term: str
    name: str
    skills: tuple[str, ...]
    rows: Ints
    covered: int
    value: float
    hours: float
    granted: float
    able: tuple[int, ...]
    able_hours: float
    open_value: float
    open_revenue: float
    open_hours: float
    misplaced: int
    nearest: tuple[Near, ...]
    remedy: Remedy | None

    @property
    def clients(self) -> int:
        return len(self.rows)

    @property
    def open_clients(self) -> int:
        return len(self.rows) - self.covered


def skill_gaps(
    clients: ClientTable, advisors: AdvisorTable, team: TeamSkills, rules: MatchRules, bar: Bar
) -> list[Gap]:
    """Every class that has clients, the most uncovered value first. A term without weight asks for nothing."""
    hours = np.array(rules.hours)[clients.tier - 1]
    found: list[Gap] = []
    for function, names, degree in _TERMS:
        code = function.__name__
        if not rules.weights[code]:
            continue
        wanted = rules.skills[code] if names else {name: {name: 1.0} for name in team.skills}
        classes = list(names or team.skills)
        use = function(clients, advisors, rules).use
        members = use >= degree * rules.weights[code] if degree else use > 0
        found += _term_gaps(
            code, classes, [wanted[name] for name in classes], members, hours, clients, advisors, team, rules, bar
        )
    return sorted(found, key=lambda gap: (-gap.open_value, -gap.value))


#: Term, its classes (none: one for each skill), and the degree from which a client belongs; 0 = any.
_TERMS: tuple[tuple[TermFunction, tuple[str, ...], float], ...] = (
    (value_type, VALUE_TYPES, 0),
    (persona, PERSONAS, 0),
    (care, ("care",), FULLY),
    (large_assets, ("large_assets",), FULLY),
    (permissions, PERMISSION_GROUPS, 0),
    (wishes, (), 0),
)


def _term_gaps(
    code: str,
    classes: Sequence[str],
    wanted: Sequence[Mapping[str, float]],
    members: Bools,
    hours: Floats,
    clients: ClientTable,
    advisors: AdvisorTable,
    team: TeamSkills,
    rules: MatchRules,
    bar: Bar,
) -> list[Gap]:
    shares = _shares(wanted, team.skills)
    score, trust = shares @ team.score.T, shares @ team.trust.T
    may = np.array(advisors.serving)
    if code == "large_assets" and rules.large_licence_share > 0:
        # Advice on large assets is for registered investment advisers; no contest makes one.
        may &= advisors.adviser
    equal = _equal(score, trust, bar) & may
    need = hours @ members
    value = clients.value @ members
    rank = np.argsort(-np.divide(value, need, out=np.zeros_like(value), where=need > 0), kind="stable")
    granted = share_hours(need, equal, np.where(may, advisors.hours, 0.0), [int(at) for at in rank])
    order = np.argsort(-clients.value, kind="stable")
    gaps = []
    for at, name in enumerate(classes):
        rows = order[members[order, at]]
        if not len(rows):
            continue
        taken = np.cumsum(hours[rows])
        covered = int(np.searchsorted(taken, granted[at] + 1e-9, side="right"))
        beyond = rows[covered:]
        holder = clients.holder[rows]
        held = holder >= 0
        near = _nearest(score[at], trust[at], may & ~equal[at], shares[at], team, bar) if covered < len(rows) else ()
        gaps.append(
            Gap(
                term=code,
                name=name,
                skills=tuple(team.skills[k] for k in np.argsort(-shares[at], kind="stable") if shares[at, k] > 0),
                rows=rows,
                covered=covered,
                value=float(value[at]),
                hours=float(need[at]),
                granted=float(granted[at]),
                able=tuple(int(j) for j in np.flatnonzero(equal[at])),
                able_hours=float(advisors.hours[equal[at]].sum()),
                open_value=float(clients.value[beyond].sum()),
                open_revenue=float(np.nan_to_num(clients.revenue[beyond]).sum()),
                open_hours=float(hours[beyond].sum()),
                misplaced=int((~equal[at][holder[held]]).sum()),
                nearest=near[:NEAREST],
                remedy=_remedy(shares[at], equal[at], near, taken, granted[at], advisors, team, bar),
            )
        )
    return gaps


def share_hours(need: Floats, equal: Bools, hours: Floats, order: Sequence[int]) -> Floats:
    """Hours for each class, given in `order`, each as many as can be without taking from those before. need (C,), equal (C, M).

    Classes before keep what they were given, but may change the advisors it comes from: augmenting paths of a flow, so that
    what is given in sum is the most possible whatever the order.
    """
    flow = np.zeros(equal.shape)
    for at in order:
        while need[at] - flow[at].sum() > TINY:
            path = _path(at, flow, equal, hours)
            if not path:
                break
            room = min([need[at] - flow[at].sum(), hours[path[-1][1]] - flow[:, path[-1][1]].sum()])
            # A class further down the path gives up the advisor through whom it was reached.
            handed = [(path[step][0], path[step - 1][1]) for step in range(1, len(path))]
            room = min([room, *(flow[pair] for pair in handed)])
            for pair in handed:
                flow[pair] -= room
            for pair in path:
                flow[pair] += room
    given: Floats = flow.sum(axis=1)
    return given


def _path(start: int, flow: Floats, equal: Bools, hours: Floats) -> list[tuple[int, int]]:
    """The shortest chain of (class, advisor) from a class to hours left over: each further class was served by the advisor
    before it. Empty when there is none."""
    spare = hours - flow.sum(axis=0) > TINY
    chains: list[list[tuple[int, int]]] = [[(start, int(j))] for j in np.flatnonzero(equal[start])]
    seen = {chain[-1][1] for chain in chains}
    for chain in chains:
        advisor = chain[-1][1]
        if spare[advisor]:
            return chain
        for other in np.flatnonzero(flow[:, advisor] > TINY):
            for j in np.flatnonzero(equal[other]):
                if int(j) not in seen:
                    seen.add(int(j))
                    chains.append([*chain, (int(other), int(j))])
    return []


def _shares(wanted: Sequence[Mapping[str, float]], skills: Sequence[str]) -> Floats:
    shares = np.array([[row.get(skill, 0.0) for skill in skills] for row in wanted], dtype=np.float64)
    total = shares.sum(axis=1, keepdims=True)
    return np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)


def _equal(score: Floats, trust: Floats, bar: Bar) -> Bools:
    equal: Bools = (score >= bar.score - 1e-9) & (trust >= bar.trust - 1e-9)
    return equal


def _nearest(
    score: Floats, trust: Floats, short_of_it: Bools, shares: Floats, team: TeamSkills, bar: Bar
) -> tuple[Near, ...]:
    """Those short of the bar who might reach it; the smallest distance first, points of score and of trust (in percent) added."""
    short = np.maximum(bar.score - score, 0.0) + 100 * np.maximum(bar.trust - trust, 0.0)
    rows = [int(j) for j in np.argsort(short, kind="stable") if short_of_it[j]]
    lack = shares * (100.0 - team.score + 100.0 * (1.0 - team.trust))
    return tuple(Near(j, float(score[j]), float(trust[j]), team.skills[int(np.argmax(lack[j]))]) for j in rows)


def _remedy(
    shares: Floats,
    equal: Bools,
    near: Sequence[Near],
    taken: Floats,
    granted: float,
    advisors: AdvisorTable,
    team: TeamSkills,
    bar: Bar,
) -> Remedy | None:
    """The event after which the fewest people, the nearest first, close most of the gap. None where no event does anything."""
    gap = float(taken[-1]) - granted
    best: Remedy | None = None
    for kind, (score, trust) in team.after.items():
        lifted = _equal(score @ shares, trust @ shares, bar) & ~equal
        people: list[int] = []
        hours = 0.0
        for item in near:
            if lifted[item.advisor] and advisors.hours[item.advisor] > 0 and hours < gap - 1e-9:
                people.append(item.advisor)
                hours += float(advisors.hours[item.advisor])
        if people:
            left = len(taken) - int(np.searchsorted(taken, granted + hours + 1e-9, side="right"))
            offer = Remedy(kind, tuple(people), hours, left)
            if best is None or (offer.left, len(offer.advisors)) < (best.left, len(best.advisors)):
                best = offer
    return best
