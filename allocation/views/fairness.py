"""The fairness report of a plan and of the books as they stand, and why one advisor's figure is what it is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from allocation.domain.fit.policy import DEFAULT_RULES, read_rules
from allocation.models import MatchPolicy, Plan
from allocation.queries.fairness import BASES, AdvisorFairness, fairness_now, fairness_of, locks_at
from allocation.queries.policy import current_policy
from allocation.views.plans import plan_for
from allocation.wording import advisor_names, scope_text
from allocation.wording_policy import policy_sections, run_words

#: The filters of the review that show exactly what an advisor gains and loses.
FILTERS_OF = {"decided": ("receiver", "giver"), "proposed": ("to", "from")}


def basis_of(request: HttpRequest) -> str:
    wanted = request.GET.get("as", "")
    return wanted if wanted in BASES else BASES[0]


def as_query(basis: str) -> str:
    """What an address needs beside its other parameters to stay on the same side of the plan."""
    return "" if basis == BASES[0] else f"&as={basis}"


def solved_plan(request: HttpRequest, pk: int) -> Plan:
    """A plan that has a proposal; one that is being worked out or failed has nothing to report."""
    plan = plan_for(request, pk)
    if not plan.outcome.get("advisors"):
        raise Http404
    return plan


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def fairness(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance. `?as=proposed` shows the engine's proposal instead of the decisions."""
    plan, basis = solved_plan(request, pk), basis_of(request)
    names = advisor_names(plan.branch_id)
    scope = scope_text(plan.scope, names)
    context = {
        "plan": plan,
        "scope": scope,
        "basis": basis,
        "filters": FILTERS_OF[basis],
        "as_query": as_query(basis),
        "report": fairness_of(plan, basis=basis),
        "policy": plan.policy,
        "sections": policy_sections(read_rules(plan.policy.rules)),
        "run_words": run_words(plan, names, scope, locks_at(plan)),
    }
    return render(request, "allocation/fairness.html", context)


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def now(request: HttpRequest) -> HttpResponse:
    """The books as they stand, without a plan. Director, assistant, manager, compliance; for those of the firm, nothing."""
    branch, today = request.user.branch, timezone.localdate()
    if branch is None:
        raise Http404
    policy = current_policy(branch, on=today)
    rules = read_rules(policy.rules if policy else DEFAULT_RULES)
    context = {
        "report": fairness_now(branch, rules, on=today),
        "policy": policy,
        "sections": policy_sections(rules),
        "as_query": "",
        "today": today,
    }
    return render(request, "allocation/fairness.html", context)


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def why(request: HttpRequest, pk: int, advisor: int) -> HttpResponse:
    """How an advisor's value per hour comes about: before, gained, lost; opens in the drawer. Readers of plans."""
    plan, basis = solved_plan(request, pk), basis_of(request)
    report = fairness_of(plan, basis=basis)
    row = next((row for row in report.rows if row.advisor == advisor), None)
    if row is None:
        raise Http404
    context = {"plan": plan, "row": row, "basis": basis, "terms": _terms(plan, row, basis), "inputs": _inputs(row)}
    context["rule"] = rule_of(plan.policy)
    return render(request, "allocation/fairness_why.html", context)


def rule_of(policy: MatchPolicy) -> dict[str, Any]:
    """The version that a figure was worked out by, as the "why" panel shows it."""
    return {
        "name": _("Match policy"),
        "version": f"v{policy.version}",
        "date": policy.valid_from,
        "href": reverse("allocation:policy_detail", args=[policy.pk]),
    }


def _terms(plan: Plan, row: AdvisorFairness, basis: str) -> list[dict[str, Any]]:
    """The value before, and what came and went, in value per hour; the moves behind each are one click away."""
    moves = reverse("allocation:plan_detail", args=[plan.pk])
    to, off = FILTERS_OF[basis]
    per_hour = 1 / row.hours if row.hours else 0.0
    came = row.gained_value * per_hour
    gone = row.lost_value * per_hour
    return [
        {"label": _("before the plan"), "value": row.per_hour_before or 0.0, "note": _clients(row.before.clients)},
        {"label": _("gained"), "value": came, "note": _clients(row.gained), "href": f"{moves}?{to}={row.advisor}"},
        {"label": _("lost"), "value": -gone, "note": _clients(row.lost), "href": f"{moves}?{off}={row.advisor}"},
    ]


def _clients(count: int) -> str:
    return ngettext("%(n)s client", "%(n)s clients", count) % {"n": f"{count:,}"}


def _inputs(row: AdvisorFairness) -> list[dict[str, Any]]:
    return [
        {"label": _("Value afterwards"), "value": f"{row.after.value:,.1f}"},
        {"label": _("Capacity, hours a month"), "value": f"{row.hours:,.1f}"},
        {"label": _("Load afterwards, hours a month"), "value": f"{row.after.load:,.1f}"},
    ]
