"""Long work of retention, by kind."""

from __future__ import annotations

from datetime import date
from typing import Any

from branch_crm.core.jobs import Progress, job_kind
from branch_crm.core.models import Branch
from retention.models import RiskPolicy
from retention.services.evaluate_risk import KIND, evaluate_risk


@job_kind(KIND)
def evaluate_rule(progress: Progress, *, branch_id: int, policy_id: int, as_of: str) -> dict[str, Any]:
    evaluation = evaluate_risk(
        branch=Branch.objects.get(pk=branch_id),
        policy=RiskPolicy.objects.get(pk=policy_id),
        as_of=date.fromisoformat(as_of),
        progress=progress,
    )
    return {"evaluation": evaluation.pk, "is_telling": evaluation.is_telling}
