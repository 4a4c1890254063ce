"""A drill as one of its people sees it: everybody has a view of their own, the shared screen has all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from branch_crm.core.models import Staff
from retention.domain.drill_rubric import Result, Sheet, judge
from retention.domain.drill_steps import Choice, Step, Turn, follow, read_steps, said, shown
from retention.models import Drill, DrillPart, DrillScore

Role = DrillPart.Role


@dataclass(frozen=True)
class Stage:
    """`at`, `turns` and `choices` are there once the drill has begun; choices: (number in the card, answer), in the order of
    this drill. to_score: parts that have not scored yet and that this person may enter."""

    drill: Drill
    parts: Sequence[DrillPart]
    mine: DrillPart | None
    has_both: bool
    at: Step | None
    turns: Sequence[Turn]
    choices: Sequence[tuple[int, Choice]]
    may_answer: bool
    knows_need: bool
    to_score: Sequence[DrillPart]

    @property
    def is_over(self) -> bool:
        return self.at is not None and not self.at.choices

    @property
    def scored(self) -> Sequence[DrillPart]:
        return [part for part in self.parts if hasattr(part, "score")]


def stage_of(drill: Drill, user: Staff) -> Stage:
    """The drill has been fetched through the user."""
    parts = list(drill.parts.select_related("person", "score").order_by("role", "pk"))
    mine = next((part for part in parts if part.person_id == user.pk), None)
    steps = read_steps(drill.played.get("steps"))
    turns, at = follow(steps, drill.path) if steps else ([], None)
    inside = mine is not None or drill.planned_by_id == user.pk
    answers = (drill.on_one_screen and inside) or (mine is not None and mine.role == Role.STAFF)
    there = {part.role for part in parts if part.joined_at}
    scorers = [part for part in parts if part.role != Role.STAFF and part.joined_at and not hasattr(part, "score")]
    return Stage(
        drill=drill,
        parts=parts,
        mine=mine,
        has_both={Role.CLIENT, Role.STAFF} <= there,
        at=at,
        turns=turns,
        choices=shown(at, drill=drill.pk) if at else [],
        may_answer=answers and drill.state == Drill.State.RUNNING,
        knows_need=mine is None or mine.role != Role.STAFF,
        to_score=[part for part in scorers if part == mine or (drill.on_one_screen and inside)],
    )


def result_of(drill: Drill) -> Result | None:
    """By item, as it was judged; None while nobody has scored."""
    sheets = [Sheet(score.marks, score.fails) for score in DrillScore.objects.filter(part__drill=drill)]
    if not sheets:
        return None
    turns, _at = follow(read_steps(drill.played.get("steps")), drill.path)
    return judge(sheets, said=said(turns))
