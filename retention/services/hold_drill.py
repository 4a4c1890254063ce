"""A drill, locked for one deed, and the refusal of those who have no part in it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from branch_crm.core.models import Staff
from retention.models import Drill, DrillPart
from retention.services.errors import RetentionError


def hold_drill(drill: Drill, *states: str) -> Drill:
    """Call inside a transaction. Raises RetentionError when the drill is in none of the states."""
    held = Drill.objects.select_for_update(of=("self",)).select_related("branch", "card", "card__reason", "planned_by")
    fresh: Drill = held.get(pk=drill.pk)
    if fresh.state not in states:
        raise RetentionError(_("This drill has gone on meanwhile; look again."))
    return fresh


def part_of(drill: Drill, person: Staff) -> DrillPart | None:
    """What the person plays."""
    return drill.parts.filter(person=person).first()


def refuse_outsiders(drill: Drill, actor: Staff) -> None:
    """Raises RetentionError unless the actor plays in the drill or has planned it."""
    if drill.planned_by_id != actor.pk and part_of(drill, actor) is None:
        raise RetentionError(_("You have no part in this drill."))


def changed(drill: Drill, *fields: str) -> None:
    """Saved, and told to the other screens."""
    drill.changes += 1
    drill.save(update_fields=[*fields, "changes"])
