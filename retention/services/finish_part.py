"""The talk of one part: logged as any contact is, and linked. Who was not reached is tried again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from retention.models import CaseTask
from retention.services.errors import RetentionError
from retention.services.hold_case import hold_part
from servicelog.models import Purpose
from servicelog.services.log_contact import ContactDraft, log_contact


@transaction.atomic
def finish_part(
    *,
    part: CaseTask,
    actor: Staff,
    token: UUID,
    channel: str,
    summary: str,
    reached: bool = True,
    minutes: int | None = None,
    quoted: bool = False,
) -> CaseTask:
    """The part is done when the client was reached. The same draft sent twice is one contact.

    Raises RetentionError where somebody else has the part, ServiceLogError of the log (ForbiddenWording among them).
    """
    sent = CaseTask.objects.filter(pk=part.pk, contact__token=token).first()
    if sent is not None:
        return sent
    fresh = hold_part(part.pk)
    if fresh.assignee_id != actor.pk or fresh.state != CaseTask.State.TAKEN:
        raise RetentionError(_("Take this part first."))
    now = timezone.now()
    draft = ContactDraft(
        held_at=now,
        channel=channel,
        purpose=Purpose.RETENTION,
        summary=summary,
        reached=reached,
        minutes=minutes,
        quoted=quoted,
    )
    fresh.contact = log_contact(client=fresh.case.client, actor=actor, token=token, draft=draft).contact
    if reached:
        fresh.state, fresh.ended_at = CaseTask.State.DONE, now
    fresh.save(update_fields=["contact", "state", "ended_at"])
    audit.record(
        action="retention.part_talked" if reached else "retention.part_not_reached",
        actor=actor,
        branch=fresh.case.branch,
        target=fresh,
        detail={"case": fresh.case_id, "role": fresh.role, "contact": fresh.contact_id},
    )
    return fresh
