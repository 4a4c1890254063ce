"""Ask for a plan: what may be moved, under which constraints. The engine works in a background job."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.domain.fit.policy import PolicyError, read_rules
from allocation.domain.scope import read_scope
from allocation.models import Plan
from allocation.services.ensure_match_policy import ensure_match_policy
from allocation.services.errors import AllocationError
from branch_crm.core import audit
from branch_crm.core.jobs import enqueue
from branch_crm.core.models import Branch, Staff
from clients.models import BehaviourRun, ScoringRun

SOLVE = "allocation.solve"


@transaction.atomic
def start_run(
    *, branch: Branch, actor: Staff | None, title: str, scope: dict[str, Any], options: dict[str, Any] | None = None
) -> Plan:
    """Write the plan and queue its solving. `options` may hold fairness (share or None), switch_penalty, hours
    ({advisor id: hours a month}), gap, time_limit, seed; what is missing comes from the match policy.

    Raises AllocationError with the field that is wrong.
    """
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    scoring = ScoringRun.objects.filter(branch=branch, is_current=True).first()
    if scoring is None:
        raise AllocationError(_("The branch has no client values yet. Import an extract and score the branch first."))
    today = timezone.localdate()
    policy = ensure_match_policy(branch=branch, on=today, actor=actor)
    rules = read_rules(policy.rules)
    try:
        wanted = read_scope(scope)
    except PolicyError as error:
        raise AllocationError(error.message, field=error.field) from error
    named = {*wanted.holders, *([wanted.advisor] if wanted.advisor else [])}
    if Advisor.objects.filter(branch=branch, pk__in=named).count() != len(named):
        raise AllocationError(_("This advisor does not belong to the branch."), field="advisor")
    given = options or {}
    plan = Plan.objects.create(
        branch=branch,
        number=(Plan.objects.filter(branch=branch).aggregate(last=Max("number"))["last"] or 0) + 1,
        title=title.strip() or _("Allocation of %(day)s") % {"day": today.isoformat()},
        scope=scope,
        options={
            "fairness": given.get("fairness", rules.fairness),
            "switch_penalty": given.get("switch_penalty", rules.switch_penalty),
            "hours": {str(pk): float(hours) for pk, hours in given.get("hours", {}).items()},
            "gap": given.get("gap", 0.001),
            "time_limit": given.get("time_limit", 120.0),
            "seed": given.get("seed", 0),
        },
        policy=policy,
        scoring_run=scoring,
        behaviour_run=BehaviourRun.objects.filter(branch=branch, is_current=True).first(),
        data_as_of=scoring.as_of,
        created_by=actor,
    )
    plan.job = enqueue(SOLVE, key=f"{SOLVE}:{plan.pk}", branch=branch, actor=actor, plan_id=plan.pk)
    plan.save(update_fields=["job"])
    audit.record(
        action="allocation.run_started",
        actor=actor,
        branch=branch,
        target=plan,
        detail={"scope": scope, **plan.options},
    )
    return plan
