"""Hand a draft to compliance."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Role, Staff
from branch_crm.core.notifications import notify
from retention.domain.scripts import flags, missing, read_body
from retention.models import ScriptVersion
from retention.services.errors import RetentionError
from retention.services.write_script import forbidden_words, hold_version, require_own

State = ScriptVersion.State


@transaction.atomic
def propose_script(*, version: ScriptVersion, actor: Staff) -> ScriptVersion:
    """Proposed twice is once. Raises RetentionError for parts that are missing, forbidden wording, or what is no draft."""
    fresh = hold_version(version, actor)
    require_own(fresh.script, actor)
    if fresh.state == State.PROPOSED:
        return fresh
    if fresh.state not in (State.DRAFT, State.RETURNED):
        raise RetentionError(_("Only a draft can be handed to compliance."))
    refuse_unfit(fresh)
    fresh.state = State.PROPOSED
    fresh.save(update_fields=["state"])
    branch = fresh.script.branch
    audit.record(action="retention.script_proposed", actor=actor, branch=branch, target=fresh)
    notify(
        recipients=Staff.objects.filter(branch=branch, role=Role.COMPLIANCE),
        kind="retention.script_proposed",
        key=f"script:{fresh.pk}:proposed",
        branch=branch,
        url=reverse("retention:script_detail", args=[fresh.script_id]),
        actor=actor,
        script=fresh.script_id,
        version=fresh.version,
    )
    return fresh


def refuse_unfit(version: ScriptVersion) -> None:
    """Raises RetentionError for a text that may not be approved, by the words that are forbidden today."""
    body = read_body(version.body)
    found = flags(body, forbidden_words(version.script.branch))
    if found:
        version.flagged = [asdict(flag) for flag in found]
        words = "、".join(dict.fromkeys(flag.word for flag in found))
        raise RetentionError(_("Wording that may not be used with clients: %(words)s. Rewrite it.") % {"words": words})
    if missing(body):
        raise RetentionError(
            _("Opening, questions, close and what must be said are needed in both languages before it is approved.")
        )
