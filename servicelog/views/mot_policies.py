"""The MOT policy: its versions, a draft at the desk, its simulation, its publication."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.list_state import as_number
from clients.views.value import asked_branch
from servicelog.domain.mot.rules import default_rules, read_mot_rules
from servicelog.forms_mot import MotPolicyForm, PublishPolicyForm
from servicelog.models import MotPolicy
from servicelog.queries.simulation import simulation_of
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.mot_policies import current_mot_policy
from servicelog.services.policy_desk import MOT, change_policy, draft_policy, mark_of, publish_policy, published_before
from servicelog.services.simulate_tasks import ask_for_simulation, simulation_under_way
from servicelog.wording_policy import moment_texts, mot_changes


def _policy(request: HttpRequest, pk: int) -> MotPolicy:
    people = ("branch", "created_by", "published_by")
    return get_object_or_404(MotPolicy.objects.visible_to(request.user).select_related(*people), pk=pk)


@require_GET
@permission_required("servicelog.view_policies", raise_exception=True)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    branch = asked_branch(request)
    in_force = current_mot_policy(branch, on=timezone.localdate())
    policies = MotPolicy.objects.visible_to(request.user).filter(branch=branch).defer("rules", "trial")
    context = {
        "policies": policies.select_related("created_by", "published_by"),
        "in_force": in_force,
        "rules": read_mot_rules(in_force.rules if in_force else {}),
    }
    context["groups"] = moment_texts(context["rules"])
    return render(request, "servicelog/mot_policy_list.html", context)


@require_GET
@permission_required("servicelog.view_policies", raise_exception=True)
def policy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance; only the director sees the publish form."""
    policy = _policy(request, pk)
    return _detail(request, policy, PublishPolicyForm(initial={"note": policy.note}))


def _detail(request: HttpRequest, policy: MotPolicy, form: PublishPolicyForm, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    rules = read_mot_rules(policy.rules)
    in_force = current_mot_policy(policy.branch, on=today)
    former = in_force if policy.state == MotPolicy.State.DRAFT else published_before(MOT, policy)
    context = {
        "policy": policy,
        "in_force": in_force,
        "former": former,
        "changes": mot_changes(read_mot_rules(former.rules), rules) if former else [],
        "rules": rules,
        "groups": moment_texts(rules),
        "form": form,
        **_trial(policy),
    }
    return render(request, "servicelog/mot_policy_detail.html", context, status=status)


def _trial(policy: MotPolicy) -> dict[str, Any]:
    """The last simulation, whether the draft has changed since, and the work if it is under way."""
    before = _("version in force") if not policy.trial else f"v{policy.trial['against']}"
    return {
        "simulation": simulation_of(policy, before=before, after=f"v{policy.version}"),
        "is_outdated": bool(policy.trial) and policy.trial["mark"] != mark_of(policy),
        "job": simulation_under_way(policy=policy, today=timezone.localdate()),
    }


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.draft_mot_policy", raise_exception=True)
def policy_new(request: HttpRequest) -> HttpResponse:
    """Director and assistant. Begins with the version in force, or with the one `?from=` names."""
    branch = asked_branch(request)
    origin = as_number(request.GET.get("from"))
    base = _policy(request, origin) if origin else current_mot_policy(branch, on=timezone.localdate())
    form = MotPolicyForm(request.POST or None, rules=base.rules if base else default_rules())
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        policy = draft_policy(MOT, branch=branch, rules=form.rules, note=note, actor=request.user)
        messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
        return redirect("servicelog:mot_policy_detail", pk=policy.pk)
    return _desk(request, form)


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.draft_mot_policy", raise_exception=True)
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Director and assistant; drafts only. Who saves over a colleague's change is told instead."""
    policy = _policy(request, pk)
    form = MotPolicyForm(request.POST or None, rules=policy.rules, note=policy.note, seen=mark_of(policy))
    if request.method == "POST" and form.is_valid():
        wanted = {"rules": form.rules, "note": form.cleaned_data["note"], "seen": form.cleaned_data["seen"]}
        try:
            change_policy(MOT, policy=policy, actor=request.user, **wanted)
        except PolicyConflict as error:
            return _conflict(request, policy, error)
        messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
        return redirect("servicelog:mot_policy_detail", pk=policy.pk)
    if policy.state != MotPolicy.State.DRAFT:
        return redirect("servicelog:mot_policy_detail", pk=policy.pk)
    return _desk(request, form, policy)


def _desk(request: HttpRequest, form: MotPolicyForm, policy: MotPolicy | None = None) -> HttpResponse:
    context = {"form": form, "policy": policy}
    return render(request, "servicelog/mot_policy_form.html", context, status=422 if form.errors else 200)


def _conflict(request: HttpRequest, policy: MotPolicy, error: PolicyConflict) -> HttpResponse:
    context = {"policy": policy, "error": error, "name": _("MOT policy"), "page": "servicelog:mot_policy_detail"}
    return render(request, "servicelog/policy_conflict.html", context, status=409)


@require_POST
@permission_required("servicelog.draft_mot_policy", raise_exception=True)
def policy_simulate(request: HttpRequest, pk: int) -> HttpResponse:
    """Director and assistant; the work shows on the draft's page."""
    policy = _policy(request, pk)
    try:
        ask_for_simulation(policy=policy, actor=request.user, today=timezone.localdate())
    except ServiceLogError as error:
        messages.error(request, error.message)
    return redirect("servicelog:mot_policy_detail", pk=policy.pk)


@require_POST
@permission_required("servicelog.publish_mot_policy", raise_exception=True)
def policy_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The director alone."""
    policy = _policy(request, pk)
    form = PublishPolicyForm(request.POST)
    if form.is_valid():
        try:
            published = publish_policy(MOT, policy=policy, actor=request.user, **form.cleaned_data)
        except PolicyConflict as error:
            return _conflict(request, policy, error)
        except ServiceLogError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("Version %(version)s is published.") % {"version": published.version})
            return redirect("servicelog:mot_policy_detail", pk=published.pk)
    return _detail(request, policy, form, status=422)
