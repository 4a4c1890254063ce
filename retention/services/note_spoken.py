"""A script was in fact spoken: told beside the comparison, which counts everybody who was given it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from branch_crm.core import audit
from branch_crm.core.models import Staff
from retention.models import ScriptUse


@transaction.atomic
def note_spoken(*, use: ScriptUse, actor: Staff) -> None:
    """The first word counts."""
    unspoken = ScriptUse.objects.filter(pk=use.pk, spoken_at__isnull=True)
    if unspoken.update(spoken_by=actor, spoken_at=timezone.now()):
        audit.record(
            action="retention.script_spoken",
            actor=actor,
            branch=use.branch,
            target=use,
            detail={"client": use.client_id, "version": use.version_id},
        )
