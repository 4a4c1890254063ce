"""The scenario desk: scenarios side by side, the curve of moves, and what happens when an advisor leaves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from advisors.models import Advisor
from allocation.models import Plan
from allocation.queries.compare import (
    MOST_COMPARED,
    advisors_of,
    clients_of,
    evenness_of,
    figures_of,
    over_hours_of,
    overlap_of,
)
from allocation.scenario_words import settings_of
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.start_run import start_run
from allocation.services.work_out_curve import ask_for_curve
from allocation.views.plans import plan_for
from allocation.wording import advisor_names, scope_text


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def compare(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance. `?plan=` two to four times; `?show=` lists the clients behind a count."""
    wanted = list(dict.fromkeys(int(pk) for pk in request.GET.getlist("plan") if pk.isdecimal() and len(pk) < 19))[
        :MOST_COMPARED
    ]
    found = Plan.objects.visible_to(request.user).select_related("policy").in_bulk(wanted)
    plans = [found[pk] for pk in wanted if pk in found and found[pk].outcome.get("advisors")]
    if len(plans) < 2:
        # Plans without a proposal, of another branch or just one: say so where plans are chosen.
        messages.info(request, _("Choose two to four plans that have been worked out."))
        return redirect("allocation:plan_list")
    names: dict[int, str] = {}
    for branch_id in {plan.branch_id for plan in plans}:
        names |= advisor_names(branch_id)
    settings = [settings_of(plan, names) for plan in plans]
    show = request.GET.get("show", "")
    context = {
        "plans": plans,
        "settings": [(label, row, len(set(row)) > 1) for label, row in _rows(settings)],
        "figures": [figures_of(plan) for plan in plans],
        "overlap": overlap_of(plans),
        "advisors": advisors_of(plans),
        "show": show,
        "clients": clients_of(plans, show),
    }
    return render(request, "allocation/compare.html", context)


def _rows(settings: list[dict[str, str]]) -> list[tuple[str, list[str]]]:
    return [(label, [each[label] for each in settings]) for label in settings[0]]


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def curve(request: HttpRequest, pk: int) -> HttpResponse:
    """Fairness and match against moves. Director, assistant, manager, compliance; htmx asks for the points as they come."""
    plan = plan_for(request, pk)
    if not plan.outcome.get("advisors"):
        return redirect("allocation:plan_detail", pk=plan.pk)
    job = plan.curve_job
    context = {
        "plan": plan,
        "scope": scope_text(plan.scope, advisor_names(plan.branch_id)),
        "job": job,
        "running": job is not None and not job.is_final,
        "points": [_shown(point, plan) for point in plan.curve.get("points", [])],
        "today": {**evenness_of(plan, "before"), "over_hours": over_hours_of(plan, "before")},
        "chart": _chart(plan),
        "can_take": plan.state == Plan.State.PROPOSED and request.user.has_perm("allocation.run"),
    }
    return render(request, "allocation/_curve.html" if request.htmx else "allocation/curve.html", context)


def _shown(point: dict[str, Any], plan: Plan) -> dict[str, Any]:
    before = plan.outcome.get("match_before") or 0.0
    forced = point["all_moves"] - point["used"]
    return {**point, "forced": forced, "change": (point["match"] - before) / before if before else None}


def _chart(plan: Plan) -> dict[str, Any]:
    before = plan.outcome.get("match_before") or 0.0
    points = plan.curve.get("points", [])
    return {
        "points": [
            [point["moves"], 100 * (point["match"] - before) / before if before else None, point["max_over_median"]]
            for point in points
        ],
        "names": {
            "moves": _("clients who change hands"),
            "match": _("match against today, %"),
            "ratio": _("highest over median"),
        },
    }


@require_POST
@permission_required("allocation.run", raise_exception=True)
def curve_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant. Works the curve out in the background."""
    plan = plan_for(request, pk)
    try:
        ask_for_curve(plan=plan, actor=request.user)
    except PlanConflict as error:
        messages.info(request, error.message)
    return redirect("allocation:curve", pk=plan.pk)


@require_POST
@permission_required("allocation.run", raise_exception=True)
def take_point(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant. A new scenario like this one, with the budget of a point of its curve (`moves`)."""
    plan = plan_for(request, pk)
    moves = request.POST.get("moves", "")
    if not moves.isdecimal() or not any(point["moves"] == int(moves) for point in plan.curve.get("points", [])):
        messages.error(request, _("This point is not on the curve any more."))
        return redirect("allocation:curve", pk=plan.pk)
    title = _("%(title)s, at most %(moves)s moves") % {"title": plan.title[:50], "moves": moves}
    try:
        scenario = start_run(
            branch=plan.branch,
            actor=request.user,
            title=title,
            scope=plan.scope,
            options={**plan.options, "move_budget": {"moves": int(moves)}},
            based_on=plan,
        )
    except AllocationError as error:
        messages.error(request, error.message)
        return redirect("allocation:curve", pk=plan.pk)
    return redirect("allocation:plan_detail", pk=scenario.pk)


@require_POST
@permission_required("allocation.run", raise_exception=True)
def leaver(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant. "If this advisor leaves": a scenario over this one book, started at once."""
    advisor = get_object_or_404(Advisor.objects.visible_to(request.user).select_related("branch"), pk=pk)
    try:
        plan = start_run(
            branch=advisor.branch,
            actor=request.user,
            title=_("If %(name)s leaves") % {"name": advisor.name},
            scope={"kind": "advisor", "advisor": advisor.pk},
            options={"leaving": [advisor.pk]},
        )
    except AllocationError as error:
        messages.error(request, error.message)
        return redirect("allocation:advisor_book", pk=advisor.pk)
    return redirect("allocation:plan_detail", pk=plan.pk)
