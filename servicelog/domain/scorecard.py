"""The appraisal of a month: figures of service per advisor, points by versioned weights, and the guard of what may weigh.

Pay and appraisal must not be simply tied to account openings or trading volume; conduct, suitability and complaints must weigh
(domain knowledge §1, fact 7). So neither can be given a weight here, money may not outweigh service, and optional moments are a
bonus that nobody can lose points by (paper, row 19).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from branch_crm.core.domain.rule_table import RuleFault, RuleTable
from servicelog.domain.service_rules import TIERS

COVERAGE, MANDATORY, LOGS, FLOW, AT_RISK, PRODUCTS, COMPLAINTS = (
    "coverage", "mandatory", "logs", "flow", "at_risk", "products", "complaints",
)  # fmt: skip
#: Figures that have a weight, in the order of the statement.
SCORED = (COVERAGE, MANDATORY, LOGS, FLOW, AT_RISK, PRODUCTS, COMPLAINTS)
OPTIONAL, CLAS, BREACH, ATTEMPTS = "optional", "clas", "breach", "attempts"
#: The heavier one first: it is the one that is told.
CAPS = (BREACH, ATTEMPTS)
CODES = (*SCORED, OPTIONAL, CLAS, *CAPS)
#: Figures that are a count of happenings rather than a share of something.
COUNTS = frozenset({COMPLAINTS, OPTIONAL, *CAPS})
#: Moments by which a client says that money may go. Not `closing`: who has asked to close is never to be held back, and
#: nobody's appraisal may hang on it (domain knowledge §1, facts 1 and 2).
AT_RISK_MOMENTS = ("large_outflow", "complaint")
#: What no version may weigh.
NEVER = ("turnover", "commission", "trades", "accounts")
#: Sales may weigh so much together, complaints at least so much.
MOST_MONEY, LEAST_COMPLAINTS = 30, 5

DEFAULT_RULES: dict[str, Any] = {
    # Weight of 100, the value that brings no points, and the value that brings all of them; linear in between.
    "indicators": {
        COVERAGE: {"weight": 30, "none_at": 0.4, "full_at": 0.95},
        MANDATORY: {"weight": 25, "none_at": 0.5, "full_at": 1.0},
        LOGS: {"weight": 10, "none_at": 0.5, "full_at": 0.95},
        FLOW: {"weight": 10, "none_at": -0.05, "full_at": 0.01},
        AT_RISK: {"weight": 10, "none_at": 0.2, "full_at": 1.0},
        PRODUCTS: {"weight": 5, "none_at": 0.0, "full_at": 0.3},
        COMPLAINTS: {"weight": 10, "none_at": 3, "full_at": 0},
    },
    # How heavily a contact that the standard asks for weighs, by tier.
    "tier_weights": {"1": 1, "2": 1, "3": 2, "4": 3, "5": 4},
    # Points for each optional moment of platinum and above that was done, and how many they may bring.
    "bonus": {"each": 0.5, "most": 5},
    # From so many on, no more than so many points.
    "caps": {BREACH: {"from": 1, "points": 60}, ATTEMPTS: {"from": 3, "points": 80}},
    # A share of fewer records than this is marked.
    "least_records": 5,
    # Days after which an order no longer follows a recommendation.
    "order_days": 30,
    # Days after freezing within which a figure may be disputed.
    "dispute_days": 30,
}


@dataclass(frozen=True)
class Indicator:
    """none_at brings no points, full_at all of `weight`; full_at below none_at where less is better."""

    code: str
    weight: float
    none_at: float
    full_at: float

    def share_of(self, value: float) -> float:
        """0..1."""
        return min(1.0, max(0.0, (value - self.none_at) / (self.full_at - self.none_at)))


@dataclass(frozen=True)
class Cap:
    code: str
    least: int
    points: float


@dataclass(frozen=True)
class ScorecardRules:
    indicators: tuple[Indicator, ...]
    tier_weights: Mapping[int, float]
    bonus_each: float
    bonus_most: float
    caps: tuple[Cap, ...]
    least_records: int
    order_days: int
    dispute_days: int


@dataclass(frozen=True)
class Counted:
    """What the records of a figure add up to: `good` of `whole`."""

    good: float
    whole: float


@dataclass(frozen=True)
class Figure:
    """value None: nothing to judge. points None: shown, never scored. weight: after the weights of what could not be judged
    were spread over the rest. few: too few records for the share to say much."""

    code: str
    value: float | None
    counted: Counted
    target: float | None
    weight: float
    points: float | None
    few: bool


@dataclass(frozen=True)
class Card:
    """points None: nothing of what is scored could be judged. cap: code of what holds the points down, empty = nothing."""

    figures: tuple[Figure, ...]
    points: float | None
    cap: str


def card_of(counted: Mapping[str, Counted], rules: ScorecardRules) -> Card:
    """Points of one advisor's month. A figure without records is left out and its weight spread: missing is not zero."""
    values = {code: value_of(code, counted.get(code)) for code in CODES}
    judged = sum(rule.weight for rule in rules.indicators if values[rule.code] is not None)
    figures: list[Figure] = []
    for rule in rules.indicators:
        value = values[rule.code]
        weight = 0.0 if value is None else rule.weight * 100 / judged if judged else 0.0
        points = None if value is None else weight * rule.share_of(value)
        figures.append(_figure(rule.code, value, counted, rules, target=rule.full_at, weight=weight, points=points))
    done = values[OPTIONAL] or 0.0
    bonus = min(rules.bonus_most, rules.bonus_each * done)
    figures.append(_figure(OPTIONAL, done, counted, rules, points=bonus))
    figures += [_figure(code, values[code], counted, rules) for code in (CLAS, *CAPS)]
    if not judged:
        return Card(tuple(figures), None, "")
    total = sum(figure.points or 0.0 for figure in figures)
    cap = next(
        (row for row in rules.caps if (values[row.code] or 0) >= row.least and total > row.points),
        None,
    )
    return Card(tuple(figures), cap.points if cap else total, cap.code if cap else "")


