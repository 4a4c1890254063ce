"""Score a drill: seven items and four outright fails, by each who did not practise; the last of them finishes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from retention.domain.drill_rubric import FAILS, read_marks
from retention.models import Drill, DrillPart, DrillScore
from retention.services.errors import RetentionError
from retention.services.finish_drill import close_scoring
from retention.services.hold_drill import hold_drill, refuse_outsiders

State = Drill.State


@transaction.atomic
def score_drill(
    *, part: DrillPart, marks: Mapping[str, object], fails: Collection[str] = (), note: str = "", actor: Staff
) -> Drill:
    """part: of who scores; on one shared screen entered by whoever sits at it. Scored again replaces it while others still
    score.

    Raises RetentionError for whoever practised, somebody else's part, and, with the item as field, a missing mark.
    """
    drill = hold_drill(part.drill, State.SCORING)
    if part.role == DrillPart.Role.STAFF:
        raise RetentionError(_("Whoever practised is scored by the others."))
    if drill.on_one_screen:
        refuse_outsiders(drill, actor)
    elif part.person_id != actor.pk:
        raise RetentionError(_("Everybody scores for themselves."))
    try:
        read = read_marks(marks)
    except ValueError as error:
        raise RetentionError(_("Give 0, 1 or 2 for every item."), field=str(error)) from error
    found = [code for code in FAILS if code in fails]
    DrillScore.objects.update_or_create(
        part=part, defaults={"marks": read, "fails": found, "note": note.strip(), "entered_by": actor}
    )
    audit.record(
        action="retention.drill_scored",
        actor=actor,
        branch=drill.branch,
        target=drill,
        detail={"role": part.role, "points": sum(read.values()), "fails": found},
    )
    waiting = drill.parts.exclude(role=DrillPart.Role.STAFF).filter(joined_at__isnull=False, score__isnull=True)
    return drill if waiting.exists() else close_scoring(drill, actor)
