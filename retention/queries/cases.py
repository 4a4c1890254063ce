"""Retention cases: which are open, whose part is waited for, and which a client's own word has ended."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from branch_crm.core.models import Role, Staff
from clients.models import ClientStatus
from retention.models import CaseTask, LeavingRequest, RetentionCase

#: What takes the client away; giving up a permission does not.
LEAVING = (
    LeavingRequest.Kind.CLOSING,
    LeavingRequest.Kind.TRANSFER,
    LeavingRequest.Kind.CUSTODY,
    LeavingRequest.Kind.DESIGNATION,
)
FINISHED = (LeavingRequest.State.DONE, LeavingRequest.State.WITHDRAWN)
RUNNING = (CaseTask.State.CALLED, CaseTask.State.TAKEN)


def with_end(cases: QuerySet[RetentionCase]) -> QuerySet[RetentionCase]:
    """Adds `talk_declined` and `has_left`: what the requests of the client say, whatever the case itself says yet."""
    requests = LeavingRequest.objects.filter(client=OuterRef("client"))
    declined = requests.filter(declined_talk_at__isnull=False).filter(
        Q(declined_talk_at__gte=OuterRef("opened_at")) | Q(pk=OuterRef("request")) | ~Q(state__in=FINISHED)
    )
    left = requests.filter(state=LeavingRequest.State.DONE, kind__in=LEAVING, finished_at__gte=OuterRef("opened_at"))
    ends = {"talk_declined": Exists(declined), "has_left": Q(Exists(left)) | Q(client__status=ClientStatus.CLOSED)}
    return cases.annotate(**ends)


def going_on() -> QuerySet[RetentionCase]:
    """Open cases in which somebody may still talk to the client."""
    cases = with_end(RetentionCase.objects.filter(state=RetentionCase.State.OPEN))
    return cases.filter(Q(talk_declined=False) & Q(has_left=False))


def case_rows(user: Staff) -> QuerySet[RetentionCase]:
    """As lists show them, the newest first; `ended_by_client` rows are not worked on any more."""
    cases = with_end(RetentionCase.objects.visible_to(user)).select_related("client", "client__figures", "advisor")
    parts = CaseTask.objects.select_related("assignee")
    return cases.prefetch_related(Prefetch("tasks", queryset=parts, to_attr="parts")).order_by("-pk")


def parts_of(user: Staff) -> QuerySet[CaseTask]:
    """The running parts that this person is called to or has taken, what is waited for first on top."""
    mine = Q(assignee=user) | Q(assignee=None, role=user.role)
    seen = CaseTask.objects.visible_to(user)
    parts = seen.filter(mine, state__in=RUNNING, case__in=going_on().values("pk"))
    return parts.select_related("case", "case__client", "case__client__figures").order_by("answer_by", "pk")


def may_answer(user: Staff, part: CaseTask) -> bool:
    """Whoever is called; any of the role, where nobody is named; the desk in the place of each."""
    if part.assignee_id is None:
        return user.role == part.role or user.role in (Role.DIRECTOR, Role.ASSISTANT)
    return part.assignee_id == user.pk or user.role in (Role.DIRECTOR, Role.ASSISTANT)
