"""End a case: by the outcome somebody notes, or at once by the client's own word and deed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from retention.models import CaseTask, Offer, Reason, RetentionCase
from retention.queries.cases import RUNNING, with_end
from retention.services.errors import RetentionError
from retention.services.work_on_request import decline_talk

State, Outcome = RetentionCase.State, RetentionCase.Outcome


@transaction.atomic
def close_case(
    *,
    case: RetentionCase,
    outcome: str,
    actor: Staff | None,
    note: str = "",
    reason: Reason | None = None,
    now: datetime | None = None,
) -> RetentionCase:
    """All running parts stop with it. The same outcome noted twice is once.

    A client who did not want to talk is left alone by the request, too: what is noted here is noted there.
    """
    fresh: RetentionCase = (
        RetentionCase.objects.select_for_update(of=("self",), no_key=True)
        .select_related("branch", "request")
        .get(pk=case.pk)
    )
    if outcome not in Outcome.values:
        raise RetentionError(_("Choose how it ended."), field="outcome")
    if fresh.state == State.CLOSED:
        if fresh.outcome == outcome:
            return fresh
        raise RetentionError(_("This case has ended; nothing was changed."))
    at = now or timezone.now()
    fresh.state, fresh.outcome, fresh.outcome_note = State.CLOSED, outcome, note.strip()[:500]
    fresh.reason = reason or (fresh.request.reason if fresh.request else None)
    fresh.closed_at, fresh.closed_by = at, actor
    fresh.save(update_fields=["state", "outcome", "outcome_note", "reason", "closed_at", "closed_by"])
    stopped = fresh.tasks.filter(state__in=RUNNING).update(state=CaseTask.State.STOPPED, ended_at=at)
    unanswered = fresh.offers.filter(state__in=[Offer.State.MADE, Offer.State.WAITING])
    unanswered.update(state=Offer.State.TURNED_DOWN, answered_at=at)
    if outcome == Outcome.DECLINED and fresh.request is not None:
        decline_talk(request=fresh.request, actor=actor)
    audit.record(
        action="retention.case_closed",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"client": fresh.client_id, "outcome": outcome, "stopped": stopped},
    )
    return fresh


def end_by_requests(*, now: datetime | None = None) -> int:
    """Called every minute: cases whose client has declined to talk, or whose request is done. Returns how many ended."""
    cases = with_end(RetentionCase.objects.filter(state=State.OPEN))
    ended = cases.filter(Q(talk_declined=True) | Q(has_left=True)).order_by("pk")
    for case in ended:
        outcome = Outcome.LEFT if case.has_left else Outcome.DECLINED
        close_case(case=case, outcome=outcome, actor=None, now=now)
    return len(ended)
