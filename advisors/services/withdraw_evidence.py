"""Take a wrong result back. It stays on record and no longer counts."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from advisors.models import SkillEvidence
from advisors.services.write_evidence import write_evidence
from branch_crm.core import audit
from branch_crm.core.models import Staff


@transaction.atomic
def withdraw_evidence(*, evidence: SkillEvidence, actor: Staff) -> SkillEvidence:
    """Safe to call twice; the first time counts. Raises ValidationError for a result of a contest: others' places hang on it."""
    evidence = SkillEvidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if evidence.withdrawn_at is not None:
        return evidence
    if evidence.contest_id is not None:
        raise ValidationError(_("This result belongs to a contest. Correct it there."))
    write_evidence([(evidence, None)], actor=actor)
    evidence.refresh_from_db()
    audit.record(
        action="advisors.evidence_withdrawn",
        actor=actor,
        branch=evidence.advisor.branch,
        target=evidence,
        detail={"advisor": evidence.advisor_id, "kind": evidence.kind},
    )
    return evidence
