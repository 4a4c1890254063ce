"""Put approved plans into the books on their day. Part of the night; harmless when it runs twice."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from allocation.models import Plan
from allocation.services.approve_second import take_approvals_off
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.publish_plan import carry_out, locked_plan, settle_lines
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
                plan = locked_plan(pk)
                if plan.state != Plan.State.SCHEDULED:
                    continue
                lines, dropped = settle_lines(plan, None, on, drop_conflicts=False)
                carry_out(plan=plan, actor=None, lines=lines, dropped=dropped, today=on)
            done["published"].append(plan.number)
        except AllocationError as error:
            done["refused"].append(_give_back(pk, error).number)
    return done


@transaction.atomic
def _give_back(pk: int, error: AllocationError) -> Plan:
    plan = locked_plan(pk)
    conflicts = len(error.conflicts) if isinstance(error, PlanConflict) else 0
    plan.outcome["notes"] = [
        *plan.outcome.get("notes", []),
        {"code": "not_published", "params": {"day": str(plan.effective_on), "clients": conflicts}},
    ]
    take_approvals_off(plan)
    plan.save()
    audit.record(
        action="allocation.due_plan_refused",
        actor=None,
        branch=plan.branch,
        target=plan,
        detail={"number": plan.number, "conflicts": conflicts},
    )
    return plan
