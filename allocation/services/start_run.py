"""Ask for a plan: what may be moved, under which constraints. The engine works in a background job."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.domain.budget import read_budget
from allocation.domain.fit.policy import MatchRules, read_rules
from allocation.domain.scope import read_scope
from allocation.models import AssignmentLock, Plan
from allocation.services.ensure_match_policy import ensure_match_policy
from allocation.services.errors import AllocationError
from branch_crm.core import audit
from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.jobs import enqueue
from branch_crm.core.models import Branch, Staff
from clients.models import BehaviourRun, ScoringRun

SOLVE = "allocation.solve"


@transaction.atomic
def start_run(
    *,
    branch: Branch,
    actor: Staff | None,
    title: str,
    scope: dict[str, Any],
    options: dict[str, Any] | None = None,
    based_on: Plan | None = None,
    solve: bool = True,
) -> Plan:
    """Write the plan and queue its solving (`solve` False: people fill it). `options` is the scenario; what is missing comes
    from the match policy:

    fairness (share or None), switch_penalty, hours ({advisor id: hours a month}), leaving ([advisor id]), move_budget
    ({"moves": n}, {"share": 0-1} or None), transfer_guard (bool), locks_off ([client id]), gap, time_limit, seed.
    based_on: the scenario this one was changed from. Raises AllocationError with the field that is wrong.
    """
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    scoring = ScoringRun.objects.filter(branch=branch, is_current=True).first()
    if scoring is None:
        raise AllocationError(_("The branch has no client values yet. Import an extract and score the branch first."))
    today = timezone.localdate()
    policy = ensure_match_policy(branch=branch, on=today, actor=actor)
    wanted = _options(options or {}, read_rules(policy.rules))
    _check_people(branch, scope, wanted)
    plan = Plan.objects.create(
        branch=branch,
        number=(Plan.objects.filter(branch=branch).aggregate(last=Max("number"))["last"] or 0) + 1,
        title=title.strip() or _("Allocation of %(day)s") % {"day": today.isoformat()},
        scope=scope,
        options=wanted,
        policy=policy,
        scoring_run=scoring,
        behaviour_run=BehaviourRun.objects.filter(branch=branch, is_current=True).first(),
        data_as_of=scoring.as_of,
        based_on=based_on,
        created_by=actor,
    )
    if solve:
        plan.job = enqueue(SOLVE, key=f"{SOLVE}:{plan.pk}", branch=branch, actor=actor, plan_id=plan.pk)
        plan.save(update_fields=["job"])
    audit.record(
        action="allocation.run_started",
        actor=actor,
        branch=branch,
        target=plan,
        detail={"scope": scope, **plan.options, "based_on": based_on.number if based_on else None},
    )
    return plan


def _options(given: dict[str, Any], rules: MatchRules) -> dict[str, Any]:
    policy_budget = None if rules.budget_share is None else {"share": rules.budget_share}
    budget = given.get("move_budget", policy_budget)
    try:
        read_budget(budget, 0)
    except RuleFault as error:
        raise AllocationError(error.message, field=error.field) from error
    return {
        "fairness": given.get("fairness", rules.fairness),
        "switch_penalty": given.get("switch_penalty", rules.switch_penalty),
        "hours": {str(pk): float(hours) for pk, hours in given.get("hours", {}).items()},
        "leaving": sorted({int(pk) for pk in given.get("leaving", ())}),
        "move_budget": budget,
        "transfer_guard": bool(given.get("transfer_guard", True)),
        "locks_off": sorted({int(pk) for pk in given.get("locks_off", ())}),
        "gap": given.get("gap", 0.001),
        "time_limit": given.get("time_limit", 120.0),
        "seed": given.get("seed", 0),
    }


def _check_people(branch: Branch, scope: dict[str, Any], options: dict[str, Any]) -> None:
    """Every advisor and every lock that a run names belongs to the branch."""
    try:
        wanted = read_scope(scope)
    except RuleFault as error:
        raise AllocationError(error.message, field=error.field) from error
    foreign = _("This advisor does not belong to the branch.")
    in_scope = {*wanted.holders, *([wanted.advisor] if wanted.advisor else [])}
    for field, named in (("advisor", in_scope), ("leaving", set(options["leaving"]))):
        if Advisor.objects.filter(branch=branch, pk__in=named).count() != len(named):
            raise AllocationError(foreign, field=field)
    off = options["locks_off"]
    if AssignmentLock.objects.filter(branch=branch, withdrawn_at__isnull=True, client__in=off).count() != len(off):
        raise AllocationError(_("One of these locks does not exist any more. Choose again."), field="locks_off")
