"""Long work of the service log, by kind."""

from __future__ import annotations

from datetime import date
from typing import Any

from branch_crm.core.jobs import Progress, job_kind
from servicelog.models import MotPolicy
from servicelog.services.simulate_tasks import KIND, simulate_tasks


@job_kind(KIND)
def simulate(progress: Progress, *, policy_id: int, until: str) -> dict[str, Any]:
    policy = MotPolicy.objects.select_related("branch").get(pk=policy_id)
    outcome = simulate_tasks(policy=policy, until=date.fromisoformat(until), progress=progress)
    return {"policy": policy.pk, "sessions": outcome["sessions"]}
