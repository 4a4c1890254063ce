"""Play a drill: begin, answer the client, come to the end of the talk."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from retention.domain.drill_steps import follow, read_steps
from retention.models import Drill, DrillCard, DrillPart
from retention.services.errors import RetentionError
from retention.services.hold_drill import changed, hold_drill, part_of, refuse_outsiders

State = Drill.State
Role = DrillPart.Role


@transaction.atomic
def start_drill(*, drill: Drill, actor: Staff) -> Drill:
    """Both parts are there; the card is kept as it stands now. Begun twice is once."""
    fresh = hold_drill(drill, State.PLANNED, State.RUNNING)
    refuse_outsiders(fresh, actor)
    if fresh.state == State.RUNNING:
        return fresh
    there = set(fresh.parts.filter(joined_at__isnull=False).values_list("role", flat=True))
    if not {Role.CLIENT, Role.STAFF} <= there:
        raise RetentionError(_("Somebody has to play the client, and somebody to practise."))
    if fresh.card.state != DrillCard.State.READY:
        raise RetentionError(_("This card has not been read by anybody yet."))
    fresh.played = {"text": fresh.card.text, "steps": fresh.card.steps}
    fresh.state, fresh.started_at = State.RUNNING, timezone.now()
    changed(fresh, "played", "state", "started_at")
    audit.record(action="retention.drill_started", actor=actor, branch=fresh.branch, target=fresh)
    return fresh


@transaction.atomic
def step_drill(*, drill: Drill, turn: int, choice: int, actor: Staff) -> Drill:
    """An answer to what the client said. turn: how many answers were given before; the same one sent twice is one.

    Raises RetentionError for whoever does not practise, and where another answer was given meanwhile. The path itself is the
    record of a talk; the audit has its beginning and its end.
    """
    fresh = hold_drill(drill, State.RUNNING)
    _refuse_who_does_not_practise(fresh, actor)
    steps = read_steps(fresh.played["steps"])
    turns, at = follow(steps, fresh.path)
    if turn < len(turns) and turns[turn].number == choice:
        return fresh
    if turn != len(turns) or not 0 <= choice < len(at.choices):
        raise RetentionError(_("Another answer was given meanwhile."))
    fresh.path = [*fresh.path, {"step": at.key, "choice": choice}]
    changed(fresh, "path")
    return fresh


@transaction.atomic
def end_talk(*, drill: Drill, actor: Staff) -> Drill:
    """On to the scoring, also before the talk has come to an end of its own. Ended twice is once.

    Raises RetentionError before the first answer: there is nothing to score.
    """
    fresh = hold_drill(drill, State.RUNNING, State.SCORING)
    refuse_outsiders(fresh, actor)
    if fresh.state == State.SCORING:
        return fresh
    if not fresh.path:
        raise RetentionError(_("Nothing has been answered yet."))
    fresh.state = State.SCORING
    changed(fresh, "state")
    audit.record(
        action="retention.drill_played",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"turns": len(fresh.path)},
    )
    return fresh


def _refuse_who_does_not_practise(drill: Drill, actor: Staff) -> None:
    """On one screen whoever holds it taps for whoever practises."""
    part = part_of(drill, actor)
    if drill.on_one_screen:
        refuse_outsiders(drill, actor)
    elif part is None or part.role != Role.STAFF:
        raise RetentionError(_("The answer is given by whoever practises."))
