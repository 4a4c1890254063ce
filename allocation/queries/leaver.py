"""Leaver cases as their pages show them: where the book goes, what is signed, what the account did meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from advisors.models import Advisor
from allocation.models import Assignment, Cover, Handover, LeaverCase, Plan
from branch_crm.core import trading_calendar
from branch_crm.core.models import AuditEntry, Staff
from clients.models import Client, ClientStatus
from servicelog.loose_ends import Group, Person, holding, loose_ends

#: States of a plan that may still split the book.
UNDER_WAY = (Plan.State.SOLVING, Plan.State.PROPOSED, Plan.State.WAITING, Plan.State.SCHEDULED)
#: Audit lines about a person's looks at personal data that are worth telling.
ALARMS = ("clients.reveal_rate", "clients.reveal_refused", "clients.leaver_export", "clients.reveal_spike")


@dataclass(frozen=True)
class Passing:
    """How far the book is: clients passed on by the case, those who are still where it put them, and their dossiers."""

    moved: int
    handovers: int
    signed: int
    accepted: int

    @property
    def unsigned(self) -> int:
        """Dossiers still being written count as well."""
        return self.handovers - self.signed


@dataclass(frozen=True)
class CaseView:
    case: LeaverCase
    groups: Sequence[Group]
    passing: Passing
    covers: Sequence[tuple[Advisor, int]]
    alarms: Sequence[AuditEntry]
    steps: Sequence[AuditEntry]
    hands_over_on: date
    today: date

    @property
    def holding(self) -> list[Group]:
        return holding(self.groups)

    @property
    def clients(self) -> int:
        return next((group.count for group in self.groups if group.kind.code == "clients"), 0)

    @property
    def under_way(self) -> bool:
        return self.case.plan is not None and self.case.plan.state in UNDER_WAY

    @property
    def is_late(self) -> bool:
        """The last day has passed, and things still need a home."""
        return is_late(self.case, self.today) and bool(self.holding)


def cases_for(user: Staff) -> QuerySet[LeaverCase]:
    people = ("branch", "advisor__branch", "advisor__account", "plan", "opened_by", "closed_by")
    return LeaverCase.objects.visible_to(user).select_related(*people)


def is_late(case: LeaverCase, today: date) -> bool:
    open_still = case.state == LeaverCase.State.OPEN
    return open_still and case.kind != LeaverCase.Kind.LONG_LEAVE and case.last_day < today


def case_rows(user: Staff, *, state: str) -> list[tuple[LeaverCase, int]]:
    """Cases of a tab with how many clients the person still serves; one query more for any number of cases."""
    cases = cases_for(user)
    open_first = cases.filter(state=LeaverCase.State.OPEN).order_by("last_day", "pk")
    rows = list(open_first if state == "open" else cases.exclude(state=LeaverCase.State.OPEN).order_by("-pk")[:100])
    served = Client.objects.filter(advisor__in={case.advisor_id for case in rows})
    served = served.exclude(status__in=[ClientStatus.CLOSED, ClientStatus.CLOSING])
    counts = dict(served.order_by().values_list("advisor").annotate(Count("pk")))
    return [(case, counts.get(case.advisor_id, 0)) for case in rows]


def view_of(case: LeaverCase) -> CaseView:
    person = Person(case.advisor, case.advisor.account)
    covers = Cover.objects.filter(case=case, state=Cover.State.RUNNING).values("stand_in").annotate(n=Count("pk"))
    stand_ins = {row["stand_in"]: row["n"] for row in covers.order_by("-n")}
    people = Advisor.objects.in_bulk(stand_ins)
    return CaseView(
        case=case,
        groups=loose_ends(person),
        passing=passing_of(case),
        covers=[(people[pk], count) for pk, count in stand_ins.items()],
        alarms=alarms_of(case),
        steps=list(_steps(case)),
        hands_over_on=hands_over_on(case),
        today=timezone.localdate(),
    )


def passing_of(case: LeaverCase) -> Passing:
    """A handover whose taker no longer serves the client is history; the later one is what has to be signed."""
    made = Assignment.objects.filter(case=case).exclude(advisor=case.advisor)
    current = made.filter(ends__isnull=True)
    read = Q(handover__signed_at__isnull=False)
    accepted = Q(handover__acceptance=Handover.Acceptance.ACCEPTED)
    counts = current.aggregate(all=Count("pk"), signed=Count("pk", filter=read), accepted=Count("pk", filter=accepted))
    return Passing(made.values("client").distinct().count(), counts["all"], counts["signed"], counts["accepted"])


def alarms_of(case: LeaverCase) -> list[AuditEntry]:
    if case.advisor.account is None:
        return []
    lines = AuditEntry.objects.filter(actor=case.advisor.account, action__in=ALARMS, at__date__gte=case.announced_on)
    return list(lines.order_by("-pk")[:20])


def _steps(case: LeaverCase) -> QuerySet[AuditEntry]:
    lines = AuditEntry.objects.filter(target_type=case._meta.label_lower, target_id=str(case.pk))
    return lines.select_related("actor").order_by("-pk")[:20]


def hands_over_on(case: LeaverCase) -> date:
    """The first trading day without the person; the day of the change belongs to the successor."""
    return trading_calendar.load().shift(case.last_day + timedelta(days=1), 0)


def case_of_plan(plan: Plan) -> LeaverCase | None:
    """The open case whose book this plan splits."""
    return (
        LeaverCase.objects.filter(plan=plan, state=LeaverCase.State.OPEN)
        .select_related("branch", "advisor__account")
        .first()
    )


def announced_leavers(user: Staff) -> list[int]:
    """Advisors who have said that they go for good: a new run thinks them away unless told otherwise."""
    cases = LeaverCase.objects.visible_to(user).filter(state=LeaverCase.State.OPEN)
    return list(cases.exclude(kind=LeaverCase.Kind.LONG_LEAVE).order_by("advisor").values_list("advisor", flat=True))
