"""Who served a client, as part of the client's timeline: former advisors are never forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import Assignment
from branch_crm.core.models import Staff
from clients.models import Client
from servicelog.timeline import Event, register
from servicelog.timeline_sources import morning


def assignments(user: Staff, client: Client, before: datetime, limit: int) -> Sequence[Event]:
    rows = Assignment.objects.visible_to(user).filter(client=client, starts__lte=timezone.localdate(before))
    rows = rows.select_related("advisor", "decided_by").order_by("-starts", "-pk")
    return [
        Event(
            morning(row.starts),
            "assignments",
            _("%(name)s begins to serve") % {"name": row.advisor.name},
            str(row.get_reason_display()),
            row.decided_by.name if row.decided_by else "",
            reverse("allocation:client_history", args=[client.pk]),
        )
        for row in rows[:limit]
    ]


def register_all() -> None:
    register("assignments", assignments)
