"""The figures of keeping clients, and the records behind each: a figure and its list are the same condition.

Every query is one statement over the branch's cases or requests of the period, however many clients there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DateField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Greatest, Least, Now, TruncDate

from branch_crm.core import trading_calendar
from branch_crm.core.models import Branch, Staff
from retention.domain.figures import Line, median_sessions
from retention.models import CaseTask, LeavingRequest, Offer, RetentionCase
from servicelog.models import Complaint

Check, Outcome, State = RetentionCase.Check, RetentionCase.Outcome, LeavingRequest.State
MONEY = DecimalField(max_digits=20, decimal_places=2)

STAYS = Q(outcome=Outcome.STAYS)
#: Figure -> which cases it counts (of `with_facts`).
CASE_FIGURES: Mapping[str, Q] = {
    "opened": Q(),
    "talked": Q(talked=True),
    "stays": STAYS,
    "checked_30": STAYS & ~Q(check_30=Check.WAITING),
    "kept_30": STAYS & Q(check_30=Check.KEPT),
    "checked_90": STAYS & ~Q(check_90=Check.WAITING),
    "kept_90": STAYS & Q(check_90=Check.KEPT),
    "complained": Q(complained=True),
    "granted": Q(granted=True),
}
IN_TIME = Q(state=State.DONE, finished_at__lte=F("due_at"))
LATE = Q(state=State.DONE, finished_at__gt=F("due_at")) | Q(due_at__lt=Now()) & ~Q(
    state__in=[State.DONE, State.WITHDRAWN]
)
#: Figure -> which requests it counts.
REQUEST_FIGURES: Mapping[str, Q] = {"requests": Q(), "finished": IN_TIME | LATE, "in_time": IN_TIME, "late": LATE}


@dataclass(frozen=True)
class Period:
    """Both days count, Shanghai time."""

    since: date
    until: date


def cases_of(user: Staff, branch: Branch, period: Period) -> QuerySet[RetentionCase]:
    """Opened in the period, by the day."""
    cases = RetentionCase.objects.visible_to(user).filter(branch=branch)
    return cases.filter(opened_at__date__range=(period.since, period.until))


def requests_of(user: Staff, branch: Branch, period: Period) -> QuerySet[LeavingRequest]:
    """Applied for in the period; those that the client withdrew are not counted."""
    requests = LeavingRequest.objects.visible_to(user).filter(branch=branch).exclude(state=State.WITHDRAWN)
    return requests.filter(applied_at__date__range=(period.since, period.until))


def with_facts(cases: QuerySet[RetentionCase]) -> QuerySet[RetentionCase]:
    """Adds `talked` (somebody reached the client), `complained` (while it ran), `granted` (an offer was accepted)."""
    days = {"opened_on": TruncDate("opened_at"), "ended_on": Coalesce(TruncDate("closed_at"), TruncDate(Now()))}
    running = Q(received_on__gte=OuterRef("opened_on"), received_on__lte=OuterRef("ended_on"))
    return cases.alias(**days).annotate(
        talked=Exists(CaseTask.objects.filter(case=OuterRef("pk"), contact__reached=True)),
        complained=Exists(Complaint.objects.filter(running, client=OuterRef("client"))),
        granted=Exists(Offer.objects.filter(case=OuterRef("pk"), state=Offer.State.ACCEPTED)),
    )


def key_of(by: str, moment: str, prefix: str = "") -> Combinable:
    """The group of a row as text, empty = not known. moment: the column that says the month."""
    if by == "reason":
        return Coalesce(f"{prefix}reason__parent__code", f"{prefix}reason__code", Value(""))
    if by == "month":
        return Func(TruncDate(prefix + moment), Value("YYYY-MM"), function="to_char", output_field=CharField())
    return Coalesce(Cast(prefix + {"tier": "tier", "advisor": "advisor_id"}[by], CharField()), Value(""))


def case_lines(cases: QuerySet[RetentionCase], *, by: str) -> dict[str, Line]:
    """Two statements: cases, and what was granted in them."""
    facts = with_facts(cases).annotate(key=key_of(by, "opened_at"))
    counts: dict[str, Any] = {
        name: Count("pk", filter=_true(where)) for name, where in CASE_FIGURES.items() if name != "granted"
    }
    rows = facts.order_by().values("key").annotate(
        **counts,
        sum_assets=Coalesce(Sum("assets"), Value(0), output_field=MONEY),
        assets_30=_still_here("check_30"),
        assets_90=_still_here("check_90"),
        revenue_90=Coalesce(Sum("revenue", filter=CASE_FIGURES["kept_90"]), Value(0), output_field=MONEY),
    )  # fmt: skip
    lines = {row["key"]: Line(assets=row.pop("sum_assets"), **row) for row in rows}
    offers = Offer.objects.filter(case__in=cases, state=Offer.State.ACCEPTED)
    granted = offers.annotate(key=key_of(by, "opened_at", "case__")).order_by().values("key")
    for row in granted.annotate(granted=Count("case", distinct=True), cost=Sum("yearly_cost")):
        lines[row["key"]] = replace(lines[row["key"]], granted=row["granted"], cost=row["cost"])
    return lines


def request_lines(requests: QuerySet[LeavingRequest], *, by: str) -> dict[str, Line]:
    """One statement."""
    counts = {name: Count("pk", filter=where) for name, where in REQUEST_FIGURES.items() if name != "late"}
    rows = requests.annotate(key=key_of(by, "applied_at")).order_by().values("key").annotate(**counts)
    return {row["key"]: Line(**row) for row in rows}


def lines_of(user: Staff, branch: Branch, period: Period, *, by: str) -> list[Line]:
    """Groups in order of their keys, the unknown last."""
    cases = case_lines(cases_of(user, branch, period), by=by)
    requests = request_lines(requests_of(user, branch, period), by=by)
    keys = sorted({*cases, *requests}, key=lambda key: (key == "", key))
    return [cases.get(key, Line(key)) + requests.get(key, Line(key)) for key in keys]


def median_to_done(requests: QuerySet[LeavingRequest]) -> int | None:
    """Trading days from the start of the clock (application or settlement, whichever is later) to done."""
    done = requests.filter(state=State.DONE, settled_at__isnull=False, finished_at__isnull=False)
    spans = done.annotate(
        start=Cast(TruncDate(Greatest("applied_at", "settled_at")), DateField()), end=TruncDate("finished_at")
    )
    counted: Sequence[tuple[date, date, int]] = list(
        spans.order_by().values("start", "end").annotate(times=Count("pk")).values_list("start", "end", "times")
    )
    return median_sessions(counted, calendar=trading_calendar.load())


def cases_behind(
    cases: QuerySet[RetentionCase], figure: str, *, by: str = "", key: str = ""
) -> QuerySet[RetentionCase]:
    """Exactly those that the figure counts, of one group where `by` names one."""
    found = with_facts(cases).filter(CASE_FIGURES[figure])
    return found.annotate(key=key_of(by, "opened_at")).filter(key=key) if by else found


def requests_behind(
    requests: QuerySet[LeavingRequest], figure: str, *, by: str = "", key: str = ""
) -> QuerySet[LeavingRequest]:
    """Exactly those that the figure counts, of one group where `by` names one."""
    found = requests.filter(REQUEST_FIGURES[figure])
    return found.annotate(key=key_of(by, "applied_at")).filter(key=key) if by else found


def _true(where: Q) -> Q | None:
    return where if where else None


def _still_here(check: str) -> Combinable:
    """Assets of the opening that a check found still here: nobody brings back more than was there."""
    share = Cast(
        KeyTextTransform("share", KeyTextTransform(check, "checks")), DecimalField(max_digits=20, decimal_places=4)
    )
    kept = ExpressionWrapper(F("assets") * Least(share, Value(1)), output_field=MONEY)
    found = CASE_FIGURES[check.replace("check", "kept")]
    return Coalesce(Sum(kept, filter=found), Value(0), output_field=MONEY)
