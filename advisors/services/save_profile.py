"""Change what the branch itself keeps about an advisor: hours, interests, own wish. The rest comes with the extract."""

from __future__ import annotations

from django.db import transaction

from advisors.models import Advisor
from branch_crm.core import audit
from branch_crm.core.models import Staff


@transaction.atomic
def save_profile(*, advisor: Advisor, changed: list[str], actor: Staff) -> Advisor:
    """`advisor` carries the new values; `changed` names the fields to write. Raises ValidationError naming the field."""
    advisor.full_clean()
    advisor.save(update_fields=[*changed, "updated_at"])
    audit.record(
        action="advisors.profile_changed",
        actor=actor,
        branch=advisor.branch,
        target=advisor,
        detail={"fields": changed, "monthly_hours": str(advisor.monthly_hours)},
    )
    return advisor
