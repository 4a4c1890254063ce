"""Plan a drill: which card, when, on one screen or on everybody's own, and who plays what; and call it off."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from branch_crm.core.notifications import notify
from retention.models import Drill, DrillCard, DrillPart
from retention.queries.scripts import fitting_scripts
from retention.services.errors import RetentionError
from retention.services.hold_drill import changed, hold_drill

State = Drill.State
Role = DrillPart.Role
FURTHEST = timedelta(days=366)


@transaction.atomic
def schedule_drill(
    *,
    branch: Branch,
    card: DrillCard,
    planned_for: datetime,
    actor: Staff,
    people: Mapping[str, Staff | None] | None = None,
    observers: Collection[Staff] = (),
    on_one_screen: bool = False,
) -> Drill:
    """people: who plays the client and who practises; a place that is left empty is taken by whoever joins.

    Raises RetentionError for a card nobody has read, somebody with two parts, and one screen without both parts.
    """
    now = timezone.now()
    named = [(role, person) for role, person in (people or {}).items() if person is not None]
    named += [(Role.OBSERVER, person) for person in observers]
    if card.state != DrillCard.State.READY:
        raise RetentionError(_("This card has not been read by anybody yet."), field="card")
    if not now - timedelta(days=1) <= planned_for <= now + FURTHEST:
        raise RetentionError(_("Choose a day within the coming year."), field="planned_for")
    if len({person.pk for _role, person in named}) < len(named):
        raise RetentionError(_("Everybody has one part."), field="observers")
    if on_one_screen and not {Role.CLIENT, Role.STAFF} <= {role for role, _person in named}:
        raise RetentionError(_("On one screen it must be said who practises and who plays the client."), field="staff")
    fitting = fitting_scripts(
        branch=branch,
        reasons=[(card.reason, 1.0)],
        tier=card.tier,
        persona=card.persona or None,
        on=timezone.localdate(),
    )
    drill = Drill.objects.create(
        branch=branch,
        card=card,
        script=fitting[0].version if fitting else None,
        planned_for=planned_for,
        planned_by=actor,
        on_one_screen=on_one_screen,
        code=_free_code(branch),
    )
    came = {person.pk for _role, person in named} if on_one_screen else {actor.pk}
    DrillPart.objects.bulk_create(
        DrillPart(drill=drill, role=role, person=person, joined_at=now if person.pk in came else None)
        for role, person in named
    )
    audit.record(action="retention.drill_planned", actor=actor, branch=branch, target=drill, detail={"card": card.pk})
    notify(
        recipients={person for _role, person in named if person.pk != actor.pk},
        kind="retention.drill_planned",
        key=f"drill:{drill.pk}:planned",
        branch=branch,
        url=reverse("retention:drill_detail", args=[drill.pk]),
        actor=actor,
        card=card.pk,
        day=timezone.localtime(planned_for).strftime("%m-%d"),
        at=timezone.localtime(planned_for).strftime("%H:%M"),
    )
    return drill


@transaction.atomic
def cancel_drill(*, drill: Drill, actor: Staff) -> Drill:
    """By whoever planned it, or a head of the branch. Raises RetentionError once it has been scored."""
    fresh = hold_drill(drill, State.PLANNED, State.RUNNING, State.CANCELLED)
    if fresh.state == State.CANCELLED:
        return fresh
    if fresh.planned_by_id != actor.pk and not actor.has_perm("retention.lead_drills"):
        raise RetentionError(_("It is called off by whoever planned it, or by a head of the branch."))
    fresh.state = State.CANCELLED
    changed(fresh, "state")
    audit.record(action="retention.drill_cancelled", actor=actor, branch=fresh.branch, target=fresh)
    return fresh


def _free_code(branch: Branch) -> str:
    """Four digits that no drill of the branch waits under; one plan at a time, so that two never draw the same."""
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    taken = set(
        Drill.objects.filter(branch=branch, state__in=[State.PLANNED, State.RUNNING]).values_list("code", flat=True)
    )
    free = [code for number in range(1000, 10_000) if (code := str(number)) not in taken]
    if not free:
        raise RetentionError(_("Too many drills are planned; call off what is past."))
    return secrets.choice(free)
