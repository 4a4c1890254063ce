"""Come to a drill: by the four digits that the others read out, or as somebody who was asked."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from retention.models import Drill, DrillPart
from retention.services.errors import RetentionError
from retention.services.hold_drill import changed, hold_drill, part_of

State = Drill.State
OPEN = (State.PLANNED, State.RUNNING)


def join_drill(*, branch: Branch, code: str, role: str, actor: Staff) -> Drill:
    """By code within the branch; who has a part already comes to that. Raises RetentionError for an unknown code or a part
    that somebody else has, naming the field."""
    drill = Drill.objects.filter(branch=branch, code=code.strip(), state__in=OPEN).first()
    if drill is None:
        raise RetentionError(_("No drill waits under this code."), field="code")
    return come_to(drill=drill, role=role, actor=actor)


def come_to(*, drill: Drill, actor: Staff, role: str = "") -> Drill:
    """The actor is there. Come twice is once."""
    try:
        with transaction.atomic():
            return _come(drill, role, actor)
    except IntegrityError as error:
        raise RetentionError(_("Somebody else has this part already."), field="role") from error


def _come(drill: Drill, role: str, actor: Staff) -> Drill:
    fresh = hold_drill(drill, *OPEN)
    part = part_of(fresh, actor)
    if part is None and not role:
        raise RetentionError(_("You have no part in this drill."))
    if part is not None and part.joined_at:
        return fresh
    now = timezone.now()
    if part is None:
        part = DrillPart.objects.create(drill=fresh, person=actor, role=role, joined_at=now)
    else:
        part.joined_at = now
        part.save(update_fields=["joined_at"])
    changed(fresh)
    audit.record(
        action="retention.drill_joined", actor=actor, branch=fresh.branch, target=fresh, detail={"role": part.role}
    )
    return fresh
