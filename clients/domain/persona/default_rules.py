"""Version 1 of the persona rule. Weights and thresholds are proposals for the branch to edit; the frame is Pompian's."""

from typing import Any

TYPES = ("PP", "FF", "II", "AA")

#: Proxy -> type -> weight. Positive: a high branch percentile speaks for the type; negative: a low one does.
PROXY_WEIGHTS: dict[str, dict[str, float]] = {
    "turnover": {"PP": -1.0, "FF": 0.2, "II": -0.2, "AA": 1.0},
    "trades_a_month": {"PP": -0.8, "FF": 0.4, "II": -0.2, "AA": 0.8},
    "concentration": {"PP": -0.3, "FF": -0.4, "II": 0.6, "AA": 0.5},
    "crowd_share": {"PP": 0.0, "FF": 1.0, "II": -1.0, "AA": 0.0},
    "limit_up_share": {"PP": -0.3, "FF": 0.7, "II": -0.5, "AA": 0.4},
    "momentum": {"PP": -0.2, "FF": 0.8, "II": -0.6, "AA": 0.2},
    "leverage": {"PP": -0.5, "FF": -0.2, "II": 0.1, "AA": 1.0},
    "disposition": {"PP": 0.4, "FF": 0.4, "II": -0.4, "AA": -0.1},
    "product_share": {"PP": 1.0, "FF": 0.0, "II": -0.2, "AA": -0.8},
    "cash_share": {"PP": 0.5, "FF": 0.0, "II": 0.0, "AA": -0.5},
}

DEFAULT_RULES: dict[str, Any] = {
    "proxies": PROXY_WEIGHTS,
    #: Observations that count as many as the branch median: raw figures are pulled to the median by n / (n + shrink).
    "shrink": 6,
    #: Fewer trades than this, and less than `minimum_assets` in the account: not enough evidence.
    "minimum_trades": 6,
    "minimum_assets": 10000,
    #: Gains plus paper gains, and losses plus paper losses, needed before the disposition figure counts.
    "minimum_disposition": 10,
    #: A lead over the second type smaller than this (type scores run 0-1) is "mixed".
    "mixed_margin": 0.04,
    #: The lead at which confidence is full.
    "full_margin": 0.20,
    "crowd_top": 50,
    "limit_up": 0.095,
    "momentum_sessions": 20,
    #: What each source weighs when both speak.
    "weight_stated": 0.55,
    "weight_observed": 0.45,
    "questionnaire": {
        # item -> kind; "agree" runs 1 (not at all) to 5 (fully), "choice" as listed from cautious (1) to bold (4).
        "Q1": "agree", "Q2": "agree", "Q3": "choice", "Q4": "agree", "Q5": "agree", "Q6": "agree", "Q7": "agree",
        "Q8": "agree", "Q9": "agree", "Q10": "agree", "Q11": "agree", "Q12": "agree", "Q13": "agree",
    },
    "items_of_type": {"PP": ["Q5", "Q6"], "FF": ["Q7", "Q8"], "II": ["Q9", "Q10"], "AA": ["Q11", "Q12"]},
    #: Q13 is Q5 turned round; a larger sum of deviations than this makes the form unreliable.
    "check_tolerance": 2,
}  # fmt: skip
