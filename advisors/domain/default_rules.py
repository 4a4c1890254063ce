"""Version 1 of the skill policy: the taxonomy and how evidence counts. A proposal for every branch to edit."""

from typing import Any

#: Codes of the taxonomy, in the order in which pages show them; labels are translated in advisors.labels.
SKILLS = (
    "stock_analysis",
    "asset_allocation",
    "product_knowledge",
    "margin_derivatives",
    "market_insight",
    "planning",
    "patience",
    "warmth",
    "plain_speech",
    "teaching",
    "negotiation",
    "digital",
)

DEFAULT_RULES: dict[str, Any] = {
    "skills": list(SKILLS),
    # kind -> weight of one result; half-life in days; skills it speaks for when the entry names none (share of the weight).
    "kinds": {
        "simulated_trading": {
            "weight": 1.0,
            "half_life": 365,
            "skills": {"stock_analysis": 1.0, "market_insight": 0.6, "margin_derivatives": 0.3},
        },
        "essay": {
            "weight": 0.7,
            "half_life": 540,
            "skills": {"market_insight": 1.0, "stock_analysis": 0.5, "asset_allocation": 0.5},
        },
        "speech": {"weight": 0.7, "half_life": 540, "skills": {"plain_speech": 1.0, "warmth": 0.5, "negotiation": 0.4}},
        "lecturer": {
            "weight": 0.8,
            "half_life": 540,
            "skills": {"teaching": 1.0, "plain_speech": 0.7, "patience": 0.5, "product_knowledge": 0.3},
        },
        "quiz": {
            "weight": 0.8,
            "half_life": 365,
            "skills": {"product_knowledge": 1.0, "margin_derivatives": 0.5, "asset_allocation": 0.4},
        },
        "outside": {"weight": 0.9, "half_life": 540, "skills": {"market_insight": 0.7, "asset_allocation": 0.7}},
        "exam": {
            "weight": 1.2,
            "half_life": 1095,
            "skills": {"asset_allocation": 1.0, "planning": 1.0, "product_knowledge": 0.7, "margin_derivatives": 0.5},
        },
        "director_assessment": {
            "weight": 1.0,
            "half_life": 270,
            "skills": {"patience": 1.0, "warmth": 1.0, "plain_speech": 0.7, "planning": 0.5, "digital": 0.5},
        },
        # A person's own word is heard, and weighs little until results stand beside it.
        "self_nomination": {"weight": 0.3, "half_life": 180, "skills": {}},
    },
    # What a result counts for by how far the field reached; events without a field, and levels not named here: 1.
    "levels": {"branch": 1.0, "firm": 1.2, "outside": 1.5},
    # From which score, and which trust in it (0 to 1), somebody counts as equal to a class of clients: the gaps of the team.
    "qualified": {"score": 60.0, "trust": 0.6},
    # Weight of the neutral start (score `prior_score`) that results have to outweigh: one lucky contest makes no expert.
    "prior_weight": 0.5,
    "prior_score": 50.0,
    # Below this faded weight a skill counts as "no evidence".
    "minimum_weight": 0.15,
}
