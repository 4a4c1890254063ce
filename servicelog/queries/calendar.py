"""What a person's days hold, as counts: mandatory tasks and promises by the day on which they are due."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, time

from django.db.models import Count

from branch_crm.core.models import Staff
from servicelog.models import MotTask, Promise


@dataclass(frozen=True)
class Day:
    """`overdue`: how many of both were due earlier. `timed`: hour -> mandatory tasks that must be done by then."""

    day: date
    mandatory: int
    promises: int
    overdue: int
    timed: dict[time, int]


def days_of(user: Staff, *, today: date, until: date) -> list[Day]:
    """Days with something due, the earliest first; what is overdue stands on `today`. Two queries."""
    tasks = MotTask.objects.visible_to(user).filter(state=MotTask.State.OPEN, mandatory=True, due_on__lte=until)
    promised = Promise.objects.visible_to(user).filter(state=Promise.State.OPEN, due_on__lte=until)
    mandatory: Counter[date] = Counter()
    promises: Counter[date] = Counter()
    overdue, timed = 0, dict[date, dict[time, int]]()
    for due_on, due_time, count in tasks.order_by().values_list("due_on", "due_time").annotate(n=Count("pk")):
        mandatory[max(due_on, today)] += count
        overdue += count if due_on < today else 0
        if due_time is not None and due_on >= today:
            timed.setdefault(due_on, {})[due_time] = count
    for due_on, count in promised.order_by().values_list("due_on").annotate(n=Count("pk")):
        promises[max(due_on, today)] += count
        overdue += count if due_on < today else 0
    return [
        Day(day, mandatory[day], promises[day], overdue if day == today else 0, timed.get(day, {}))
        for day in sorted(mandatory.keys() | promises.keys())
    ]
