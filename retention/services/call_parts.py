"""Call everybody who has a part in a case, at the same moment, and whoever is on duty where no answer comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from advisors.models import Leave
from branch_crm.core import audit, trading_calendar
from branch_crm.core.models import Branch, Role, Staff
from branch_crm.core.notifications import notify, people_of
from retention.domain.calling import answer_by, next_in_line, roles_called
from retention.domain.rules import RetentionRules
from retention.models import CaseTask, RetentionCase
from retention.queries.cases import going_on
from retention.services.ensure_policy import retention_rules

#: They see every client of the branch, so any case may be theirs.
SEES_ALL = (Role.COUNTER, Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER)


def call_parts(*, case: RetentionCase, rules: RetentionRules, now: datetime) -> list[CaseTask]:
    """Inside the transaction that opens the case, whose client carries its figures and advisor; `now` in Shanghai time."""
    calendar = trading_calendar.load()
    line = duty_line(case.branch, rules)
    parts = []
    roles = roles_called(
        has_request=case.request_id is not None,
        has_advisor=case.client.advisor_id is not None,
        tier=case.tier,
        is_core=case.client.figures.is_core,
        rules=rules.case,
    )
    for role in roles:
        meant = _meant(case, role)
        stands_in = role == Role.ADVISOR and not _is_there(case, meant, now)
        part = CaseTask.objects.create(
            case=case,
            role=role,
            assignee=next_in_line(line, None) if stands_in else meant,
            called_first=meant if stands_in else None,
            called_at=now,
            answer_by=answer_by(called=now, role=role, rules=rules.case, calendar=calendar),
        )
        tell(part, stands_in=stands_in)
        parts.append(part)
    return parts


def call_duty(*, now: datetime | None = None) -> int:
    """Called every minute: parts without an answer go to the next on duty. Returns how many; nobody is called twice."""
    at = timezone.localtime(now)
    late = CaseTask.objects.filter(state=CaseTask.State.CALLED, answer_by__lte=at, case__in=going_on().values("pk"))
    return sum(_call_next(pk, at) for pk in late.order_by("answer_by", "pk").values_list("pk", flat=True))


@transaction.atomic
def _call_next(pk: int, now: datetime) -> bool:
    part = (
        CaseTask.objects.select_for_update(of=("self",)).select_related("case", "case__branch", "assignee").get(pk=pk)
    )
    if part.state != CaseTask.State.CALLED or part.answer_by > now:
        return False
    branch = part.case.branch
    rules = retention_rules(branch, on=now.date())
    person = next_in_line(duty_line(branch, rules), part.assignee)
    if person is None:
        return False
    part.called_first = part.called_first or part.assignee
    part.assignee, part.called_at = person, now
    part.answer_by = answer_by(called=now, role=part.role, rules=rules.case, calendar=trading_calendar.load())
    part.save(update_fields=["called_first", "assignee", "called_at", "answer_by"])
    audit.record(
        action="retention.part_passed_to_duty",
        actor=None,
        branch=branch,
        target=part,
        detail={"case": part.case_id, "role": part.role, "to": person.pk},
    )
    tell(part, stands_in=True)
    return True


def duty_line(branch: Branch, rules: RetentionRules) -> list[Staff]:
    """Those on duty in the policy's order, then director and assistant. An advisor on duty would not see the client."""
    people = {person.staff_no: person for person in people_of(branch, *SEES_ALL).filter(is_active=True)}
    on_duty = [people[number] for number in rules.duty if number in people]
    heads = people_of(branch, Role.DIRECTOR, Role.ASSISTANT).filter(is_active=True).order_by("-role", "pk")
    line = [*on_duty, *(person for person in heads if person not in on_duty)]
    return [person for person in line if not person.is_shut]


def tell(part: CaseTask, *, stands_in: bool = False) -> None:
    """The bell of whoever is called; of all in the role, where nobody is named."""
    named = [part.assignee] if part.assignee_id else people_of(part.case.branch, Role(part.role))
    until = timezone.localtime(part.answer_by)
    whose: dict[str, Any] = {"role": part.role} if stands_in else {}
    notify(
        recipients=named,
        kind="retention.part_passed" if stands_in else "retention.part_called",
        key=f"part:{part.pk}:{part.assignee_id or part.role}",
        branch=part.case.branch,
        url=reverse("retention:case_detail", args=[part.case_id]),
        day=until.date().isoformat(),
        at=until.strftime("%H:%M"),
        **whose,
    )


def _meant(case: RetentionCase, role: str) -> Staff | None:
    """At the counter whoever took the request in; None = anybody of the role."""
    if role == Role.ADVISOR:
        return case.client.advisor.account if case.client.advisor else None
    taken_in_by = case.request.entered_by if case.request else None
    return taken_in_by if taken_in_by is not None and taken_in_by.role == role else None


def _is_there(case: RetentionCase, account: Staff | None, now: datetime) -> bool:
    if account is None or not account.is_active or account.is_shut:
        return False
    today = now.date()
    away = Leave.objects.filter(advisor=case.client.advisor, starts__lte=today, ends__gte=today)
    return not away.exists()
