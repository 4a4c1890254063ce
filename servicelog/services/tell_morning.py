"""Tell every advisor at the beginning of a trading day what it asks for."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse

from branch_crm.core.models import Branch
from branch_crm.core.notifications import notify_each
from servicelog.queries.morning import due_by_advisor


@transaction.atomic
def tell_morning(*, branch: Branch, day: date) -> int:
    """One notification an advisor and day, none to those with nothing due; how many had something."""
    figures = {
        row.account: {"due": row.due, "overdue": row.overdue} for row in due_by_advisor(branch, day) if row.account
    }
    notify_each(
        params_of=figures,
        kind="servicelog.morning",
        key=f"morning:{day.isoformat()}",
        branch=branch,
        url=reverse("servicelog:today"),
    )
    return len(figures)
