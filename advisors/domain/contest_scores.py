"""How what was entered for the participants of one contest becomes scores from 0 to 100.

points   100 x points / full marks
place    the winner 100, the last of the field 0, linear between (skills.contest_score)
figure   ranked, the highest first, then as a place among those entered
Equal results share the better place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from advisors.domain.skills import contest_score


@dataclass(frozen=True)
class Scored:
    """`figure` as entered; `score` 0-100; `place` of `participants`."""

    figure: float
    score: float
    place: int
    participants: int


@dataclass(frozen=True)
class Marking:
    """How a contest is marked. `field_size`: participants in all where places are entered, None = those entered."""

    scoring: str
    full_marks: float = 100.0
    field_size: int | None = None


def problems_of(entered: Mapping[int, float], marking: Marking) -> dict[int, str]:
    """Advisor id -> code of what is wrong with the figure: not_finite, out_of_marks, not_a_place, beyond_the_field."""
    field = _field(entered, marking)
    found: dict[int, str] = {}
    for advisor, figure in entered.items():
        if not math.isfinite(figure):
            found[advisor] = "not_finite"
        elif marking.scoring == "points" and not 0 <= figure <= marking.full_marks:
            found[advisor] = "out_of_marks"
        elif marking.scoring == "place" and (figure < 1 or figure != int(figure)):
            found[advisor] = "not_a_place"
        elif marking.scoring == "place" and figure > field:
            found[advisor] = "beyond_the_field"
    return found


def score_results(entered: Mapping[int, float], marking: Marking) -> dict[int, Scored]:
    """Advisor id -> score and place. Raises ValueError where `problems_of` finds anything."""
    if problems_of(entered, marking):
        raise ValueError("there are figures that cannot be scored")
    field = _field(entered, marking)
    scored: dict[int, Scored] = {}
    for advisor, figure in entered.items():
        place = int(figure) if marking.scoring == "place" else 1 + sum(other > figure for other in entered.values())
        by_points = marking.scoring == "points"
        score = 100.0 * figure / marking.full_marks if by_points else contest_score(place, field)
        scored[advisor] = Scored(figure, score, place, field)
    return scored


def _field(entered: Mapping[int, float], marking: Marking) -> int:
    """Where this page ranks, it knows only the people entered; a place was given by whoever saw the whole field."""
    if marking.scoring != "place" or marking.field_size is None:
        return len(entered)
    return max(marking.field_size, len(entered))
