"""Compliance's word on a script: approved until a day, or returned for changes."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from branch_crm.core.notifications import notify
from retention.domain.scripts import LONGEST_APPROVAL
from retention.models import ScriptVersion
from retention.services.errors import RetentionError
from retention.services.propose_script import refuse_unfit
from retention.services.write_script import hold_version

State = ScriptVersion.State


@transaction.atomic
def approve_script(*, version: ScriptVersion, until: date, actor: Staff, note: str = "") -> ScriptVersion:
    """Approved twice is once; a later end prolongs it. Other approved versions stay: from then on the lot decides.

    Raises RetentionError for one's own text, forbidden wording, missing parts, and an end that is past or over a year away.
    """
    fresh = hold_version(version, actor)
    if fresh.written_by_id == actor.pk:
        raise RetentionError(_("Somebody else has to approve what you wrote yourself."))
    if fresh.state not in (State.PROPOSED, State.APPROVED):
        raise RetentionError(_("Only what has been handed to compliance can be approved."))
    today = timezone.localdate()
    if not today < until <= today + LONGEST_APPROVAL:
        raise RetentionError(_("The approval ends on a day within a year from tomorrow on."), field="until")
    if (fresh.state, fresh.expires_on) == (State.APPROVED, until):
        return fresh
    refuse_unfit(fresh)
    fresh.expires_on = until
    _decide(fresh, State.APPROVED, "retention.script_approved", actor, note)
    return fresh


@transaction.atomic
def return_script(*, version: ScriptVersion, note: str, actor: Staff) -> ScriptVersion:
    """Back to its writer, with what has to change. Raises RetentionError without a word of why."""
    fresh = hold_version(version, actor)
    if fresh.state == State.RETURNED:
        return fresh
    if fresh.state != State.PROPOSED:
        raise RetentionError(_("Only what has been handed to compliance can be returned."))
    if not note.strip():
        raise RetentionError(_("Say what has to change."), field="note")
    _decide(fresh, State.RETURNED, "retention.script_returned", actor, note)
    return fresh


def _decide(version: ScriptVersion, state: str, action: str, actor: Staff, note: str) -> None:
    version.state, version.decided_by, version.decided_at = state, actor, timezone.now()
    version.decision_note = note.strip()[:300]
    version.save(update_fields=["state", "decided_by", "decided_at", "decision_note", "expires_on"])
    branch = version.script.branch
    until = version.expires_on.isoformat() if state == State.APPROVED and version.expires_on else ""
    audit.record(action=action, actor=actor, branch=branch, target=version, detail={"until": until} if until else {})
    notify(
        recipients={version.written_by, version.script.owner},
        kind=action,
        key=f"script:{version.pk}:{state}:{timezone.localdate()}",
        branch=branch,
        url=reverse("retention:script_detail", args=[version.script_id]),
        actor=actor,
        script=version.script_id,
        version=version.version,
    )
