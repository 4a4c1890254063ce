"""From thirteen answers to a type (domain.md §4.2): activity and risk give the quadrant, the type's own items the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clients.domain.persona.default_rules import TYPES

#: Where each type sits on (activity, risk), both 0-1: passive/low, passive/low-medium, active/medium-high, active/high.
QUADRANTS = {"PP": (0.2, 0.15), "FF": (0.3, 0.45), "II": (0.75, 0.6), "AA": (0.85, 0.9)}


class BadAnswer(ValueError):
    """An item is missing or out of range; `item` names it."""

    def __init__(self, item: str) -> None:
        super().__init__(item)
        self.item = item


@dataclass(frozen=True)
class Stated:
    """`persona` is a type code or "mixed"; all scores 0-1; `consistent` is False when the check item contradicts."""

    persona: str
    confidence: float
    activity: float
    risk: float
    scores: dict[str, float]
    consistent: bool


def _unit(answer: int, top: int) -> float:
    return (answer - 1) / (top - 1)


def read_answers(answers: dict[str, int], rules: dict[str, Any]) -> dict[str, int]:
    """Check every item. Raises BadAnswer for the first that is missing or out of range."""
    checked = {}
    for item, kind in rules["questionnaire"].items():
        answer = answers.get(item)
        if not isinstance(answer, int) or not 1 <= answer <= (5 if kind == "agree" else 4):
            raise BadAnswer(item)
        checked[item] = answer
    return checked


def classify(answers: dict[str, int], rules: dict[str, Any]) -> Stated:
    """Type scores: half nearness to the type's quadrant, half the mean of its own items. Raises BadAnswer."""
    given = read_answers(answers, rules)
    activity = (1 - _unit(given["Q1"], 5) + _unit(given["Q2"], 5)) / 2
    risk = (_unit(given["Q3"], 4) + 1 - _unit(given["Q4"], 5)) / 2
    scores = {}
    for name in TYPES:
        home_activity, home_risk = QUADRANTS[name]
        nearness = 1 - (abs(activity - home_activity) + abs(risk - home_risk)) / 2
        items = rules["items_of_type"][name]
        own = sum(_unit(given[item], 5) for item in items) / len(items)
        scores[name] = (nearness + own) / 2
    consistent = abs(given["Q5"] + given["Q13"] - 6) <= rules["check_tolerance"]
    persona, confidence = lead(scores, rules)
    return Stated(persona, confidence if consistent else confidence / 2, activity, risk, scores, consistent)


def lead(scores: dict[str, float], rules: dict[str, Any]) -> tuple[str, float]:
    """The leading type and how sure the lead makes us, 0-1; "mixed" where the lead is below the policy's margin."""
    order = sorted(scores, key=lambda name: (-scores[name], TYPES.index(name)))
    margin = scores[order[0]] - scores[order[1]]
    confidence = min(1.0, margin / rules["full_margin"])
    return (order[0] if margin >= rules["mixed_margin"] else "mixed"), confidence
