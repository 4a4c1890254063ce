"""A script in parts and in both languages: how its text is read, what is wrong with it, and what changed between two versions."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from servicelog.domain.screening import screen
from servicelog.domain.service_rules import Forbidden

LANGUAGES = ("zh", "en")
#: In the order of a talk; the last two are for the person who talks, not for the client.
PARTS = ("opening", "questions", "facts", "offer", "close", "must_say", "never_say")
#: Without these nothing can be approved, in both languages.
NEEDED = ("opening", "questions", "close", "must_say")
LONGEST_PART = 2000
#: How long compliance's word may hold at most, and from when on its end is told.
LONGEST_APPROVAL = timedelta(days=366)
TELL_BEFORE = timedelta(days=14)

Body = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Flag:
    """Forbidden wording of a part."""

    language: str
    part: str
    word: str


@dataclass(frozen=True)
class Change:
    """One line of the difference. kind: "same", "gone" or "new"."""

    kind: str
    text: str


def read_body(raw: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return read_parts(raw, PARTS, longest=LONGEST_PART)


def read_parts(raw: Any, parts: Sequence[str], *, longest: int) -> dict[str, dict[str, str]]:
    """Every part of both languages, empty where nothing is written; anything else that is stored is left out."""
    given = mapping(raw)
    return {
        language: {part: text(mapping(given.get(language)).get(part), longest) for part in parts}
        for language in LANGUAGES
    }


def lines(text: str) -> list[str]:
    """A part as it is spoken: one thing a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def missing(body: Body) -> list[tuple[str, str]]:
    """(language, part) without which nothing can be approved."""
    return [(language, part) for language in LANGUAGES for part in NEEDED if not body[language][part]]


def flags(body: Body, words: Forbidden) -> list[Flag]:
    """Forbidden wording, except under `never_say`: there it stands to be avoided."""
    found = [
        Flag(language, part, hit.word)
        for language in LANGUAGES
        for part in PARTS
        if part != "never_say"
        for hit in screen(body[language][part], words)
    ]
    return list(dict.fromkeys(found))


def changes(before: str, after: str) -> list[Change]:
    """Line by line; nothing but "same" where both are alike."""
    kinds = {"  ": "same", "- ": "gone", "+ ": "new"}
    return [Change(kinds[row[:2]], row[2:]) for row in _compared(before, after) if row[:2] in kinds]


def mark_of(body: Mapping[str, Any]) -> str:
    """Changes with every letter: two people who write at the same time are found out by it."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def is_usable(state: str, expires_on: date | None, *, on: date) -> bool:
    """Approved, and the approval still holds on that day."""
    return state == "approved" and expires_on is not None and expires_on >= on


def _compared(before: str, after: str) -> Iterator[str]:
    return difflib.ndiff(lines(before), lines(after))


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def text(value: Any, longest: int) -> str:
    return value.replace("\r\n", "\n").strip()[:longest] if isinstance(value, str) else ""
