"""Put approved plans into the books on their day. Part of the night; harmless when it runs twice."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from allocation.models import Plan
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.publish_plan import apply_plan
from branch_crm.core import audit
from branch_crm.core.models import Branch


def publish_due_plans(branch: Branch, on: date) -> dict[str, Any]:
    """Returns the numbers of plans published and refused. A plan that the books contradict goes back to the director,
    with the reason: a night decides nothing by itself."""
    done: dict[str, list[int]] = {"published": [], "refused": []}
    due = Plan.objects.filter(branch=branch, state=Plan.State.SCHEDULED, effective_on__lte=on)
    for pk in due.order_by("effective_on", "pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                plan = Plan.objects.select_for_update(of=("self",)).select_related("branch", "approved_by").get(pk=pk)
                if plan.state != Plan.State.SCHEDULED:
                    continue
                apply_plan(plan=plan, actor=None, on=on, drop_conflicts=False)
            done["published"].append(plan.number)
        except AllocationError as error:
            done["refused"].append(_give_back(pk, error).number)
    return done


@transaction.atomic
def _give_back(pk: int, error: AllocationError) -> Plan:
    plan = Plan.objects.select_for_update(of=("self",)).select_related("branch").get(pk=pk)
    conflicts = len(error.conflicts) if isinstance(error, PlanConflict) else 0
    plan.state = Plan.State.PROPOSED
    plan.outcome["notes"] = [
        *plan.outcome.get("notes", []),
        {"code": "not_published", "params": {"day": str(plan.effective_on), "clients": conflicts}},
    ]
    plan.approved_by = plan.approved_at = plan.effective_on = None
    plan.save()
    audit.record(
        action="allocation.due_plan_refused",
        actor=None,
        branch=plan.branch,
        target=plan,
        detail={"number": plan.number, "conflicts": conflicts},
    )
    return plan
