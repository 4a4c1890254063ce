"""How tasks were done and logs were kept over a quarter: everybody's, so that one's own can stand beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.expressions import Func
from django.utils import timezone

from branch_crm.core.models import Branch, Staff
from servicelog.models import Contact, MotTask

#: What is looked back on, in days.
QUARTER = timedelta(days=91)

ON_TIME, LATE = "on_time", "late"


def judged_tasks(branch: Branch, *, today: date) -> QuerySet[MotTask]:
    """Mandatory tasks whose deadline lies in the last quarter, annotated with `outcome` and counted for who served the client
    when it was raised.

    Left out: tasks that lost their reason before anybody could act, and open ones of clients who are somebody else's by now.
    Overtaken by the next moment (an assessment that ended) is late: nobody spoke in time. Today's deadline is judged tomorrow.
    """
    due = MotTask.objects.filter(branch=branch, mandatory=True, due_on__gte=today - QUARTER, advisor__isnull=False)
    done = Q(state=MotTask.State.DONE)
    in_time = done & (
        Q(closed_on__lt=F("due_on"))
        | Q(closed_on=F("due_on")) & (Q(due_time=None) | Q(contact__held_at__time__lte=F("due_time")))
    )
    theirs = Q(client__advisor=F("advisor"))
    missed = (
        done
        | Q(state=MotTask.State.OPEN, due_on__lt=today) & theirs
        | Q(state=MotTask.State.LAPSED, lapse_reason="overtaken") & theirs
    )
    outcome = Case(When(in_time, then=Value(ON_TIME)), When(missed, then=Value(LATE)), output_field=CharField())
    return due.annotate(outcome=outcome).filter(outcome__isnull=False)


def on_time_by_advisor(branch: Branch, *, today: date) -> dict[int, tuple[int, int]]:
    """Advisor -> (done in time, judged). One query."""
    rows = judged_tasks(branch, today=today).order_by().values("advisor")
    counted = rows.annotate(good=Count("pk", filter=Q(outcome=ON_TIME)), judged=Count("pk"))
    return {row["advisor"]: (row["good"], row["judged"]) for row in counted}


def logs_by_advisor(branch: Branch, *, today: date) -> dict[int, tuple[int, int]]:
    """Advisor -> (logs that count, all logs) of the last quarter; messages to many are not contacts and stand apart."""
    logs = Contact.objects.filter(branch=branch, held_at__gte=_since(today), bulk=None, author__advisor__isnull=False)
    rows = logs.order_by().values("author__advisor")
    counted = rows.annotate(good=Count("pk", filter=Q(counts=True)), judged=Count("pk"))
    return {row["author__advisor"]: (row["good"], row["judged"]) for row in counted}


@dataclass(frozen=True)
class OwnLogs:
    """Own logs of the quarter that do not count: how often each reason stands against one, and the newest."""

    reasons: list[tuple[str, int]]
    newest: list[Contact]


def own_logs_that_do_not_count(user: Staff, *, today: date, most: int) -> OwnLogs:
    """Also of clients who have moved on since: the author may read what he wrote only while he serves the client, so only
    those he still sees are listed by name. Two queries."""
    own = Contact.objects.filter(author=user, held_at__gte=_since(today), bulk=None, counts=False)
    reason = Func("count_reasons", function="unnest", output_field=CharField())
    reasons: Counter[str] = Counter()
    for row in own.order_by().annotate(reason=reason).values("reason").annotate(n=Count("pk")):
        reasons[row["reason"]] = row["n"]
    seen = Contact.objects.visible_to(user).filter(pk__in=own.values("pk")).select_related("client")
    return OwnLogs(reasons.most_common(), list(seen[:most]))


def _since(today: date) -> datetime:
    return timezone.make_aware(datetime.combine(today - QUARTER, time()))
