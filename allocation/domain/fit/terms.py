"""The terms of the fit, one function each. A match is argued on tested skills, never on a person's sex (domain.md §9.3).

Every function returns a Term in the same factored form. With C classes of clients (a value type, a persona, "is
elderly", one wished skill ...):

    use[i, c]    how much the term matters to client i through class c (policy weight x how far the class applies)
    score[c, j]  how well advisor j serves class c, 0 to 1
    trust[c, j]  how much evidence stands behind that score, 0 to 1

and the fit of a pair is the weighted mean  sum use*trust*score / sum use*trust  over all terms and classes. A term
that does not apply to a client has use 0 and changes nothing; a skill without evidence counts as average, with little
weight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from allocation.domain.fit.policy import PERMISSION_GROUPS, PERSONAS, VALUE_TYPES, MatchRules
from allocation.domain.tables import AdvisorTable, ClientTable, Floats


@dataclass(frozen=True, eq=False)
class Term:
    """One named part of the fit; see the module's text. use (N, C), score and trust (C, M)."""

    code: str
    use: Floats
    score: Floats
    trust: Floats


def value_type(clients: ClientTable, advisors: AdvisorTable, rules: MatchRules) -> Term:
    """Traders to stock analysts, product buyers to those who know products, asset keepers to allocators (paper, row 9)."""
    use = _one_hot(clients.value_type, len(VALUE_TYPES)) * rules.weights["value_type"]
    return _by_skill("value_type", use, [rules.skills["value_type"][name] for name in VALUE_TYPES], advisors, rules)


def persona(clients: ClientTable, advisors: AdvisorTable, rules: MatchRules) -> Term:
    """The style a behavioural type asks for; counts as much as the persona is sure."""
    use = _one_hot(clients.persona, len(PERSONAS)) * (rules.weights["persona"] * clients.confidence)[:, None]
    return _by_skill("persona", use, [rules.skills["persona"][name] for name in PERSONAS], advisors, rules)


def care(clients: ClientTable, advisors: AdvisorTable, rules: MatchRules) -> Term:
    """Cautious and elderly clients to the patient and warm: rises from `from_age` to `full_age`."""
    span = max(rules.care_full_age - rules.care_from_age, 1e-9)
    elderly = np.clip((np.nan_to_num(clients.age, nan=0.0) - rules.care_from_age) / span, 0.0, 1.0)
    need = np.maximum(elderly, clients.cautious * rules.care_cautious)
    use = need[:, None] * rules.weights["care"]
    return _by_skill("care", use, [rules.skills["care"]["care"]], advisors, rules)


def large_assets(clients: ClientTable, advisors: AdvisorTable, rules: MatchRules) -> Term:
    """Large assets to advisers who may advise on allocation (licence) and can (skill). Rises with the log of assets."""
    low, high = np.log(rules.large_from), np.log(rules.large_full)
    assets = np.log(np.maximum(np.nan_to_num(clients.assets, nan=1.0), 1.0))
    need = np.clip((assets - low) / max(high - low, 1e-9), 0.0, 1.0)
    use = need[:, None] * rules.weights["large_assets"]
    skilled = _by_skill("large_assets", use, [rules.skills["large_assets"]["large_assets"]], advisors, rules)
    licence = rules.large_licence_share
    # The licence is a fact with full trust; the skill's trust weighs only its own share.
    trust = licence + (1.0 - licence) * skilled.trust
    score = licence * advisors.adviser[None, :] + (1.0 - licence) * skilled.trust * skilled.score
    return Term("large_assets", use, np.divide(score, trust, out=np.zeros_like(score), where=trust > 0), trust)


def permissions(clients: ClientTable, advisors: AdvisorTable, rules: MatchRules) -> Term:
    """Who trades on margin or options, or on the growth boards, needs somebody who knows them."""
    held = np.column_stack([clients.leverage, clients.growth_boards]).astype(np.float64)
    use = held * (rules.weights["permissions"] / np.maximum(held.sum(axis=1, keepdims=True), 1.0))
    return _by_skill(
        "permissions", use, [rules.skills["permissions"][name] for name in PERMISSION_GROUPS], advisors, rules
    )


def wishes(clients: ClientTable, advisors: AdvisorTable, rules: MatchRules) -> Term:
    """What the client asked of an advisor, each wished skill alike; codes that the taxonomy no longer has are ignored."""
    names = advisors.skills.skills
    column = {name: at for at, name in enumerate(names)}
    use = np.zeros((len(clients), len(names)))
    for at, wished in enumerate(clients.wishes):
        known = [column[name] for name in wished if name in column]
        if known:
            use[at, known] = rules.weights["wishes"] / len(known)
    return _by_skill("wishes", use, [{name: 1.0} for name in names], advisors, rules)


def continuity(clients: ClientTable, advisors: AdvisorTable, rules: MatchRules) -> Term:
    """Years together are worth something of their own: one class a holder, served by that holder alone."""
    size = len(advisors)
    years = np.clip(np.nan_to_num(clients.tenure, nan=0.0) / rules.continuity_years, 0.0, 1.0)
    use = _one_hot(clients.holder, size) * (rules.weights["continuity"] * years)[:, None]
    return Term("continuity", use, np.eye(size), np.ones((size, size)))


TermFunction = Callable[[ClientTable, AdvisorTable, MatchRules], Term]

#: In the order in which pages show them.
TERM_FUNCTIONS: tuple[TermFunction, ...] = (
    value_type,
    persona,
    care,
    large_assets,
    permissions,
    wishes,
    continuity,
)


def all_terms(clients: ClientTable, advisors: AdvisorTable, rules: MatchRules) -> list[Term]:
    return [term(clients, advisors, rules) for term in TERM_FUNCTIONS]


def _one_hot(index: np.ndarray, size: int) -> Floats:
    table = np.zeros((len(index), size))
    known = np.flatnonzero(index >= 0)
    table[known, index[known]] = 1.0
    return table


def _by_skill(
    code: str, use: Floats, classes: list[Mapping[str, float]], advisors: AdvisorTable, rules: MatchRules
) -> Term:
    """Score classes by shares of skills: untested skills enter as `missing_score` with `missing_trust`."""
    table = advisors.skills
    shares = np.array([[wanted.get(skill, 0.0) for skill in table.skills] for wanted in classes], dtype=np.float64)
    shares = shares.reshape(len(classes), len(table.skills))
    total = shares.sum(axis=1, keepdims=True)
    shares = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
    tested = ~np.isnan(table.scores)
    belief = np.where(tested, 1.0, rules.missing_trust)
    skill = np.where(tested, np.nan_to_num(table.scores) / 100.0, rules.missing_score)
    trust = shares @ belief.T
    score = shares @ (belief * skill).T
    # A class none of whose skills are in the taxonomy, or nobody trusted at all: average, without weight.
    return Term(code, use, np.divide(score, trust, out=np.full_like(score, 0.5), where=trust > 0), trust)
