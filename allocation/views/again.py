"""Solving again around the decisions: the button, and what reviewers are told while it goes on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from allocation.models import Plan
from allocation.queries.review import progress_of
from allocation.review_words import again_failure
from allocation.services.errors import AllocationError
from allocation.services.solve_again import ask_again
from allocation.views.moves import plan_of
from clients.models import Client

#: Clients whose move is gone, named on the page.
GONE = 50


@require_POST
@permission_required("allocation.decide", raise_exception=True)
def solve_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant. Asking twice is asking once. Answers the state of the review to htmx."""
    plan = plan_of(request, pk)
    problem = ""
    try:
        ask_again(plan=plan, actor=request.user)
    except AllocationError as error:
        problem = error.message
    if request.htmx:
        plan = plan_of(request, pk)
        return render(
            request,
            "allocation/_review_status.html",
            {**status_context(plan, plan.round), "problem": problem},
            status=409 if problem else 200,
        )
    if problem:
        messages.error(request, problem)
    return redirect("allocation:plan_detail", pk=plan.pk)


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def review_status(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked every few seconds by an open review: progress, a solving under way, a round newer than `?round=`.

    Director, assistant, manager, compliance.
    """
    plan = plan_of(request, pk)
    shown = request.GET.get("round", "")
    seen = int(shown) if shown.isdecimal() and len(shown) < 6 else plan.round
    context = {**status_context(plan, seen), "progress": progress_of(plan)}
    return render(request, "allocation/_review_status.html", context)


def status_context(plan: Plan, seen: int) -> dict[str, Any]:
    """`seen`: the round that the page shows."""
    job = plan.again_job
    return {
        "plan": plan,
        "seen": seen,
        "newer": plan.round > seen,
        "solving": job if job is not None and not job.is_final else None,
        "broken": job if job is not None and job.state == job.State.FAILED else None,
        "failure": again_failure(plan),
    }


def changes_context(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """What the last solving again changed elsewhere."""
    if not plan.changes:
        return {}
    gone = plan.changes["clients"]["gone"][:GONE]
    changes = plan.changes
    return {
        "changes": changes,
        "changed_elsewhere": changes["new"] + changes["gone"] + changes["elsewhere"],
        "gone": Client.objects.visible_to(request.user)
        .filter(pk__in=gone)
        .order_by("client_no")
        .only("pk", "name", "client_no"),
    }
