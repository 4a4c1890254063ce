"""A match policy as a list of clauses, one rule each: what a page spells out, and what two versions are compared by.

Codes and numbers only; the sentences are in allocation.wording_policy, in every language of the product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allocation.domain.fit.policy import TERMS, TIERS, MatchRules

SECTIONS = ("match", "service", "fairness", "moves", "process")

#: Terms whose skills are asked for as a whole, not class by class.
WHOLE_TERMS = ("care", "large_assets")


@dataclass(frozen=True)
class Clause:
    """One rule. `code` is the same in every version and names the field a person would edit; `kind` chooses the sentence."""

    section: str
    code: str
    kind: str
    params: dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """A clause that two versions state differently; None = that version has no such clause."""

    code: str
    before: Clause | None
    after: Clause | None


def clauses(rules: MatchRules) -> list[Clause]:
    """Every rule of the policy, in the order in which it is explained."""
    return [*_match(rules), *_service(rules), *_fairness(rules), *_moves(rules), *_process(rules)]


def differences(old: MatchRules, new: MatchRules) -> list[Difference]:
    """What `new` states differently, in its order; what it no longer states comes last."""
    before = {clause.code: clause for clause in clauses(old)}
    after = {clause.code: clause for clause in clauses(new)}
    codes = [*after, *(code for code in before if code not in after)]
    return [
        Difference(code, before.get(code), after.get(code)) for code in codes if before.get(code) != after.get(code)
    ]


def _match(rules: MatchRules) -> Iterator[Clause]:
    total = sum(rules.weights.values())
    for term in TERMS:
        weight = rules.weights[term]
        kind = "term" if weight else "term_off"
        yield Clause("match", f"terms.{term}.weight", kind, {"term": term, "weight": weight, "share": weight / total})
        if not weight:
            continue
        for name, skills in rules.skills.get(term, {}).items():
            code = f"terms.{term}.skills" if term in WHOLE_TERMS else f"terms.{term}.skills.{name}"
            whole = sum(skills.values())
            shares = {skill: share / whole for skill, share in skills.items() if share}
            yield Clause("match", code, "skills", {"term": term, "name": name, "skills": shares})
        yield from _bounds(rules, term)
    missing = {"score": rules.missing_score, "trust": rules.missing_trust}
    yield Clause("match", "missing_evidence", "missing_evidence", missing)


def _bounds(rules: MatchRules, term: str) -> Iterator[Clause]:
    """From where on a term counts, for those that grow."""
    if term == "care":
        ages = {"low": rules.care_from_age, "high": rules.care_full_age, "cautious": rules.care_cautious}
        yield Clause("match", "terms.care.ages", "care_ages", ages)
    elif term == "large_assets":
        assets = {"low": rules.large_from, "high": rules.large_full, "licence": rules.large_licence_share}
        yield Clause("match", "terms.large_assets.assets", "large_assets", assets)
    elif term == "continuity":
        yield Clause("match", "terms.continuity.full_years", "continuity", {"years": rules.continuity_years})


def _service(rules: MatchRules) -> Iterator[Clause]:
    hours = {"hours": dict(zip(TIERS, rules.hours, strict=True))}
    yield Clause("service", "hours", "hours", hours)
    if rules.pool_up_to_tier:
        pool = {"tier": rules.pool_up_to_tier}
        yield Clause("service", "pool", "pool_core" if rules.pool_core else "pool", pool)
    else:
        yield Clause("service", "pool", "pool_never", {})
    if rules.adviser_from_tier is not None:
        yield Clause("service", "adviser_required.from_tier", "adviser", {"tier": rules.adviser_from_tier})
    else:
        yield Clause("service", "adviser_required.from_tier", "adviser_never", {})


def _fairness(rules: MatchRules) -> Iterator[Clause]:
    if rules.fairness is not None:
        yield Clause("fairness", "fairness", "band", {"band": rules.fairness})
    else:
        yield Clause("fairness", "fairness", "band_none", {})
    yield Clause("fairness", "value_exponent", "value_exponent", {"exponent": rules.value_exponent})


def _moves(rules: MatchRules) -> Iterator[Clause]:
    yield Clause("moves", "switch_penalty", "switch_penalty", {"penalty": rules.switch_penalty})
    guard = {"transfers": rules.guard_transfers, "days": rules.guard_days}
    yield Clause("moves", "transfer_guard", "guard" if rules.guard_days else "guard_none", guard)
    if rules.guard_complaint_days:
        yield Clause("moves", "transfer_guard.after_complaint_days", "complaint", {"days": rules.guard_complaint_days})
    if rules.budget_share is not None:
        yield Clause("moves", "move_budget.share", "budget", {"share": rules.budget_share})
    else:
        yield Clause("moves", "move_budget.share", "budget_none", {})


def _process(rules: MatchRules) -> Iterator[Clause]:
    yield Clause("process", "notice.trading_days", "notice", {"days": rules.notice_days})
    limits = {
        "moves": rules.second_from_moves,
        "value_share": rules.second_from_value,
        "tier": rules.second_from_tier,
    }
    for name, limit in limits.items():
        if limit is not None:
            yield Clause("process", f"approval.{name}", f"second_{name}", {"limit": limit})
    if all(limit is None for limit in limits.values()):
        yield Clause("process", "approval", "second_never", {})
    yield Clause("process", "change_requests.trading_days", "requests", {"days": rules.request_days})
    review = {"gain": rules.poor_fit_gain, "tier": rules.poor_fit_from_tier}
    yield Clause("process", "review", "review", review)
