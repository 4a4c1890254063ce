"""The match policy: its default, and its reading from stored JSON with errors that name the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from branch_crm.core.domain.rule_table import RuleTable

VALUE_TYPES = ("commission", "product", "asset", "balanced")
PERSONAS = ("PP", "FF", "II", "AA")
PERMISSION_GROUPS = ("leverage", "growth_boards")
TIERS = (1, 2, 3, 4, 5)
TERMS = ("value_type", "persona", "care", "large_assets", "permissions", "wishes", "continuity")

#: Version 1. Proposals for every branch to edit, not facts of the trade; docs/allocation.md says where each comes from.
DEFAULT_RULES: dict[str, Any] = {
    "terms": {
        "value_type": {
            "weight": 1.5,
            "skills": {
                "commission": {"stock_analysis": 0.5, "market_insight": 0.3, "margin_derivatives": 0.2},
                "product": {"product_knowledge": 0.6, "planning": 0.2, "plain_speech": 0.2},
                "asset": {"asset_allocation": 0.5, "planning": 0.3, "patience": 0.2},
                "balanced": {"market_insight": 0.3, "asset_allocation": 0.3, "product_knowledge": 0.4},
            },
        },
        "persona": {
            "weight": 1.0,
            "skills": {
                "PP": {"patience": 0.4, "warmth": 0.3, "plain_speech": 0.3},
                "FF": {"teaching": 0.4, "warmth": 0.3, "plain_speech": 0.3},
                "II": {"market_insight": 0.4, "stock_analysis": 0.4, "digital": 0.2},
                "AA": {"negotiation": 0.4, "margin_derivatives": 0.3, "market_insight": 0.3},
            },
        },
        "care": {
            "weight": 1.0,
            "from_age": 55,
            "full_age": 70,
            "cautious": 0.5,
            "skills": {"patience": 0.5, "warmth": 0.3, "plain_speech": 0.2},
        },
        "large_assets": {
            "weight": 1.0,
            "from_assets": 1_000_000,
            "full_assets": 5_000_000,
            "licence_share": 0.5,
            "skills": {"asset_allocation": 0.7, "planning": 0.3},
        },
        "permissions": {
            "weight": 0.5,
            "skills": {
                "leverage": {"margin_derivatives": 1.0},
                "growth_boards": {"stock_analysis": 0.6, "product_knowledge": 0.4},
            },
        },
        "wishes": {"weight": 1.5},
        "continuity": {"weight": 0.3, "full_years": 3},
    },
    # A skill nobody has tested counts as average, and weighs little.
    "missing_evidence": {"score": 0.5, "trust": 0.4},
    "hours": {"1": 0.05, "2": 0.15, "3": 0.6, "4": 2.0, "5": 4.0},
    # V is a log scale; the square gives back part of the distance in money between the tiers.
    "value_exponent": 2.0,
    "pool": {"up_to_tier": 2, "core": False},
    # Tier from which only a registered investment adviser may hold the client; null = no such rule.
    "adviser_required": {"from_tier": None},
    "fairness": 0.15,
    "switch_penalty": 0.1,
    "review": {"poor_fit_gain": 0.2, "poor_fit_from_tier": 3},
    # At most so many changes of advisor per client within so many calendar days; after a complaint nobody is moved for a while.
    "transfer_guard": {"max_transfers": 2, "days": 90, "after_complaint_days": 30},
    # How many clients a run may move, as a share of those in scope; null = as many as it likes.
    "move_budget": {"share": None},
    # How long a proposal lies open to the advisors, in trading days.
    "notice": {"trading_days": 3},
    # A second person approves when a plan moves more clients than this, more of the branch's value, or a client of this tier;
    # null = that measure asks for nobody.
    "approval": {"moves": 200, "value_share": 0.1, "tier": 5},
    # Trading days within which a request for another advisor is decided.
    "change_requests": {"trading_days": 3},
}

#: Sections that came after version 1 of some branches' policies: where they are missing, the default counts.
LATER_SECTIONS = ("transfer_guard", "move_budget", "notice", "approval", "change_requests")


@dataclass(frozen=True)
class MatchRules:
    """A policy that has been checked; every consumer takes its numbers from here.

    hours: service hours a month per tier 1-5. pool_up_to_tier: highest tier that may wait in the shared pool.
    guard_*: at most so many transfers of a client in so many calendar days, none so many days after a complaint.
    budget_share: share of the clients in scope a run may move. notice_days, request_days: trading days.
    second_from_*: where a second person approves (number of moves, share of the branch's value, tier); None = never for that.
    skills[term][class][skill]: shares that add up to anything > 0; they are normalised where they are used.
    """

    weights: Mapping[str, float]
    skills: Mapping[str, Mapping[str, Mapping[str, float]]]
    care_from_age: float
    care_full_age: float
    care_cautious: float
    large_from: float
    large_full: float
    large_licence_share: float
    continuity_years: float
    missing_score: float
    missing_trust: float
    hours: tuple[float, ...]
    value_exponent: float
    pool_up_to_tier: int
    pool_core: bool
    adviser_from_tier: int | None
    fairness: float | None
    switch_penalty: float
    poor_fit_gain: float
    poor_fit_from_tier: int
    guard_transfers: int
    guard_days: int
    guard_complaint_days: int
    budget_share: float | None
    notice_days: int
    second_from_moves: int | None
    second_from_value: float | None
    second_from_tier: int | None
    request_days: int

    def hours_of_tier(self, tier: int) -> float:
        return self.hours[tier - 1]


def read_rules(raw: Mapping[str, Any]) -> MatchRules:
    """Check a stored policy and freeze it. Raises RuleFault for the first field that is missing, unknown or out of range."""
    whole = RuleTable({**{name: DEFAULT_RULES[name] for name in LATER_SECTIONS}, **raw})
    terms = whole.table("terms")
    terms.none_but(TERMS, "term")
    weights = {term: terms.table(term).number("weight", 0, 100) for term in TERMS}
    if not any(weights.values()):
        raise whole.fault("terms", "at least one term needs a weight above 0")
    care, large = terms.table("care"), terms.table("large_assets")
    hours, missing, pool, review, guard, approval, required = (
        whole.table(name)
        for name in ("hours", "missing_evidence", "pool", "review", "transfer_guard", "approval", "adviser_required")
    )
    if required.get("from_tier") not in (None, *TIERS):
        raise required.fault("from_tier", "must be a tier from 1 to 5, or null")
    full_age, full_assets = care.number("full_age", 0, 150), large.number("full_assets", 0, 1e15)
    return MatchRules(
        weights=weights,
        skills={
            "value_type": _classes(terms.table("value_type"), VALUE_TYPES),
            "persona": _classes(terms.table("persona"), PERSONAS),
            "permissions": _classes(terms.table("permissions"), PERMISSION_GROUPS),
            "care": {"care": _shares(care, "skills")},
            "large_assets": {"large_assets": _shares(large, "skills")},
        },
        care_from_age=care.number("from_age", 0, full_age),
        care_full_age=full_age,
        care_cautious=care.number("cautious", 0, 1),
        large_from=large.number("from_assets", 1, full_assets),
        large_full=full_assets,
        large_licence_share=large.number("licence_share", 0, 1),
        continuity_years=terms.table("continuity").number("full_years", 0.1, 50),
        missing_score=missing.number("score", 0, 1),
        missing_trust=missing.number("trust", 0, 1),
        hours=tuple(hours.number(str(tier), 0, 500) for tier in TIERS),
        value_exponent=whole.number("value_exponent", 0.1, 5),
        pool_up_to_tier=int(pool.number("up_to_tier", 0, 5)),
        pool_core=bool(pool.rules.get("core", False)),
        adviser_from_tier=required.get("from_tier"),
        fairness=_or_none(whole, "fairness", 0.01, 1),
        switch_penalty=whole.number("switch_penalty", 0, 1),
        poor_fit_gain=review.number("poor_fit_gain", 0, 1),
        poor_fit_from_tier=int(review.number("poor_fit_from_tier", 1, 5)),
        guard_transfers=int(guard.number("max_transfers", 0, 100)),
        guard_days=int(guard.number("days", 0, 3650)),
        guard_complaint_days=int(guard.number("after_complaint_days", 0, 3650)),
        budget_share=_or_none(whole.table("move_budget"), "share", 0, 1),
        notice_days=int(whole.table("notice").number("trading_days", 1, 60)),
        second_from_moves=_whole(_or_none(approval, "moves", 0, 1_000_000)),
        second_from_value=_or_none(approval, "value_share", 0, 1),
        second_from_tier=_whole(_or_none(approval, "tier", 1, 5)),
        request_days=int(whole.table("change_requests").number("trading_days", 1, 60)),
    )


def _or_none(part: RuleTable, name: str, low: float, high: float) -> float | None:
    return None if part.get(name) is None else part.number(name, low, high)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _classes(term: RuleTable, names: tuple[str, ...]) -> dict[str, Mapping[str, float]]:
    skills = term.table("skills")
    skills.none_but(names, "class")
    return {name: _shares(skills, name) for name in names}


def _shares(part: RuleTable, name: str) -> dict[str, float]:
    shares = part.table(name)
    for skill in shares.rules:
        if not skill.isidentifier():
            raise shares.fault(skill, "is not the code of a skill")
    read = {skill: shares.number(skill, 0, 1000) for skill in shares.rules}
    if not sum(read.values()) > 0:
        raise part.fault(name, "needs at least one skill with a share above 0")
    return read
