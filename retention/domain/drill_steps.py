"""The talk of a card: what the client says, what may be answered, and where each answer leads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retention.domain.drill_rubric import FAILS
from retention.domain.scripts import LANGUAGES, mapping, read_parts, text

#: The situation is everybody's; hidden need and facts are for who plays the client.
PARTS = ("situation", "facts", "hidden_need", "goal", "forbidden")
LONGEST_PART = 1000
LONGEST_LINE = 300
MOST_CHOICES = 4
MOST_STEPS = 20
#: 0 weak, 1 fair, 2 good.
QUALITIES = (0, 1, 2)

Words = Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    """next: key of the step that follows. fail: outright fail that it is, or empty."""

    words: Words
    next: str
    quality: int
    fail: str


@dataclass(frozen=True)
class Step:
    """No choices = the talk ends with what the client says."""

    key: str
    says: Words
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Turn:
    """A step that was answered. choice: its number in the card."""

    step: Step
    choice: Choice
    number: int


def read_steps(raw: Any) -> dict[str, Step]:
    """By key, the first one is where the talk begins. What is not a step is left out."""
    steps: dict[str, Step] = {}
    for entry in raw if isinstance(raw, list) else []:
        if isinstance(entry, Mapping) and isinstance(entry.get("key"), str) and entry["key"]:
            choices = tuple(_choice(each) for each in entry.get("choices") or [] if isinstance(each, Mapping))
            steps[entry["key"]] = Step(entry["key"], read_words(entry.get("says")), choices)
    return steps


def read_text(raw: Any) -> dict[str, dict[str, str]]:
    """Every part of both languages, empty where nothing is written."""
    return read_parts(raw, PARTS, longest=LONGEST_PART)


def read_words(raw: Any) -> dict[str, str]:
    """One line, in both languages."""
    return {language: text(mapping(raw).get(language), LONGEST_LINE) for language in LANGUAGES}


def stored(steps: Mapping[str, Step]) -> list[dict[str, Any]]:
    """As `read_steps` reads it."""
    return [
        {
            "key": step.key,
            "says": dict(step.says),
            "choices": [
                {"words": dict(each.words), "next": each.next, "quality": each.quality, "fail": each.fail}
                for each in step.choices
            ],
        }
        for step in steps.values()
    ]


def problems(steps: Mapping[str, Step]) -> Iterator[tuple[str, str]]:
    """(code, key of the step): why a talk cannot be played. Codes: empty, no_words, nowhere, no_good, unreachable, no_end."""
    if not steps or not next(iter(steps.values())).choices:
        yield "empty", ""
        return
    for step in steps.values():
        lines = [step.says, *(choice.words for choice in step.choices)]
        if any(not words.get(language) for words in lines for language in LANGUAGES):
            yield "no_words", step.key
        if any(choice.next not in steps for choice in step.choices):
            yield "nowhere", step.key
        if step.choices and all(choice.fail or not choice.quality for choice in step.choices):
            yield "no_good", step.key
    reached = _reached(steps)
    for key in steps:
        if key not in reached:
            yield "unreachable", key
    leads_out = _leads_out(steps)
    for key in steps:
        if key in reached and key not in leads_out:
            yield "no_end", key


def follow(steps: Mapping[str, Step], path: Sequence[Mapping[str, Any]]) -> tuple[list[Turn], Step]:
    """The turns so far and the step that the talk has come to. Raises ValueError for a path that the steps do not know."""
    turns = []
    at = next(iter(steps.values()))
    for entry in path:
        number = entry["choice"]
        if entry["step"] != at.key or not 0 <= number < len(at.choices):
            raise ValueError(f"the talk has no answer {number} at {entry['step']}")
        turns.append(Turn(at, at.choices[number], number))
        at = steps[at.choices[number].next]
    return turns, at


def said(turns: Sequence[Turn]) -> list[str]:
    """Outright fails among the answers."""
    return list(dict.fromkeys(turn.choice.fail for turn in turns if turn.choice.fail))


def shown(step: Step, *, drill: int) -> list[tuple[int, Choice]]:
    """The answers in an order of this drill's own, so that nobody learns places by heart. The same however often asked."""

    def place(number: int) -> bytes:
        return hashlib.sha256(f"{drill}:{step.key}:{number}".encode()).digest()

    return sorted(enumerate(step.choices), key=lambda pair: place(pair[0]))


def _choice(raw: Mapping[str, Any]) -> Choice:
    quality, fail = raw.get("quality"), raw.get("fail")
    return Choice(
        read_words(raw.get("words")),
        str(raw.get("next") or ""),
        quality if quality in QUALITIES and not isinstance(quality, bool) else 0,
        fail if fail in FAILS else "",
    )


def _reached(steps: Mapping[str, Step]) -> set[str]:
    """Keys that some talk comes to."""
    reached: set[str] = set()
    open_ends = [next(iter(steps))]
    while open_ends:
        key = open_ends.pop()
        if key in steps and key not in reached:
            reached.add(key)
            open_ends += [choice.next for choice in steps[key].choices]
    return reached


def _leads_out(steps: Mapping[str, Step]) -> set[str]:
    """Keys from which some talk comes to its end: a circle without a way out would never be scored."""
    out = {step.key for step in steps.values() if not step.choices}
    while more := {
        step.key for step in steps.values() if step.key not in out and any(each.next in out for each in step.choices)
    }:
        out |= more
    return out
