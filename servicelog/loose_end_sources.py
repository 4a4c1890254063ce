"""What the service log keeps of a person's work. Most of it belongs to the client, and goes where the client goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branch_crm.core import departures
from clients.models import ClientStatus
from servicelog.labels import moment_label
from servicelog.loose_ends import Kind, LooseEnd, Person, register, without_home
from servicelog.models import Complaint, FollowUp, MotTask, Promise

WITH_CLIENT = _("Goes with the client, with its day; nobody has to do anything.")


def _of_clients(rows: QuerySet[Any], person: Person) -> QuerySet[Any]:
    """Rows of clients whom the person serves; closed accounts need nobody any more."""
    if person.advisor is None:
        return rows.none()
    return rows.filter(client__advisor=person.advisor).exclude(client__status=ClientStatus.CLOSED)


def _first(rows: QuerySet[Any], limit: int) -> tuple[int, Sequence[Any]]:
    return rows.count(), list(rows.select_related("client")[:limit]) if limit else ()


def page_of(client: int) -> str:
    return reverse("clients:detail", args=[client])


def tasks(person: Person, limit: int) -> tuple[int, Sequence[LooseEnd]]:
    open_tasks = _of_clients(MotTask.objects.filter(state=MotTask.State.OPEN), person)
    count, rows = _first(open_tasks.order_by("-mandatory", "due_on"), limit)
    return count, [
        LooseEnd(row.client.name, moment_label(row.kind), row.due_on, page_of(row.client_id)) for row in rows
    ]


def promises(person: Person, limit: int) -> tuple[int, Sequence[LooseEnd]]:
    count, rows = _first(
        _of_clients(Promise.objects.filter(state=Promise.State.OPEN), person).order_by("due_on"), limit
    )
    return count, [LooseEnd(row.client.name, row.text, row.due_on, page_of(row.client_id)) for row in rows]


def complaints(person: Person, limit: int) -> tuple[int, Sequence[LooseEnd]]:
    unsettled = Complaint.objects.exclude(state=Complaint.State.SETTLED)
    count, rows = _first(_of_clients(unsettled, person).order_by("received_on"), limit)
    return count, [
        LooseEnd(row.client.name, str(row.get_about_display()), row.received_on, page_of(row.client_id)) for row in rows
    ]


def follow_ups(person: Person, limit: int) -> tuple[int, Sequence[LooseEnd]]:
    """Those the person was to ask: never of the own clients, so that they go with nobody."""
    mine = FollowUp.objects.filter(executor=person.account, state=FollowUp.State.OPEN) if person.account else None
    count, rows = _first((FollowUp.objects.none() if mine is None else mine).order_by("due_on"), limit)
    return count, [
        LooseEnd(row.client.name, str(row.get_kind_display()), row.due_on, page_of(row.client_id)) for row in rows
    ]


def register_all() -> None:
    register(Kind("tasks", _("MOT tasks"), WITH_CLIENT, tasks, follows=True))
    register(Kind("promises", _("Promises"), WITH_CLIENT, promises, follows=True))
    register(Kind("complaints", _("Complaints"), WITH_CLIENT, complaints, follows=True))
    register(
        Kind(
            "follow_ups",
            _("Follow-ups to ask"),
            _("Compliance names somebody else who is not the client's advisor."),
            follow_ups,
        )
    )
    departures.register(without_home)
