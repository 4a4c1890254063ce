"""Follow-ups as a whole: how far the year is, the lot and what it drew, the report on paper."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from branch_crm.core.models import Branch
from clients.list_state import as_number
from clients.views.value import asked_branch
from servicelog.domain.follow_up import read_follow_up_rules
from servicelog.follow_up_words import policy_lines, stratum_words
from servicelog.forms_follow_up import SeedForm
from servicelog.models import FollowUp, FollowUpPlan
from servicelog.queries.follow_up_coverage import (
    by_executor,
    by_kind,
    by_month,
    by_question,
    due_in,
    progress_of,
)
from servicelog.services.draw_follow_ups import LARGEST_SEED, draw_follow_ups, preview_draw
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.follow_up_policies import current_follow_up_policy

YEARS = 5


def _year_of(request: HttpRequest, branch: Branch, year: int) -> dict[str, Any]:
    """Figures of a year, for the page and for paper."""
    today = timezone.localdate()
    policy = current_follow_up_policy(branch, on=today)
    rules = read_follow_up_rules(policy.rules if policy else {})
    rows = due_in(request.user, branch, year)
    plans = FollowUpPlan.objects.visible_to(request.user).filter(branch=branch, year=year)
    return {
        "branch": branch,
        "year": year,
        "today": today,
        "policy": policy,
        "progress": progress_of(branch, year=year, rules=rules, today=today),
        "kinds": [(FollowUp.Kind(line.name).label, line) for line in by_kind(rows, today=today)],
        "months": by_month(rows, today=today),
        "people": by_executor(rows, today=today),
        "plans": plans.select_related("made_by", "policy"),
    }


def _asked_year(request: HttpRequest) -> int:
    this_year = timezone.localdate().year
    year = as_number(request.GET.get("year")) or this_year
    return year if this_year - YEARS < year <= this_year else this_year


@require_GET
@permission_required("servicelog.oversee_follow_ups", raise_exception=True)
def follow_up_overview(request: HttpRequest) -> HttpResponse:
    """`?year=`. Director, assistant, manager, compliance."""
    year, this_year = _asked_year(request), timezone.localdate().year
    context = _year_of(request, asked_branch(request), year)
    years = [{"label": str(y), "url": f"?year={y}", "current": y == year} for y in range(this_year, this_year - 3, -1)]
    return render(request, "servicelog/follow_up_overview.html", context | {"tabs": years, "this_year": this_year})


@require_GET
@permission_required("servicelog.oversee_follow_ups", raise_exception=True)
def follow_up_report(request: HttpRequest) -> HttpResponse:
    """The year on paper. `?year=`. Director, assistant, manager, compliance."""
    branch, year = asked_branch(request), _asked_year(request)
    rows = due_in(request.user, branch, year)
    trouble = rows.filter(state=FollowUp.State.PROBLEM).select_related("client", "executor", "reviewer")
    context = _year_of(request, branch, year) | {
        "questions": by_question(rows),
        "trouble": trouble.order_by("reviewed_at", "pk"),
        "lines": policy_lines(rules.rules)
        if (rules := current_follow_up_policy(branch, on=timezone.localdate()))
        else [],
    }
    return render(request, "servicelog/follow_up_report.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.draw_follow_ups", raise_exception=True)
def follow_up_draw(request: HttpRequest) -> HttpResponse:
    """Compliance: look at the sample that a seed gives, then draw exactly this one."""
    branch, today = asked_branch(request), timezone.localdate()
    # Any number does: it is kept, and the lot can be cast again from it.
    start = request.GET.get("seed") or str(secrets.randbelow(LARGEST_SEED))
    form = SeedForm(request.POST if request.method == "POST" else {"seed": start})
    if not form.is_valid():
        return render(request, "servicelog/follow_up_draw.html", {"form": form, "branch": branch}, status=422)
    seed = form.cleaned_data["seed"]
    if request.method == "POST":
        given = {"branch": branch, "seed": seed, "actor": request.user, "today": today}
        try:
            plan = draw_follow_ups(**given, seen=form.cleaned_data["seen"])
        except PolicyConflict as error:
            form.add_error(None, error.message)
        except ServiceLogError as error:
            messages.error(request, error.message)
            return redirect("servicelog:follow_up_overview")
        else:
            messages.success(request, _("%(count)s clients have been drawn.") % {"count": plan.drawn})
            return redirect("servicelog:follow_up_sample", pk=plan.pk)
    policy = current_follow_up_policy(branch, on=today)
    rules = read_follow_up_rules(policy.rules if policy else {})
    preview = preview_draw(branch=branch, seed=seed, today=today)
    strata = [(stratum_words(rules.strata, name), *counts) for name, counts in preview.draw.strata.items()]
    context = {
        "form": form,
        "preview": preview,
        "strata": strata,
        "policy": policy,
        "branch": branch,
        "ratio": rules.ratio,
    }
    return render(request, "servicelog/follow_up_draw.html", context, status=409 if form.errors else 200)


@require_GET
@permission_required("servicelog.oversee_follow_ups", raise_exception=True)
def follow_up_sample(request: HttpRequest, pk: int) -> HttpResponse:
    """One lot: seed, strata, what became of it. Director, assistant, manager, compliance."""
    plans = FollowUpPlan.objects.visible_to(request.user).select_related("branch", "policy", "made_by")
    plan = get_object_or_404(plans, pk=pk)
    strata = read_follow_up_rules(plan.policy.rules).strata
    rows = FollowUp.objects.visible_to(request.user).filter(plan=plan)
    context = {
        "plan": plan,
        "strata": [(stratum_words(strata, name), *counts) for name, counts in sorted(plan.strata.items())],
        "months": by_month(rows, today=timezone.localdate()),
    }
    return render(request, "servicelog/follow_up_sample.html", context)
