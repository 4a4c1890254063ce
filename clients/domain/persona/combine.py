"""What the client says and what the client does, put together; a person's judgement stands above both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clients.domain.persona.default_rules import TYPES


@dataclass(frozen=True)
class Combined:
    """`needs_talk`: form and behaviour name different types, so the next contact should ask."""

    persona: str
    confidence: float
    needs_talk: bool


def combine(
    stated: str, stated_confidence: float, observed: str, observed_confidence: float, rules: dict[str, Any]
) -> Combined:
    """Agreement strengthens; disagreement gives the stronger side at reduced confidence, or "mixed" when they are level."""
    votes = dict.fromkeys(TYPES, 0.0)
    if stated in votes:
        votes[stated] += rules["weight_stated"] * stated_confidence
    if observed in votes:
        votes[observed] += rules["weight_observed"] * observed_confidence
    needs_talk = stated in votes and observed in votes and stated != observed
    named = [name for name in TYPES if votes[name] > 0]
    if not named:
        present = [p for p in (stated, observed) if p]
        return Combined("mixed" if present else "", 0.0, needs_talk)
    if len(named) == 1:
        persona = named[0]
        if stated == observed:
            return Combined(persona, 1 - (1 - stated_confidence) * (1 - observed_confidence), False)
        return Combined(persona, stated_confidence if stated == persona else observed_confidence, needs_talk)
    best, second = sorted(named, key=lambda name: -votes[name])[:2]
    lead = votes[best] - votes[second]
    return Combined(best if lead > 0.05 else "mixed", lead, True)
