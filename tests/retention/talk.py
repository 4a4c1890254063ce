"""The smallest talk that can be played: one good answer, one that fails outright, two ends."""

from __future__ import annotations

PARTS = {"situation": "客户要销户", "hidden_need": "想有人管", "goal": "先受理再问"}
TEXT = {"zh": PARTS, "en": dict.fromkeys(PARTS, "Words")}


def both(words: str) -> dict[str, str]:
    return {"zh": words, "en": f"{words} (en)"}


STEPS = [
    {
        "key": "1",
        "says": both("我要销户"),
        "choices": [
            {"words": both("好的，先为您受理"), "next": "2", "quality": 2, "fail": ""},
            {"words": both("保证比他们便宜"), "next": "3", "quality": 0, "fail": "promise"},
        ],
    },
    {"key": "2", "says": both("那我再想想"), "choices": []},
    {"key": "3", "says": both("我要投诉"), "choices": []},
]
