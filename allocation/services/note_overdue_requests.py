"""Say once, in the audit, that a request passed its last day undecided. Part of the night."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from allocation.models import ChangeRequest
from allocation.notifications import tell_change_overdue
from branch_crm.core import audit
from branch_crm.core.models import Branch


@transaction.atomic
def note_overdue_requests(branch: Branch, on: date) -> dict[str, int]:
    """Returns how many were newly found and how many stand overdue on `on`. A second call writes nothing."""
    late = ChangeRequest.objects.filter(branch=branch, state=ChangeRequest.State.OPEN, due_on__lt=on)
    fresh = list(
        late.filter(overdue_noted_on__isnull=True)
        .select_for_update(of=("self",))
        .select_related("branch")
        .order_by("pk")
    )
    for change in fresh:
        change.overdue_noted_on = on
        audit.record(
            action="allocation.change_overdue",
            actor=None,
            branch=branch,
            target=change,
            detail={"client": change.client_id, "due": change.due_on.isoformat()},
        )
        tell_change_overdue(change)
    ChangeRequest.objects.bulk_update(fresh, ["overdue_noted_on"])
    return {"noted": len(fresh), "overdue": late.count()}
