"""The match policy: its default, and its reading from stored JSON with errors that name the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


class PolicyError(ValueError):
    """`field` is the path of the field that is wrong, e.g. `terms.persona.weight`; `low` and `high` its bounds, if it has any."""

    def __init__(self, field: str, message: str, *, low: float | None = None, high: float | None = None) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message
        self.low = low
        self.high = high


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
    """Check a stored policy and freeze it. Raises PolicyError for the first field that is missing, unknown or out of range."""
    raw = {**{name: DEFAULT_RULES[name] for name in LATER_SECTIONS}, **raw}
    terms = _section(raw, "terms")
    for unknown in set(terms) - set(TERMS):
        raise PolicyError(f"terms.{unknown}", f"unknown term, expected one of {', '.join(TERMS)}")
    weights = {term: _number(_section(terms, term, "terms."), "weight", f"terms.{term}.", 0, 100) for term in TERMS}
    if not any(weights.values()):
        raise PolicyError("terms", "at least one term needs a weight above 0")
    care, large = terms["care"], terms["large_assets"]
    hours = _section(raw, "hours")
    missing = _section(raw, "missing_evidence")
    pool = _section(raw, "pool")
    review = _section(raw, "review")
    guard, approval = _section(raw, "transfer_guard"), _section(raw, "approval")
    required = _section(raw, "adviser_required").get("from_tier")
    if required is not None and required not in TIERS:
        raise PolicyError("adviser_required.from_tier", "must be a tier from 1 to 5, or null")
    fairness = raw.get("fairness")
    full_age = _number(care, "full_age", "terms.care.", 0, 150)
    full_assets = _number(large, "full_assets", "terms.large_assets.", 0, 1e15)
    return MatchRules(
        weights=weights,
        skills={
            "value_type": _classes(terms, "value_type", VALUE_TYPES),
            "persona": _classes(terms, "persona", PERSONAS),
            "permissions": _classes(terms, "permissions", PERMISSION_GROUPS),
            "care": {"care": _shares(care, "terms.care.skills")},
            "large_assets": {"large_assets": _shares(large, "terms.large_assets.skills")},
        },
        care_from_age=_number(care, "from_age", "terms.care.", 0, full_age),
        care_full_age=full_age,
        care_cautious=_number(care, "cautious", "terms.care.", 0, 1),
        large_from=_number(large, "from_assets", "terms.large_assets.", 1, full_assets),
        large_full=full_assets,
        large_licence_share=_number(large, "licence_share", "terms.large_assets.", 0, 1),
        continuity_years=_number(terms["continuity"], "full_years", "terms.continuity.", 0.1, 50),
        missing_score=_number(missing, "score", "missing_evidence.", 0, 1),
        missing_trust=_number(missing, "trust", "missing_evidence.", 0, 1),
        hours=tuple(_number(hours, str(tier), "hours.", 0, 500) for tier in TIERS),
        value_exponent=_number(raw, "value_exponent", "", 0.1, 5),
        pool_up_to_tier=int(_number(pool, "up_to_tier", "pool.", 0, 5)),
        pool_core=bool(pool.get("core", False)),
        adviser_from_tier=required,
        fairness=None if fairness is None else _number(raw, "fairness", "", 0.01, 1),
        switch_penalty=_number(raw, "switch_penalty", "", 0, 1),
        poor_fit_gain=_number(review, "poor_fit_gain", "review.", 0, 1),
        poor_fit_from_tier=int(_number(review, "poor_fit_from_tier", "review.", 1, 5)),
        guard_transfers=int(_number(guard, "max_transfers", "transfer_guard.", 0, 100)),
        guard_days=int(_number(guard, "days", "transfer_guard.", 0, 3650)),
        guard_complaint_days=int(_number(guard, "after_complaint_days", "transfer_guard.", 0, 3650)),
        budget_share=_number_or_none(_section(raw, "move_budget"), "share", "move_budget.", 0, 1),
        notice_days=int(_number(_section(raw, "notice"), "trading_days", "notice.", 1, 60)),
        second_from_moves=_whole(_number_or_none(approval, "moves", "approval.", 0, 1_000_000)),
        second_from_value=_number_or_none(approval, "value_share", "approval.", 0, 1),
        second_from_tier=_whole(_number_or_none(approval, "tier", "approval.", 1, 5)),
        request_days=int(_number(_section(raw, "change_requests"), "trading_days", "change_requests.", 1, 60)),
    )


def _section(raw: Mapping[str, Any], name: str, path: str = "") -> Mapping[str, Any]:
    part = raw.get(name)
    if not isinstance(part, Mapping):
        raise PolicyError(f"{path}{name}", "is missing or not a table")
    return part


def _number(part: Mapping[str, Any], name: str, path: str, low: float, high: float) -> float:
    value = part.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise PolicyError(
            f"{path}{name}", f"must be a number from {low:g} to {high:g}, got {value!r}", low=low, high=high
        )
    return float(value)


def _number_or_none(part: Mapping[str, Any], name: str, path: str, low: float, high: float) -> float | None:
    return None if part.get(name) is None else _number(part, name, path, low, high)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _classes(terms: Mapping[str, Any], term: str, names: tuple[str, ...]) -> dict[str, Mapping[str, float]]:
    table = _section(terms[term], "skills", f"terms.{term}.")
    for unknown in set(table) - set(names):
        raise PolicyError(f"terms.{term}.skills.{unknown}", f"unknown class, expected one of {', '.join(names)}")
    return {
        name: _shares({"skills": _section(table, name, f"terms.{term}.skills.")}, f"terms.{term}.skills.{name}")
        for name in names
    }


def _shares(part: Mapping[str, Any], path: str) -> dict[str, float]:
    shares = _section(part, "skills", path.removesuffix("skills"))
    for skill in shares:
        if not skill.isidentifier():
            raise PolicyError(f"{path}.{skill}", "is not the code of a skill")
    read = {skill: _number(shares, skill, f"{path}.", 0, 1000) for skill in shares}
    if not sum(read.values()) > 0:
        raise PolicyError(path, "needs at least one skill with a share above 0")
    return read
