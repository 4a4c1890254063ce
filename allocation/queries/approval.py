"""What the approval pages read: how much a plan would move, who may give the second approval, what waits for whom."""

from __future__ import annotations

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum, Value
from django.db.models.functions import Greatest, Least, Power

from allocation.domain.approval import PlanSize
from allocation.domain.fit.policy import MatchRules, read_rules
from allocation.models import Plan, PlanLine
from branch_crm.core.models import Branch, Staff
from clients.models import ClientStatus, ClientValue

DECIDED = (PlanLine.Decision.ACCEPTED, PlanLine.Decision.REDIRECTED)
SECOND = "allocation.approve_second"


def size_of(plan: Plan, *, include_pending: bool = False) -> PlanSize:
    """What a publication would move as the lines are decided now; with `include_pending` also what nobody has reviewed.

    The share is of the weights of all open clients of the branch in the plan's scoring run. Two queries.
    """
    decisions = (*DECIDED, PlanLine.Decision.PENDING) if include_pending else DECIDED
    same = Q(after=F("before")) | Q(after=None, before=None)
    lines = plan.lines.filter(decision__in=decisions).exclude(same).order_by()
    rows = lines.values_list("tier").annotate(n=Count("pk"), weight=Sum("weight"))
    by_tier = {tier: n for tier, n, _weight in rows}
    moved = sum(weight or 0.0 for _tier, _n, weight in rows)
    total = _branch_weight(plan, read_rules(plan.policy.rules)) if moved else 0.0
    return PlanSize(sum(by_tier.values()), min(moved / total, 1.0) if total else 0.0, by_tier)


def _branch_weight(plan: Plan, rules: MatchRules) -> float:
    """Sum over the branch of what allocation.domain.proposal.weights gives a client."""
    share = Least(Greatest(F("value"), Value(0.0)), Value(100.0)) / Value(100.0)
    weight = Value(100.0) * Power(share, Value(rules.value_exponent), output_field=FloatField())
    values = ClientValue.objects.filter(run=plan.scoring_run_id).exclude(client__status=ClientStatus.CLOSED)
    return float(values.aggregate(total=Sum(weight, output_field=FloatField()))["total"] or 0.0)


def second_approvers(branch: Branch, *, first: Staff) -> list[Staff]:
    """Who may give the second approval after `first` has given the first: other active people of the branch."""
    others = Staff.objects.filter(branch=branch, is_active=True).exclude(pk=first.pk).order_by("staff_no", "pk")
    return [person for person in others if person.has_perm(SECOND)]


def waiting_for(user: Staff) -> QuerySet[Plan]:
    """Plans whose second approval this person may give; none for people without the right."""
    plans = Plan.objects.visible_to(user).filter(state=Plan.State.WAITING).exclude(approved_by=user)
    plans = plans if user.has_perm(SECOND) else plans.none()
    return (
        plans.select_related("approved_by")
        .defer("outcome", "balance", "changes", "curve")
        .order_by("effective_on", "pk")
    )
