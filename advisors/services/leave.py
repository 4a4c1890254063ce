"""Enter and cancel absences."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from advisors.models import Advisor, Leave
from branch_crm.core import audit
from branch_crm.core.models import Staff


@transaction.atomic
def enter_leave(*, advisor: Advisor, starts: date, ends: date, reason: str, actor: Staff | None) -> Leave:
    """Both days inclusive. Raises ValidationError when the days are reversed or overlap another absence."""
    leave = Leave(advisor=advisor, starts=starts, ends=ends, reason=reason, entered_by=actor)
    leave.full_clean()
    leave.save()
    audit.record(
        action="advisors.leave_entered",
        actor=actor,
        branch=advisor.branch,
        target=advisor,
        detail={"starts": starts.isoformat(), "ends": ends.isoformat()},
    )
    return leave


@transaction.atomic
def cancel_leave(*, leave: Leave, actor: Staff) -> None:
    """Take an absence back; the audit line stays."""
    audit.record(
        action="advisors.leave_cancelled",
        actor=actor,
        branch=leave.advisor.branch,
        target=leave.advisor,
        detail={"starts": leave.starts.isoformat(), "ends": leave.ends.isoformat()},
    )
    leave.delete()
