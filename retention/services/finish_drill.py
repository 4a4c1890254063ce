"""What a drill comes to: points over all who scored, outright fails of anybody and of the answers themselves."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from retention.domain.drill_rubric import Sheet, judge
from retention.domain.drill_steps import follow, read_steps, said
from retention.models import Drill, DrillScore
from retention.services.errors import RetentionError
from retention.services.hold_drill import changed, hold_drill, refuse_outsiders


@transaction.atomic
def finish_drill(*, drill: Drill, actor: Staff) -> Drill:
    """Without waiting for observers who have gone. Finished twice is once. Raises RetentionError while nobody has scored."""
    fresh = hold_drill(drill, Drill.State.SCORING, Drill.State.DONE)
    refuse_outsiders(fresh, actor)
    return fresh if fresh.state == Drill.State.DONE else close_scoring(fresh, actor)


def close_scoring(drill: Drill, actor: Staff) -> Drill:
    """`drill` is held and being scored."""
    scores = DrillScore.objects.filter(part__drill=drill)
    sheets = [Sheet(score.marks, score.fails) for score in scores]
    if not sheets:
        raise RetentionError(_("Nobody has scored yet."))
    turns, _at = follow(read_steps(drill.played["steps"]), drill.path)
    result = judge(sheets, said=said(turns))
    drill.share, drill.fails, drill.passed = result.share, list(result.fails), result.passed
    drill.state, drill.finished_at = Drill.State.DONE, timezone.now()
    changed(drill, "share", "fails", "passed", "state", "finished_at")
    audit.record(
        action="retention.drill_done",
        actor=actor,
        branch=drill.branch,
        target=drill,
        detail={"share": round(result.share, 3), "fails": list(result.fails), "passed": result.passed},
    )
    return drill
