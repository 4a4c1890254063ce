"""Records of the drills, for the world of the access tests."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.utils import timezone

from branch_crm.core.models import Staff
from retention.models import Drill, DrillCard, DrillPart, Reason
from retention.services.check_card import check_card
from retention.services.schedule_drill import schedule_drill
from retention.services.write_card import write_card
from tests.architecture.side import Arguments, Side
from tests.retention.talk import STEPS, TEXT


def _card_of(side: Side) -> DrillCard:
    return write_card(
        branch=side.branch,
        actor=side.director,
        reason=Reason.objects.get(code="rate"),
        title_zh=uuid4().hex,
        title_en="Rate",
        text=TEXT,
        steps=STEPS,
    )


def _person_of(side: Side) -> Staff:
    """The advisor's account; the stranger's advisor has none, and the director stands in."""
    return side.advisor.account or side.director


def _drill_of(side: Side) -> Drill:
    card = check_card(card=_card_of(side), actor=side.director)
    return schedule_drill(
        branch=side.branch,
        card=card,
        planned_for=timezone.now(),
        actor=side.director,
        people={"staff": _person_of(side)},
    )


def _part(side: Side) -> Arguments:
    part = DrillPart.objects.get(drill=_drill_of(side))
    return {"pk": part.drill_id, "part": part.pk}


def _step(side: Side) -> Arguments:
    return {"pk": _card_of(side).pk, "key": "1"}


DRILL_RECORDS: dict[str, Callable[[Side], Arguments]] = {
    "drill": lambda side: {"pk": _drill_of(side).pk},
    "drill_card": lambda side: {"pk": _card_of(side).pk},
    "drill_part": _part,
    "drill_person": lambda side: {"pk": _person_of(side).pk},
    "drill_step": _step,
}
