"""The day's queue of a person: open tasks and promises of the clients seen, and core clients gone quiet; a row per client."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, DateTimeField, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from advisors.models import Advisor
from branch_crm.core.models import Branch, Staff
from clients.models import Client, ClientStatus
from clients.queries.book import HEAVY
from servicelog.domain.queue_order import Entry, Section, order_key, section_of_task
from servicelog.domain.service_rules import ServiceRules
from servicelog.models import Contact, MotTask, Promise

#: A queue is for one day; what lies below is found by tomorrow's.
MOST_TASKS = 600
MOST_QUIET = 60
#: Tiers from which somebody gone quiet is shown here; lower tiers are served digitally.
QUIET_FROM_TIER = 3


@dataclass
class Row:
    """One client, one contact: all tasks and promises that it would serve. `section` is that of the most urgent."""

    client: Client
    section: Section
    due_on: date
    tasks: list[MotTask] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    quiet_days: int | None = None
    is_quiet: bool = False
    stake: float = 0.0

    @property
    def task_ids(self) -> str:
        return ",".join(str(task.pk) for task in self.tasks)

    def entry(self) -> Entry:
        return Entry(self.section, self.due_on, self.stake, self.client.figures.tier or 1, self.quiet_days)


def day_queue(user: Staff, *, today: date, rules: ServiceRules, advisor: Advisor | None = None) -> list[Row]:
    """Rows in the order of servicelog.domain.queue_order. Four queries, whatever the size of the book.

    `advisor`: only that advisor's clients, for the desk, which sees the whole branch.
    """
    whose = {} if advisor is None else {"client__advisor": advisor}
    open_tasks = MotTask.objects.visible_to(user).filter(state=MotTask.State.OPEN, **whose)
    tasks = list(open_tasks.order_by("-mandatory", "due_on", "-at_stake")[:MOST_TASKS])
    soon = today + timedelta(days=7)
    promised = Promise.objects.visible_to(user).filter(state=Promise.State.OPEN, due_on__lte=soon, **whose)
    promises = list(promised.order_by("due_on")[:MOST_TASKS])
    quiet = {client.pk: client for client in gone_quiet(user, today=today, rules=rules, advisor=advisor)}
    wanted = {task.client_id for task in tasks} | {promise.client_id for promise in promises} | quiet.keys()
    clients = with_last_contact(Client.objects.visible_to(user)).select_related("figures", "advisor").defer(*HEAVY)
    people = clients.in_bulk(wanted)
    rows: dict[int, Row] = {}
    for task in tasks:
        section = section_of_task(mandatory=task.mandatory, aim=task.aim, due_on=task.due_on, today=today)
        row = _row(rows, people.get(task.client_id), section, task.due_on, today)
        if row is not None:
            row.tasks.append(task)
            row.stake = max(row.stake, float(task.at_stake))
    for promise in promises:
        section = Section.DUE if promise.due_on <= today else Section.LATER
        row = _row(rows, people.get(promise.client_id), section, promise.due_on, today)
        if row is not None:
            row.promises.append(promise)
    for pk in quiet:
        row = _row(rows, people.get(pk), Section.QUIET, today, today)
        if row is not None:
            row.is_quiet = True
            row.stake = max(row.stake, float(row.client.figures.total_assets or 0))
    return sorted(rows.values(), key=lambda row: (order_key(row.entry()), row.client.pk))


def _row(rows: dict[int, Row], client: Client | None, section: Section, due_on: date, today: date) -> Row | None:
    """The client's row, moved up to the more urgent section and deadline; None for a client who is no longer seen."""
    if client is None:
        return None
    row = rows.get(client.pk)
    if row is None:
        last = client.last_contact
        days = (today - timezone.localdate(last)).days if last else None
        row = rows[client.pk] = Row(client, section, due_on, quiet_days=days)
    elif (section, due_on) < (row.section, row.due_on):
        row.section, row.due_on = section, due_on
    return row


def with_last_contact(clients: QuerySet[Client]) -> QuerySet[Client]:
    """Clients with `last_contact`, the moment of the last contact that counts."""
    counted = Contact.objects.filter(client=OuterRef("pk"), counts=True).order_by("-held_at").values("held_at")[:1]
    return clients.annotate(last_contact=Subquery(counted, output_field=DateTimeField()))


def gone_quiet(user: Staff, *, today: date, rules: ServiceRules, advisor: Advisor | None = None) -> Iterable[Client]:
    """Core clients and those of a high tier without a counted contact within their tier's standard, most valuable first."""
    missed = Q()
    for tier, standard in rules.standards.items():
        since = timezone.make_aware(datetime.combine(today - timedelta(days=standard.days), time()))
        if tier >= QUIET_FROM_TIER and standard.contacts:
            missed |= Q(figures__tier=tier) & (Q(last_contact__lt=since) | Q(last_contact=None))
    seen = (
        Client.objects.visible_to(user) if advisor is None else Client.objects.visible_to(user).filter(advisor=advisor)
    )
    clients = with_last_contact(seen).exclude(status=ClientStatus.CLOSED).filter(missed)
    return clients.order_by(F("figures__value").desc(nulls_last=True), "pk")[:MOST_QUIET]


@dataclass(frozen=True)
class Standing:
    """Open tasks of one advisor's clients."""

    advisor_id: int | None
    name: str
    staff_no: str
    due: int
    overdue: int
    aims: int
    oldest: date | None


def branch_standing(branch: Branch, user: Staff, *, today: date) -> list[Standing]:
    """Per advisor what is due and overdue, the most overdue first. One query."""
    tasks = MotTask.objects.visible_to(user).filter(branch=branch, state=MotTask.State.OPEN)
    mandatory = Q(mandatory=True)
    rows = tasks.values("client__advisor", "client__advisor__name", "client__advisor__staff_no").annotate(
        due=Count("pk", filter=mandatory & Q(due_on__lte=today)),
        overdue=Count("pk", filter=mandatory & Q(due_on__lt=today)),
        aims=Count("pk", filter=Q(aim=True)),
        oldest=Min("due_on", filter=mandatory & Q(due_on__lt=today)),
    )
    standing = [
        Standing(
            row["client__advisor"],
            row["client__advisor__name"] or "",
            row["client__advisor__staff_no"] or "",
            row["due"],
            row["overdue"],
            row["aims"],
            row["oldest"],
        )
        for row in rows
    ]
    return sorted(standing, key=lambda row: (-row.overdue, -row.due, row.staff_no))
