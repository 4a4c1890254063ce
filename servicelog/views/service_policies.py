"""The service policy: its versions, a draft at the desk, its publication. Compliance sets the words and levels."""

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
from servicelog.domain.service_rules import DEFAULT_RULES
from servicelog.forms_mot import PublishPolicyForm
from servicelog.forms_service import ServicePolicyForm
from servicelog.models import ServicePolicy
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.policy_desk import (
    SERVICE,
    change_policy,
    draft_policy,
    mark_of,
    publish_policy,
    published_before,
)
from servicelog.services.service_policies import current_service_policy
from servicelog.wording_policy import service_changes, service_texts


def _policy(request: HttpRequest, pk: int) -> ServicePolicy:
    people = ("branch", "created_by", "published_by")
    return get_object_or_404(ServicePolicy.objects.visible_to(request.user).select_related(*people), pk=pk)


@require_GET
@permission_required("servicelog.view_policies", raise_exception=True)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    branch = asked_branch(request)
    in_force = current_service_policy(branch, on=timezone.localdate())
    policies = ServicePolicy.objects.visible_to(request.user).filter(branch=branch).defer("rules")
    context = {
        "policies": policies.select_related("created_by", "published_by"),
        "in_force": in_force,
        "groups": service_texts(in_force.rules if in_force else {}),
    }
    return render(request, "servicelog/service_policy_list.html", context)


@require_GET
@permission_required("servicelog.view_policies", raise_exception=True)
def policy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance; the publish form is shown to director and compliance."""
    policy = _policy(request, pk)
    return _detail(request, policy, PublishPolicyForm(initial={"note": policy.note}))


def _detail(request: HttpRequest, policy: ServicePolicy, form: PublishPolicyForm, status: int = 200) -> HttpResponse:
    in_force = current_service_policy(policy.branch, on=timezone.localdate())
    former = in_force if policy.state == ServicePolicy.State.DRAFT else published_before(SERVICE, policy)
    context = {
        "policy": policy,
        "in_force": in_force,
        "former": former,
        "changes": service_changes(former.rules, policy.rules) if former else [],
        "groups": service_texts(policy.rules),
        "form": form,
    }
    return render(request, "servicelog/service_policy_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.draft_service_policy", raise_exception=True)
def policy_new(request: HttpRequest) -> HttpResponse:
    """Director, assistant, compliance, each with the sections that are theirs; the rest stays as in force."""
    branch = asked_branch(request)
    origin = as_number(request.GET.get("from"))
    base = _policy(request, origin) if origin else current_service_policy(branch, on=timezone.localdate())
    form = ServicePolicyForm(request.POST or None, rules=base.rules if base else DEFAULT_RULES, actor=request.user)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            policy = draft_policy(SERVICE, branch=branch, rules=form.rules, note=note, actor=request.user)
        except ServiceLogError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
            return redirect("servicelog:service_policy_detail", pk=policy.pk)
    return _desk(request, form)


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.draft_service_policy", raise_exception=True)
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, compliance; drafts only. Who saves over a colleague's change is told instead."""
    policy = _policy(request, pk)
    start: dict[str, Any] = {"note": policy.note, "seen": mark_of(policy)}
    form = ServicePolicyForm(request.POST or None, rules=policy.rules, actor=request.user, **start)
    if request.method == "POST" and form.is_valid():
        wanted = {"rules": form.rules, "note": form.cleaned_data["note"], "seen": form.cleaned_data["seen"]}
        try:
            change_policy(SERVICE, policy=policy, actor=request.user, **wanted)
        except PolicyConflict as error:
            return _conflict(request, policy, error)
        messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
        return redirect("servicelog:service_policy_detail", pk=policy.pk)
    if policy.state != ServicePolicy.State.DRAFT:
        return redirect("servicelog:service_policy_detail", pk=policy.pk)
    return _desk(request, form, policy)


def _desk(request: HttpRequest, form: ServicePolicyForm, policy: ServicePolicy | None = None) -> HttpResponse:
    context = {"form": form, "policy": policy}
    return render(request, "servicelog/service_policy_form.html", context, status=422 if form.errors else 200)


def _conflict(request: HttpRequest, policy: ServicePolicy, error: PolicyConflict) -> HttpResponse:
    context = {
        "policy": policy,
        "error": error,
        "name": _("Service policy"),
        "page": "servicelog:service_policy_detail",
    }
    return render(request, "servicelog/policy_conflict.html", context, status=409)


@require_POST
@permission_required("servicelog.publish_service_policy", raise_exception=True)
def policy_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The director; compliance where only words and levels change."""
    policy = _policy(request, pk)
    form = PublishPolicyForm(request.POST)
    if form.is_valid():
        try:
            published = publish_policy(SERVICE, policy=policy, actor=request.user, **form.cleaned_data)
        except PolicyConflict as error:
            return _conflict(request, policy, error)
        except ServiceLogError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("Version %(version)s is published.") % {"version": published.version})
            return redirect("servicelog:service_policy_detail", pk=published.pk)
    return _detail(request, policy, form, status=422)
