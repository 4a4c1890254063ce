"""Take a whole contest back: its results stay on record and no longer count."""

from __future__ import annotations

from django.db import transaction

from advisors.models import Contest, SkillEvidence
from advisors.services.write_evidence import write_evidence
from branch_crm.core import audit
from branch_crm.core.models import Staff


@transaction.atomic
def withdraw_contest(*, contest: Contest, actor: Staff) -> Contest:
    """Safe to call twice; the first time counts. The name, kind and day are free for a new entry afterwards."""
    contest = Contest.objects.select_for_update(of=("self",)).get(pk=contest.pk)
    if contest.state == Contest.State.WITHDRAWN:
        return contest
    standing = SkillEvidence.objects.filter(contest=contest, withdrawn_at__isnull=True)
    written = write_evidence([(row, None) for row in standing], actor=actor)
    contest.state = Contest.State.WITHDRAWN
    contest.revision += 1
    contest.save(update_fields=["state", "revision", "updated_at"])
    audit.record(
        action="advisors.contest_withdrawn",
        actor=actor,
        branch=contest.branch,
        target=contest,
        detail={"kind": contest.kind, "results": written.withdrawn},
    )
    return contest
