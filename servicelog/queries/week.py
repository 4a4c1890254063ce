"""Two weeks of a book: what is fixed on each day, and whom the standards suggest to speak to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from advisors.models import Advisor
from branch_crm.core.models import Staff
from branch_crm.core.trading_calendar import TradingCalendar
from clients.models import Client
from servicelog.domain.service_rules import ServiceRules
from servicelog.domain.week_plan import Wish, daily_pace, suggest
from servicelog.models import MotTask, Promise
from servicelog.queries.coverage import ClientNeed, needs_of


@dataclass
class Item:
    """One client on one day: fixed by a task or a promise, or suggested by the standard."""

    row: ClientNeed
    tasks: list[MotTask] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)

    @property
    def is_fixed(self) -> bool:
        return bool(self.tasks or self.promises)


@dataclass(frozen=True)
class WeekPlan:
    """Sessions with their clients. left: clients whose standard is missed or ends within the days, and for whom they have
    no room. pace: suggested contacts a day. needs: every client of the book, for the coverage."""

    days: dict[date, list[Item]]
    left: Sequence[ClientNeed]
    pace: int
    needs: Sequence[ClientNeed]


def sessions_of_two_weeks(calendar: TradingCalendar, today: date) -> list[date]:
    """Trading days from today to the Sunday of next week."""
    last = today + timedelta(days=13 - today.weekday())
    days = [today + timedelta(days=ahead) for ahead in range((last - today).days + 1)]
    return [day for day in days if calendar.is_session(day)]


def week_plan(
    user: Staff, *, advisor: Advisor | None, today: date, calendar: TradingCalendar, rules: ServiceRules
) -> WeekPlan:
    """The plan of a book: the user's own, or that of one advisor the user may see. Three queries, whatever the size."""
    clients = Client.objects.visible_to(user)
    tasks = MotTask.objects.visible_to(user).filter(state=MotTask.State.OPEN, mandatory=True)
    promises = Promise.objects.visible_to(user).filter(state=Promise.State.OPEN)
    if advisor is not None:
        clients = clients.filter(advisor=advisor)
        tasks, promises = tasks.filter(client__advisor=advisor), promises.filter(client__advisor=advisor)
    needs = needs_of(clients, today=today, rules=rules)
    sessions = sessions_of_two_weeks(calendar, today)
    by_client = {row.client.pk: row for row in needs}
    plan: dict[date, list[Item]] = {day: [] for day in sessions}
    fixed: dict[int, Item] = {}
    if sessions:
        due = (("tasks", tasks), ("promises", promises))
        for kind, rows in due:
            for entry in rows.filter(due_on__lte=sessions[-1]).order_by("due_on", "pk"):
                row = by_client.get(entry.client_id)
                if row is None:
                    continue
                item = fixed.get(entry.client_id)
                if item is None:
                    item = fixed[entry.client_id] = Item(row)
                    plan[_session_for(entry.due_on, sessions)].append(item)
                getattr(item, kind).append(entry)
    tiers = Counter(row.tier for row in needs)
    pace = daily_pace((rules.standards[tier], count) for tier, count in tiers.items())
    wishes = [
        Wish(row.client.pk, row.need.due_on, row.tier, float(row.client.figures.total_assets or 0))
        for row in needs
        if row.client.pk not in fixed and row.need.due_on and sessions and row.need.due_on <= sessions[-1]
    ]
    suggested, left = suggest(wishes, sessions, pace)
    for day, chosen in suggested.items():
        plan[day] += [Item(by_client[wish.client]) for wish in chosen]
    return WeekPlan(plan, [by_client[wish.client] for wish in left], pace, needs)


def _session_for(due_on: date, sessions: Sequence[date]) -> date:
    """The last session that is not after the deadline; what is overdue belongs on the first."""
    return next((day for day in reversed(sessions) if day <= due_on), sessions[0])
