"""What matters before a talk, in ten seconds: open tasks and promises, the last contacts, and what has not been spoken of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.db.models.expressions import Func
from django.db.models.fields import CharField
from django.utils import timezone

from branch_crm.core.models import Staff
from clients.models import Client
from servicelog.domain.clas import gaps
from servicelog.domain.service_rules import ServiceRules
from servicelog.models import Complaint, Contact, MotTask, Promise

LAST_CONTACTS = 3


@dataclass(frozen=True)
class TalkCard:
    """`clas_gaps`: letters of I-CLAS without a talk in `clas_days` days."""

    tasks: Sequence[MotTask]
    promises: Sequence[Promise]
    complaints: Sequence[Complaint]
    contacts: Sequence[Contact]
    clas_gaps: tuple[str, ...]
    clas_days: int

    @property
    def task_ids(self) -> str:
        return ",".join(str(task.pk) for task in self.tasks)


def talk_card(user: Staff, client: Client, *, on: date, rules: ServiceRules) -> TalkCard:
    """Five queries. The client has been fetched through the user."""
    contacts = Contact.objects.visible_to(user).filter(client=client)
    open_tasks = MotTask.objects.visible_to(user).filter(client=client, state=MotTask.State.OPEN)
    promises = Promise.objects.visible_to(user).filter(client=client, state=Promise.State.OPEN)
    complaints = Complaint.objects.visible_to(user).filter(client=client).exclude(state=Complaint.State.SETTLED)
    days = rules.clas_days[client.figures.tier or 1]
    return TalkCard(
        tasks=list(open_tasks.order_by("-mandatory", "due_on")),
        promises=list(promises.order_by("due_on")),
        complaints=list(complaints),
        contacts=list(contacts.select_related("author")[:LAST_CONTACTS]),
        clas_gaps=gaps(_last_talks(client), on=on, days=days),
        clas_days=days,
    )


def _last_talks(client: Client) -> dict[str, date]:
    """Letter -> day of the last contact tagged with it in which the client was reached."""
    letter = Func("clas", function="unnest", output_field=CharField())
    tagged = Contact.objects.filter(client=client, reached=True).annotate(letter=letter).order_by()
    rows = tagged.values("letter").annotate(last=Max("held_at"))
    return {row["letter"]: timezone.localdate(row["last"]) for row in rows}