def value_of(code: str, counted: Counted | None) -> float | None:
    """A share, or a count; None where there was nothing to count. Nobody is judged by complaints who served nobody."""
    if code in (OPTIONAL, *CAPS):
        return counted.good if counted else 0.0
    if counted is None or counted.whole <= 0:
        return None
    return counted.good if code in COUNTS else counted.good / counted.whole


def _figure(
    code: str,
    value: float | None,
    counted: Mapping[str, Counted],
    rules: ScorecardRules,
    *,
    target: float | None = None,
    weight: float = 0.0,
    points: float | None = None,
) -> Figure:
    found = counted.get(code, Counted(0.0, 0.0))
    # Shares of money say nothing about how many records stand behind them.
    few = code in (COVERAGE, MANDATORY, LOGS, PRODUCTS) and value is not None and found.whole < rules.least_records
    return Figure(code, value, found, target, weight, points, few)


def read_scorecard_rules(raw: Mapping[str, Any]) -> ScorecardRules:
    """Check a stored policy and freeze it; sections that are missing count with their defaults.

    Raises RuleFault for the first field that is out of range or that the guard forbids.
    """
    whole = RuleTable({**DEFAULT_RULES, **raw})
    whole.none_but(DEFAULT_RULES, "section")
    indicators, caps, bonus, tiers = (whole.table(name) for name in ("indicators", "caps", "bonus", "tier_weights"))
    for unknown in sorted(indicators.rules.keys() - set(SCORED)):
        raise _refused(indicators, unknown)
    rules = ScorecardRules(
        indicators=tuple(_indicator(code, indicators.table(code)) for code in SCORED),
        tier_weights={tier: tiers.number(str(tier), 0, 100) for tier in TIERS},
        bonus_each=bonus.number("each", 0, 10),
        bonus_most=bonus.number("most", 0, 20),
        caps=tuple(_cap(code, caps) for code in CAPS),
        least_records=whole.whole("least_records", 1, 1000),
        order_days=whole.whole("order_days", 1, 365),
        dispute_days=whole.whole("dispute_days", 1, 365),
    )
    _guard(rules)
    return rules


def _refused(indicators: RuleTable, code: str) -> RuleFault:
    if code in NEVER:
        told = "may not weigh: appraisal must not be tied to trading volume, commission or account openings"
        return indicators.fault(code, told, guard="never")
    if code == OPTIONAL:
        return indicators.fault(code, "optional moments are a bonus and carry no weight", guard="optional")
    return indicators.fault(code, "unknown figure")


def _guard(rules: ScorecardRules) -> None:
    """Service weighs more than money, and conduct always weighs."""
    weights = {rule.code: rule.weight for rule in rules.indicators}
    total = sum(weights.values())
    if abs(total - 100) > 1e-6:
        raise RuleFault("indicators", f"the weights must add up to 100, not {total:g}", guard="sum")
    if weights[FLOW] + weights[PRODUCTS] > MOST_MONEY:
        raise RuleFault(
            f"indicators.{FLOW}.weight",
            f"money flows and products may weigh {MOST_MONEY} together, so that service weighs more",
            guard="money",
        )
    if weights[COMPLAINTS] < LEAST_COMPLAINTS:
        raise RuleFault(
            f"indicators.{COMPLAINTS}.weight",
            f"complaints must weigh at least {LEAST_COMPLAINTS}: conduct must count",
            guard="complaints",
        )


def _indicator(code: str, given: RuleTable) -> Indicator:
    low, high = (-1, 1) if code == FLOW else (0, 100) if code in COUNTS else (0, 1)
    none_at, full_at = given.number("none_at", low, high), given.number("full_at", low, high)
    if (full_at >= none_at) if code in COUNTS else (full_at <= none_at):
        raise given.fault("full_at", "must lie on the better side of none_at", guard="order")
    return Indicator(code, given.number("weight", 0, 100), none_at, full_at)


def _cap(code: str, caps: RuleTable) -> Cap:
    if not isinstance(caps.get(code), Mapping):
        told = "must be a table with from and points: unsuitable sales always cap"
        raise caps.fault(code, told, guard="cap")
    given = caps.table(code)
    return Cap(code, given.whole("from", 1, 20), given.number("points", 0, 90))
