"""The early-warning rule held against the branch's own past: how many it found, how many it missed, and whether its shares hold."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clients.list_state import as_number
from clients.views.value import asked_branch
from retention.models import RiskEvaluation, RiskPolicy
from retention.services.evaluate_risk import ask_for_evaluation, evaluation_under_way
from retention.services.risk_policies import ensure_risk_policy
from retention.wording_evaluation import story_of
from servicelog.services.errors import ServiceLogError

#: Past evaluations named on the page.
NAMED = 30


@require_GET
@permission_required("retention.evaluate_risk", raise_exception=True)
def newest(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    return _page(request, RiskEvaluation.objects.visible_to(request.user).select_related("policy").first())


@require_GET
@permission_required("retention.evaluate_risk", raise_exception=True)
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance: one that is kept, as it was told then."""
    kept = RiskEvaluation.objects.visible_to(request.user).select_related("policy")
    return _page(request, get_object_or_404(kept, pk=pk))


@require_POST
@permission_required("retention.evaluate_risk", raise_exception=True)
def ask(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance. `policy`: the version to be held against the past; else the one in force."""
    branch = asked_branch(request)
    asked = as_number(request.POST.get("policy"))
    versions = RiskPolicy.objects.visible_to(request.user)
    policy = (
        get_object_or_404(versions, pk=asked) if asked else ensure_risk_policy(branch=branch, on=timezone.localdate())
    )
    try:
        ask_for_evaluation(branch=branch, policy=policy, actor=request.user)
    except ServiceLogError as error:
        messages.error(request, error.message)
    return redirect("retention:risk_evaluation")


def _page(request: HttpRequest, shown: RiskEvaluation | None) -> HttpResponse:
    """`?k=`: so many clients of the top, besides the usual numbers."""
    context = {
        "evaluation": shown,
        "story": story_of(shown, also=as_number(request.GET.get("k"))) if shown else None,
        "kept": RiskEvaluation.objects.visible_to(request.user).select_related("policy").defer("outcome")[:NAMED],
        "job": evaluation_under_way(branch=asked_branch(request)),
        "k": request.GET.get("k", ""),
    }
    return render(request, "retention/risk_evaluation.html", context)
