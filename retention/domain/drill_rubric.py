"""How a drill is scored: seven items of 0 to 2 points, and four things that fail it whatever else was good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

#: In the order of a talk.
ITEMS = ("greets", "listens", "true_reason", "approved_only", "clean_wording", "states_right", "logs")
FAILS = ("promise", "disparagement", "delay", "unsuitable")
MOST = 2
#: From this share of the points on a drill is passed, if the right to close was stated at all.
PASS_SHARE = 0.7
MUST = "states_right"


@dataclass(frozen=True)
class Sheet:
    """What one person scored. marks: every item -> 0, 1, 2."""

    marks: Mapping[str, int]
    fails: Sequence[str] = ()


@dataclass(frozen=True)
class Result:
    """share: 0 to 1. items: mean mark of each. fails: codes in the order of FAILS. weakest: item with the lowest mean."""

    share: float
    items: Mapping[str, float]
    fails: tuple[str, ...]
    passed: bool

    @property
    def weakest(self) -> str:
        return min(ITEMS, key=lambda item: (self.items[item], ITEMS.index(item)))


def read_marks(raw: Mapping[str, object]) -> dict[str, int]:
    """Raises ValueError, with the item as its only argument, where a mark is missing or is none of 0, 1, 2."""
    marks = {}
    for item in ITEMS:
        mark = raw.get(item)
        if isinstance(mark, bool) or not isinstance(mark, int) or not 0 <= mark <= MOST:
            raise ValueError(item)
        marks[item] = mark
    return marks


def judge(sheets: Sequence[Sheet], *, said: Iterable[str] = ()) -> Result:
    """Means over all who scored; one outright fail, of anybody or by an answer that was chosen (`said`), is enough.

    Raises ValueError without any sheet.
    """
    if not sheets:
        raise ValueError("a drill is judged by at least one person")
    items = {item: fmean(sheet.marks[item] for sheet in sheets) for item in ITEMS}
    share = sum(items.values()) / (MOST * len(ITEMS))
    found = {code for sheet in sheets for code in sheet.fails} | set(said)
    fails = tuple(code for code in FAILS if code in found)
    return Result(share, items, fails, not fails and share >= PASS_SHARE and items[MUST] > 0)
