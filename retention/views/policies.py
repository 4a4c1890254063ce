"""The retention policy: its versions, a draft at the desk, its publication."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.list_state import as_number
from clients.views.value import asked_branch
from retention.domain.rules import DEFAULT_RULES
from retention.forms_policy import RetentionPolicyForm
from retention.models import RetentionPolicy
from retention.queries.policy import current_retention_policy
from retention.services.retention_desk import RETENTION
from retention.wording_policy import changes_in_words, rules_in_words
from servicelog.forms_mot import PublishPolicyForm
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.policy_desk import change_policy, draft_policy, mark_of, publish_policy, published_before


@require_GET
@permission_required("retention.view_policies", raise_exception=True)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    branch = asked_branch(request)
    in_force = current_retention_policy(branch, on=timezone.localdate())
    policies = RetentionPolicy.objects.visible_to(request.user).filter(branch=branch).defer("rules")
    context = {
        "policies": policies.select_related("created_by", "published_by"),
        "in_force": in_force,
        "groups": rules_in_words(in_force.rules if in_force else {}),
    }
    return render(request, "retention/policy_list.html", context)


@require_GET
@permission_required("retention.view_policies", raise_exception=True)
def policy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance; the publish form is shown to director and compliance."""
    policy = _policy(request, pk)
    return _detail(request, policy, PublishPolicyForm(initial={"note": policy.note}))


@require_http_methods(["GET", "POST"])
@permission_required("retention.draft_policy", raise_exception=True)
def policy_new(request: HttpRequest) -> HttpResponse:
    """Director, assistant, compliance, each with the sections that are theirs; the rest stays as in force."""
    branch = asked_branch(request)
    origin = as_number(request.GET.get("from"))
    today = timezone.localdate()
    base = _policy(request, origin) if origin else current_retention_policy(branch, on=today)
    form = RetentionPolicyForm(request.POST or None, rules=base.rules if base else DEFAULT_RULES, actor=request.user)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            policy = draft_policy(RETENTION, branch=branch, rules=form.rules, note=note, actor=request.user)
        except ServiceLogError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
            return redirect("retention:policy_detail", pk=policy.pk)
    return _form(request, form)


@require_http_methods(["GET", "POST"])
@permission_required("retention.draft_policy", raise_exception=True)
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, compliance; drafts only. Who saves over a colleague's change is told instead."""
    policy = _policy(request, pk)
    start = {"note": policy.note, "seen": mark_of(policy)}
    form = RetentionPolicyForm(request.POST or None, rules=policy.rules, actor=request.user, **start)
    if request.method == "POST" and form.is_valid():
        wanted = {"rules": form.rules, "note": form.cleaned_data["note"], "seen": form.cleaned_data["seen"]}
        try:
            change_policy(RETENTION, policy=policy, actor=request.user, **wanted)
        except PolicyConflict as error:
            return _conflict(request, policy, error)
        except ServiceLogError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
            return redirect("retention:policy_detail", pk=policy.pk)
    if policy.state != RetentionPolicy.State.DRAFT:
        return redirect("retention:policy_detail", pk=policy.pk)
    return _form(request, form, policy)


@require_POST
@permission_required("retention.publish_policy", raise_exception=True)
def policy_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The director; compliance where only the clock and what must be said change."""
    policy = _policy(request, pk)
    form = PublishPolicyForm(request.POST)
    if form.is_valid():
        try:
            published = publish_policy(RETENTION, policy=policy, actor=request.user, **form.cleaned_data)
        except PolicyConflict as error:
            return _conflict(request, policy, error)
        except ServiceLogError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("Version %(version)s is published.") % {"version": published.version})
            return redirect("retention:policy_detail", pk=published.pk)
    return _detail(request, policy, form, status=422)


def _policy(request: HttpRequest, pk: int) -> RetentionPolicy:
    people = ("branch", "created_by", "published_by")
    return get_object_or_404(RetentionPolicy.objects.visible_to(request.user).select_related(*people), pk=pk)


def _detail(request: HttpRequest, policy: RetentionPolicy, form: PublishPolicyForm, status: int = 200) -> HttpResponse:
    in_force = current_retention_policy(policy.branch, on=timezone.localdate()) if policy.branch else policy
    former = in_force if policy.state == RetentionPolicy.State.DRAFT else published_before(RETENTION, policy)
    context = {
        "policy": policy,
        "in_force": in_force,
        "former": former,
        "changes": changes_in_words(former.rules, policy.rules) if former else [],
        "groups": rules_in_words(policy.rules),
        "form": form,
    }
    return render(request, "retention/policy_detail.html", context, status=status)


def _form(request: HttpRequest, form: RetentionPolicyForm, policy: RetentionPolicy | None = None) -> HttpResponse:
    context = {"form": form, "policy": policy}
    return render(request, "retention/policy_form.html", context, status=422 if form.errors else 200)


def _conflict(request: HttpRequest, policy: RetentionPolicy, error: PolicyConflict) -> HttpResponse:
    context = {"policy": policy, "error": error, "name": _("Retention policy"), "page": "retention:policy_detail"}
    return render(request, "servicelog/policy_conflict.html", context, status=409)
