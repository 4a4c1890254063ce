"""The service policy: standards per tier, what counts as a contact, forbidden words, products. Its default and its reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

import numpy as np
import numpy.typing as npt

from branch_crm.core.domain.rule_table import RuleTable

TIERS = (1, 2, 3, 4, 5)
CLIENT_LEVELS = ("C0", "C1", "C2", "C3", "C4", "C5")
PRODUCT_LEVELS = ("R1", "R2", "R3", "R4", "R5")
#: The terms of a product's rank for a client, in the order they are told.
FIT_TERMS = ("persona", "liquidity", "holdings", "cash", "value_type")
#: Rows of the rank's tables.
PERSONAS = ("PP", "FF", "II", "AA")
VALUE_TYPES = ("commission", "product", "asset", "balanced")
LIQUIDITY_NEEDS = ("low", "medium", "high")
#: What a finding of the nightly reviews leads to: a notice with due process, a hint on the pages, nothing.
FINDING_USES = ("notice", "hint", "off")

#: Version 1. Proposals for every branch to edit; words and matrix are compliance's (domain knowledge: §1.3, §1.4, §3.1).
DEFAULT_RULES: dict[str, Any] = {
    # Contacts wanted per tier within so many calendar days, and meetings face to face.
    "standards": {
        "1": {"contacts": 1, "days": 182, "meetings": 0, "meeting_days": 182},
        "2": {"contacts": 1, "days": 91, "meetings": 0, "meeting_days": 182},
        "3": {"contacts": 1, "days": 30, "meetings": 0, "meeting_days": 182},
        "4": {"contacts": 2, "days": 30, "meetings": 1, "meeting_days": 182},
        "5": {"contacts": 4, "days": 30, "meetings": 1, "meeting_days": 91},
    },
    "counting": {
        "least_characters": 10,
        # Share of equal text above which two logs of one author are one and its copy; looked for among his logs of so many days.
        "copy_share": 0.9,
        "copy_days": 60,
        # More logs than this, held within so many minutes, are a burst.
        "burst_logs": 6,
        "burst_minutes": 10,
        "day_from": "07:30",
        "day_until": "21:30",
        # Trading days within which a contact must be logged.
        "late_after": 3,
    },
    "editing_minutes": 30,
    "quiet_hours": {"from": "21:00", "until": "08:30"},
    # Days within which every I-CLAS letter should occur, per tier.
    "clas_days": {"1": 365, "2": 365, "3": 182, "4": 182, "5": 182},
    "forbidden": {
        "words": [
            "保本", "保收益", "稳赚", "包赚", "零风险", "无风险", "兜底", "承诺收益", "保证收益", "最低收益", "必涨", "内幕",
            "消息票", "代操作", "代客理财", "分成", "补差", "返佣", "贴钱",
        ],
        "patterns": [r"(\d+\s*%|翻倍).{0,6}(收益|回报)"],
        "negations": ["不", "没有", "并非", "不是", "绝无", "无法", "不能", "不得", "禁止", "严禁", "未"],
    },
    "suitability": {
        "highest": {"C0": "R1", "C1": "R1", "C2": "R2", "C3": "R3", "C4": "R4", "C5": "R5"},
        # Levels whose holders may not buy above theirs even when they ask for it themselves.
        "never_above": ["C0"],
        # Longest term, in days, that fits a stated need for liquidity; null = any.
        "longest_term": {"high": 90, "medium": 365, "low": None},
    },
    # How suitable products are ranked for a client: points per term (100 in all), and what each level R1-R5 is worth
    # to a behavioural type and a value type. Ranks among what is suitable; nothing here can make a product suitable.
    "fit": {
        "weights": {"persona": 30, "liquidity": 20, "holdings": 20, "cash": 20, "value_type": 10},
        "persona": {
            "PP": [1.0, 0.9, 0.5, 0.2, 0.1],
            "FF": [0.7, 1.0, 0.8, 0.3, 0.2],
            "II": [0.5, 0.7, 1.0, 0.9, 0.7],
            "AA": [0.4, 0.6, 0.9, 1.0, 0.8],
        },
        "value_type": {
            "commission": [0.4, 0.5, 0.7, 0.8, 0.7],
            "product": [1.0, 1.0, 1.0, 1.0, 1.0],
            "asset": [1.0, 0.9, 0.7, 0.3, 0.2],
            "balanced": [0.7, 0.7, 0.7, 0.7, 0.7],
        },
        # The term in days that suits a need for liquidity best.
        "target_days": {"low": 365, "medium": 180, "high": 0},
        # Cash from this share of all assets on counts as idle.
        "idle_share": 0.3,
    },
    # When a client's service is reviewed with due process (paper, row 12): a proposal for every branch to edit.
    "reviews": {
        "under_served": "notice",
        "perfunctory": "notice",
        "no_output": "hint",
        "from_tier": 3,
        "look_back_days": 91,
        # So many logs of which this share is short, copied or one of a burst are for form's sake.
        "formal_logs": 4,
        "formal_share": 0.5,
        # So many talks that counted, within so many days, of which nothing came.
        "idle_talks": 6,
        "idle_days": 182,
        # Trading days in which the advisor can cure or reply.
        "cure_sessions": 10,
        # Days of peace after a change of advisor, after a leave (at most as long as it took) and after a closed review.
        "grace_days": 30,
        "complaint_days": 30,
        # Notices open at a time, per advisor.
        "most_open": 5,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Standard:
    """So many contacts within so many calendar days, and so many meetings face to face."""

    contacts: int
    days: int
    meetings: int
    meeting_days: int


@dataclass(frozen=True)
class Counting:
    least_characters: int
    copy_share: float
    copy_days: int
    burst_logs: int
    burst_minutes: int
    day_from: time
    day_until: time
    late_after: int


@dataclass(frozen=True)
class Forbidden:
    words: tuple[str, ...]
    patterns: tuple[str, ...]
    negations: tuple[str, ...]


@dataclass(frozen=True)
class Suitability:
    """highest: client level -> highest product level. longest_term: need for liquidity -> days, None = any."""

    highest: Mapping[str, str]
    never_above: frozenset[str]
    longest_term: Mapping[str, int | None]


@dataclass(frozen=True)
class FitRules:
    """weights: term -> points, 100 in all. persona, value_type: rows as in PERSONAS, VALUE_TYPES x R1-R5, each 0 to 1.

    target_days: as in LIQUIDITY_NEEDS. idle_share: 0 to 1.
    """

    weights: Mapping[str, float]
    persona: npt.NDArray[np.float64]
    value_type: npt.NDArray[np.float64]
    target_days: npt.NDArray[np.float64]
    idle_share: float


@dataclass(frozen=True)
class ReviewRules:
    """under_served, perfunctory, no_output: one of FINDING_USES. Days are calendar days, formal_share 0 to 1."""

    under_served: str
    perfunctory: str
    no_output: str
    from_tier: int
    look_back_days: int
    formal_logs: int
    formal_share: float
    idle_talks: int
    idle_days: int
    cure_sessions: int
    grace_days: int
    complaint_days: int
    most_open: int

    def use_of(self, finding: str) -> str:
        return {"under_served": self.under_served, "perfunctory": self.perfunctory, "no_output": self.no_output}[
            finding
        ]


@dataclass(frozen=True)
class ServiceRules:
    standards: Mapping[int, Standard]
    counting: Counting
    editing_minutes: int
    quiet_from: time
    quiet_until: time
    clas_days: Mapping[int, int]
    forbidden: Forbidden
    suitability: Suitability
    fit: FitRules
    reviews: ReviewRules


def read_service_rules(raw: Mapping[str, Any]) -> ServiceRules:
    """Check a stored policy and freeze it; sections that are missing count with their defaults.

    Raises RuleFault for the first field that is out of range.
    """
    whole = RuleTable({**DEFAULT_RULES, **raw})
    standards, counting, quiet, clas = (
        whole.table(name) for name in ("standards", "counting", "quiet_hours", "clas_days")
    )
    return ServiceRules(
        standards={tier: _standard(standards.table(str(tier))) for tier in TIERS},
        counting=Counting(
            least_characters=counting.whole("least_characters", 1, 500),
            copy_share=counting.number("copy_share", 0.5, 1),
            copy_days=counting.whole("copy_days", 1, 400),
            burst_logs=counting.whole("burst_logs", 1, 100),
            burst_minutes=counting.whole("burst_minutes", 1, 240),
            day_from=counting.time("day_from"),
            day_until=counting.time("day_until"),
            late_after=counting.whole("late_after", 0, 60),
        ),
        editing_minutes=whole.whole("editing_minutes", 0, 24 * 60),
        quiet_from=quiet.time("from"),
        quiet_until=quiet.time("until"),
        clas_days={tier: clas.whole(str(tier), 1, 1000) for tier in TIERS},
        forbidden=_forbidden(whole.table("forbidden")),
        suitability=_suitability(whole.table("suitability")),
        fit=_fit(whole.table("fit")),
        reviews=_reviews(whole.table("reviews")),
    )


def _reviews(part: RuleTable) -> ReviewRules:
    return ReviewRules(
        under_served=part.one_of("under_served", FINDING_USES),
        perfunctory=part.one_of("perfunctory", FINDING_USES),
        no_output=part.one_of("no_output", FINDING_USES),
        from_tier=part.whole("from_tier", 1, 5),
        look_back_days=part.whole("look_back_days", 14, 400),
        formal_logs=part.whole("formal_logs", 2, 100),
        formal_share=part.number("formal_share", 0.1, 1),
        idle_talks=part.whole("idle_talks", 2, 100),
        idle_days=part.whole("idle_days", 30, 400),
        cure_sessions=part.whole("cure_sessions", 1, 60),
        grace_days=part.whole("grace_days", 0, 180),
        complaint_days=part.whole("complaint_days", 0, 180),
        most_open=part.whole("most_open", 1, 100),
    )


def _standard(row: RuleTable) -> Standard:
    return Standard(
        contacts=row.whole("contacts", 0, 100),
        days=row.whole("days", 1, 400),
        meetings=row.whole("meetings", 0, 100),
        meeting_days=row.whole("meeting_days", 1, 400),
    )


def _forbidden(part: RuleTable) -> Forbidden:
    patterns = part.texts("patterns")
    for at, pattern in enumerate(patterns):
        try:
            re.compile(pattern)
        except re.error as error:
            raise part.fault(f"patterns.{at}", f"is not a pattern: {error}") from None
    return Forbidden(part.texts("words"), patterns, part.texts("negations"))


def _suitability(part: RuleTable) -> Suitability:
    highest, terms = part.table("highest"), part.table("longest_term")
    return Suitability(
        highest={level: highest.one_of(level, PRODUCT_LEVELS) for level in CLIENT_LEVELS},
        never_above=frozenset(part.among("never_above", CLIENT_LEVELS)),
        longest_term={
            need: None if days is None else terms.whole(need, 1, 36500) for need, days in terms.rules.items()
        },
    )


def _fit(part: RuleTable) -> FitRules:
    points, days = part.table("weights"), part.table("target_days")
    weights = {term: points.number(term, 0, 100) for term in FIT_TERMS}
    if abs(sum(weights.values()) - 100) > 1e-6:
        raise part.fault("weights", f"must add up to 100, got {sum(weights.values()):g}")
    return FitRules(
        weights=weights,
        persona=_levels(part.table("persona"), PERSONAS),
        value_type=_levels(part.table("value_type"), VALUE_TYPES),
        target_days=np.array([days.whole(need, 0, 3650) for need in LIQUIDITY_NEEDS], dtype=float),
        idle_share=part.number("idle_share", 0.01, 1),
    )


def _levels(part: RuleTable, rows: tuple[str, ...]) -> npt.NDArray[np.float64]:
    table = []
    for row in rows:
        worth = part.get(row)
        if not isinstance(worth, list) or len(worth) != len(PRODUCT_LEVELS):
            raise part.fault(row, f"must have one number for each of {', '.join(PRODUCT_LEVELS)}")
        levels = RuleTable(dict(zip(PRODUCT_LEVELS, worth, strict=True)), part.at(row))
        table.append([levels.number(level, 0, 1) for level in PRODUCT_LEVELS])
    return np.array(table)
