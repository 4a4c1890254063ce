"""Answer a call, or hand it on to somebody else of the branch."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit, trading_calendar
from branch_crm.core.models import Staff
from retention.domain.calling import answer_by
from retention.models import CaseTask, RetentionCase
from retention.queries.cases import may_answer
from retention.services.call_parts import SEES_ALL, tell
from retention.services.ensure_policy import retention_rules
from retention.services.errors import RetentionError
from retention.services.hold_case import hold_part


@transaction.atomic
def take_part(*, part: CaseTask, actor: Staff, now: datetime | None = None) -> CaseTask:
    """Taken twice by the same person is once. Raises RetentionError when somebody else has it, or is called."""
    fresh = hold_part(part.pk)
    if fresh.state == CaseTask.State.TAKEN:
        if fresh.assignee_id == actor.pk:
            return fresh
        raise RetentionError(_("%(name)s has taken this part already.") % {"name": fresh.assignee})
    if not may_answer(actor, fresh):
        raise RetentionError(_("Somebody else is called to this part."))
    if fresh.assignee_id != actor.pk:
        fresh.called_first = fresh.called_first or fresh.assignee
        fresh.assignee = actor
    fresh.state, fresh.taken_at = CaseTask.State.TAKEN, now or timezone.now()
    fresh.save(update_fields=["called_first", "assignee", "state", "taken_at"])
    _record("retention.part_taken", fresh, actor)
    return fresh


@transaction.atomic
def hand_on(*, part: CaseTask, to: Staff, actor: Staff, now: datetime | None = None) -> CaseTask:
    """Called anew, with a countdown of its own. Raises RetentionError for somebody who does not see the client."""
    fresh = hold_part(part.pk)
    if not may_answer(actor, fresh):
        raise RetentionError(_("Somebody else is called to this part."))
    if not who_may_have(fresh.case).filter(pk=to.pk).exists():
        raise RetentionError(_("This person does not see the client. Choose another."), field="to")
    at = timezone.localtime(now)
    rules = retention_rules(fresh.case.branch, on=at.date()).case
    fresh.called_first = fresh.called_first or fresh.assignee
    fresh.assignee, fresh.state, fresh.called_at, fresh.taken_at = to, CaseTask.State.CALLED, at, None
    fresh.answer_by = answer_by(called=at, role=fresh.role, rules=rules, calendar=trading_calendar.load())
    fresh.save(update_fields=["called_first", "assignee", "state", "called_at", "taken_at", "answer_by"])
    _record("retention.part_handed_on", fresh, actor)
    tell(fresh)
    return fresh


def who_may_have(case: RetentionCase) -> QuerySet[Staff]:
    """Who sees this client: all of the counter and the heads, and the client's own advisor."""
    seeing = Q(role__in=SEES_ALL) | Q(pk=case.client.advisor.account_id if case.client.advisor else None)
    return Staff.objects.filter(seeing, branch=case.branch, is_active=True)


def _record(action: str, part: CaseTask, actor: Staff) -> None:
    audit.record(
        action=action,
        actor=actor,
        branch=part.case.branch,
        target=part,
        detail={"case": part.case_id, "role": part.role, "to": part.assignee_id},
    )
