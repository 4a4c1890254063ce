"""A stored version tried on stored data: against another version today, or again on the data of a past scoring."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from clients.list_state import as_number
from clients.models import ScoringRun, ValuePolicy
from clients.queries.value import policy_in_force
from clients.services.preview_value_policy import preview_value_policy
from clients.services.replay_value_policy import replay_value_policy
from clients.views.value_policy import asked_list, policy_of, preview_context

#: Scorings offered to run a version on, newest first.
OFFERED = 60


@require_GET
@permission_required("clients.view_value_policy", raise_exception=True)
def policy_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance: against the version `with`, by default the one in force, on today's data.

    A page of its own, and a panel of the version's page.
    """
    policy = policy_of(request, pk)
    wanted = as_number(request.GET.get("with"))
    against = policy_of(request, wanted) if wanted else policy_in_force(policy.branch)
    if against is not None and against.branch_id != policy.branch_id:
        raise Http404
    wanted_list = asked_list(request.GET)
    preview = preview_value_policy(branch=policy.branch, rules=policy.rules, against=against, **wanted_list)
    others = ValuePolicy.objects.visible_to(request.user).filter(branch=policy.branch).exclude(pk=policy.pk)
    address = reverse("clients:value_policy_compare", args=[policy.pk])
    context = {
        "policy": policy,
        "against": against,
        "others": others,
        "source": f"{address}?with={against.pk if against else ''}&",
        **preview_context(request, preview),
    }
    return render(request, "clients/value_preview.html" if request.htmx else "clients/value_compare.html", context)


@require_GET
@permission_required("clients.view_value_policy", raise_exception=True)
def policy_rerun(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance: this version on the data of the scoring `run`, by default the newest."""
    policy = policy_of(request, pk)
    runs = ScoringRun.objects.visible_to(request.user).filter(branch=policy.branch).select_related("policy", "branch")
    wanted = as_number(request.GET.get("run"))
    run = get_object_or_404(runs, pk=wanted) if wanted else runs.first()
    context = {"policy": policy, "run": run, "runs": runs[:OFFERED]}
    if run is not None:
        replay = replay_value_policy(policy=policy, run=run, **asked_list(request.GET))
        source = f"{reverse('clients:value_policy_rerun', args=[policy.pk])}?run={run.pk}&"
        context |= {"replay": replay, "source": source, **preview_context(request, replay.preview)}
    return render(request, "clients/value_preview.html" if request.htmx else "clients/value_rerun.html", context)
