"""How one figure of evenness comes about: its formula in words and what every advisor brings to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from allocation.domain.fit.policy import DEFAULT_RULES, read_rules
from allocation.models import MatchPolicy, Plan
from allocation.queries.fairness import AdvisorFairness, FairnessReport, fairness_now, fairness_of
from allocation.queries.policy import current_policy
from allocation.views.fairness import as_query, basis_of, rule_of, solved_plan

AMOUNTS = ("value", "load")
MEASURES = ("gini", "max_over_median", "spread")


@dataclass(frozen=True)
class Part:
    """An advisor's part: the amount, per capacity hour, and against the mean (1 = as much as the mean)."""

    advisor: AdvisorFairness
    amount: float
    per_hour: float
    of_mean: float | None
    href: str


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def of_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A figure of a plan's report, as decided or as proposed. Readers of plans."""
    plan, basis = solved_plan(request, pk), basis_of(request)
    context = _context(request, fairness_of(plan, basis=basis), plan.policy, plan, as_query(basis))
    return render(request, "allocation/fairness_measure.html", context)


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def of_today(request: HttpRequest) -> HttpResponse:
    """A figure of the books as they stand. Readers of plans; for those of the firm, nothing."""
    branch, today = request.user.branch, timezone.localdate()
    if branch is None:
        raise Http404
    policy = current_policy(branch, on=today)
    rules = read_rules(policy.rules if policy else DEFAULT_RULES)
    context = _context(request, fairness_now(branch, rules, on=today), policy, None, "")
    return render(request, "allocation/fairness_measure.html", context)


def _context(
    request: HttpRequest, report: FairnessReport, policy: MatchPolicy | None, plan: Plan | None, side: str
) -> dict[str, Any]:
    """404 for a figure that does not exist. `middle`, `mean`: per capacity hour; the mean is the branch's over its hours."""
    amount, measure = request.GET.get("of", ""), request.GET.get("measure", "")
    if amount not in AMOUNTS or measure not in MEASURES:
        raise Http404
    serving = [row for row in report.rows if row.counts]
    hours = sum(row.hours for row in serving)
    mean = sum(getattr(row.after, amount) for row in serving) / hours if hours else 0.0
    parts = [_part(row, amount, mean, plan, side) for row in serving]
    parts.sort(key=lambda part: (-part.per_hour, part.advisor.staff_no))
    return {
        "plan": plan,
        "amount": amount,
        "measure": measure,
        "figure": getattr(getattr(report.after, amount), measure),
        "before": getattr(getattr(report.before, amount), measure) if plan else None,
        "parts": parts,
        "mean": mean,
        "middle": float(np.median([part.per_hour for part in parts])) if parts else 0.0,
        "rule": rule_of(policy) if policy else None,
    }


def _part(row: AdvisorFairness, amount: str, mean: float, plan: Plan | None, side: str) -> Part:
    """With a plan the link explains the advisor's own figure; without one it opens the clients of the book."""
    figure = getattr(row.after, amount)
    href = (
        reverse("allocation:fairness_why", args=[plan.pk, row.advisor]) + side.replace("&", "?")
        if plan
        else f"{reverse('clients:list')}?advisor={row.advisor}"
    )
    return Part(row, figure, figure / row.hours, figure / row.hours / mean if mean else None, href)
