"""A case, locked for one deed, and only while somebody may still talk to the client."""

from __future__ import annotations

from django.utils.translation import gettext as _

from retention.models import CaseTask, RetentionCase
from retention.queries.cases import with_end
from retention.services.errors import RetentionError


def hold_case(pk: int) -> RetentionCase:
    """Call inside a transaction. Raises RetentionError when the case has ended, also by the client's word of this second."""
    cases = with_end(RetentionCase.objects.select_for_update(of=("self",), no_key=True))
    case: RetentionCase = cases.select_related("branch", "client", "client__figures", "request").get(pk=pk)
    if case.state == RetentionCase.State.CLOSED:
        raise RetentionError(_("This case has ended; nothing was changed."))
    if case.talk_declined:
        raise RetentionError(_("The client declined to talk. Nobody calls about staying."))
    if case.has_left:
        raise RetentionError(_("The client's request is done; there is nothing to talk about any more."))
    return case


def hold_part(pk: int) -> CaseTask:
    """A running part with its case, both locked. Raises RetentionError for one that has ended."""
    case = hold_case(CaseTask.objects.values_list("case_id", flat=True).get(pk=pk))
    part: CaseTask = CaseTask.objects.select_for_update(of=("self",)).select_related("assignee").get(pk=pk)
    part.case = case
    if part.state not in (CaseTask.State.CALLED, CaseTask.State.TAKEN):
        raise RetentionError(_("This part has ended; nothing was changed."))
    return part
