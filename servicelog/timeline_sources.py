"""What the service log and the client's own records tell of the past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core.models import Staff
from clients.models import Client, QuestionnaireAnswer
from servicelog.labels import moment_label
from servicelog.models import Complaint, Contact, MotTask, Promise, Recommendation
from servicelog.timeline import Event, register


def contacts(user: Staff, client: Client, before: datetime, limit: int) -> Sequence[Event]:
    rows = Contact.objects.visible_to(user).filter(client=client, held_at__lt=before).select_related("author")
    return [
        Event(
            row.held_at,
            "contacts",
            f"{row.get_channel_display()} · {row.get_purpose_display()}",
            row.summary,
            row.author.name,
            reverse("servicelog:contact_detail", args=[row.pk]),
        )
        for row in rows[:limit]
    ]


def tasks(user: Staff, client: Client, before: datetime, limit: int) -> Sequence[Event]:
    rows = (
        MotTask.objects.visible_to(user)
        .filter(client=client, raised_on__lte=timezone.localdate(before))
        .order_by("-raised_on")
    )
    return [
        Event(
            morning(row.raised_on),
            "tasks",
            moment_label(row.kind),
            str(row.get_state_display()),
            href=reverse("servicelog:task_why", args=[row.pk]),
        )
        for row in rows[:limit]
    ]


def promises(user: Staff, client: Client, before: datetime, limit: int) -> Sequence[Event]:
    rows = Promise.objects.visible_to(user).filter(client=client, contact__held_at__lt=before)
    rows = rows.select_related("contact__author").order_by("-contact__held_at")
    return [
        Event(
            row.contact.held_at,
            "promises",
            _("Promised until %(day)s: %(text)s") % {"day": row.due_on.isoformat(), "text": row.text},
            str(row.get_state_display()),
            row.contact.author.name,
            reverse("servicelog:contact_detail", args=[row.contact_id]),
        )
        for row in rows[:limit]
    ]


def complaints(user: Staff, client: Client, before: datetime, limit: int) -> Sequence[Event]:
    rows = Complaint.objects.visible_to(user).filter(client=client, received_on__lte=timezone.localdate(before))
    return [
        Event(
            morning(row.received_on),
            "complaints",
            _("Complaint: %(about)s") % {"about": row.get_about_display()},
            row.text,
        )
        for row in rows[:limit]
    ]


def recommendations(user: Staff, client: Client, before: datetime, limit: int) -> Sequence[Event]:
    rows = Recommendation.objects.visible_to(user).filter(client=client, made_at__lt=before)
    return [
        Event(row.made_at, "products", row.product.name, str(row.get_result_display()), row.made_by.name)
        for row in rows.select_related("product", "made_by")[:limit]
    ]


def questionnaires(user: Staff, client: Client, before: datetime, limit: int) -> Sequence[Event]:
    rows = QuestionnaireAnswer.objects.visible_to(user).filter(
        client=client, answered_on__lte=timezone.localdate(before)
    )
    return [
        Event(
            morning(row.answered_on),
            "profile",
            _("Questionnaire filled in"),
            by=row.entered_by.name if row.entered_by else "",
        )
        for row in rows.select_related("entered_by").order_by("-answered_on", "-pk")[:limit]
    ]


def morning(day: object) -> datetime:
    """A day without an hour stands at its beginning, in the time of the branch."""
    return timezone.make_aware(datetime.combine(day, time()))  # type: ignore[arg-type]


def register_all() -> None:
    register("contacts", contacts)
    register("tasks", tasks)
    register("promises", promises)
    register("complaints", complaints)
    register("products", recommendations)
    register("profile", questionnaires)
