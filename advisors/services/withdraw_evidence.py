"""Take a wrong result back. It stays on record and no longer counts."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from advisors.models import SkillEvidence
from branch_crm.core import audit
from branch_crm.core.models import Staff


@transaction.atomic
def withdraw_evidence(*, evidence: SkillEvidence, actor: Staff) -> SkillEvidence:
    """Safe to call twice; the first time counts."""
    evidence = SkillEvidence.objects.select_for_update().get(pk=evidence.pk)
    if evidence.withdrawn_at is None:
        evidence.withdrawn_at = timezone.now()
        evidence.save(update_fields=["withdrawn_at"])
        audit.record(
            action="advisors.evidence_withdrawn",
            actor=actor,
            branch=evidence.advisor.branch,
            target=evidence,
            detail={"advisor": evidence.advisor_id, "kind": evidence.kind},
        )
    return evidence
