"""Wording that staff must not use with clients: promises of return, acting for the client, sharing gains (domain.md §1.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from servicelog.domain.service_rules import Forbidden

#: How many characters before a hit a negation may stand: 不保证收益, 并非绝对无风险.
REACH = 4


@dataclass(frozen=True)
class Hit:
    """`word` as written, at [start, end) of the text."""

    word: str
    start: int
    end: int


def screen(text: str, rules: Forbidden) -> list[Hit]:
    """Every forbidden wording of a text, in its order; one that is negated once is none, one negated twice is one again."""
    spans = sorted({(start, end) for start, end in _spans(text, rules) if not _negated(text, start, rules)})
    return [Hit(text[start:end], start, end) for start, end in _outermost(spans)]


def _spans(text: str, rules: Forbidden) -> Iterator[tuple[int, int]]:
    for word in rules.words:
        start = text.find(word)
        while start >= 0:
            yield start, start + len(word)
            start = text.find(word, start + 1)
    for pattern in rules.patterns:
        for found in re.finditer(pattern, text):
            yield found.span()


def _negated(text: str, start: int, rules: Forbidden) -> bool:
    before = re.split(r"[,.;!?，。；！？\s]", text[max(0, start - REACH) : start])[-1]
    # Longer words first, so that 不是 counts once and not as 不 again.
    count = 0
    for word in sorted(rules.negations, key=len, reverse=True):
        count += before.count(word)
        before = before.replace(word, " ")
    return count % 2 == 1


def _outermost(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans inside another one say nothing more."""
    for start, end in spans:
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans):
            yield start, end
