"""The follow-up policy: its versions, a draft at compliance's desk, its publication."""

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
from servicelog.domain.follow_up import DEFAULT_RULES, read_follow_up_rules
from servicelog.follow_up_words import ANSWER_WORDS, policy_changes, policy_lines
from servicelog.forms_follow_up import FollowUpPolicyForm
from servicelog.forms_mot import PublishPolicyForm
from servicelog.models import FollowUpPolicy
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.follow_up_policies import current_follow_up_policy
from servicelog.services.policy_desk import (
    FOLLOW_UP,
    change_policy,
    draft_policy,
    mark_of,
    publish_policy,
    published_before,
)


def _policy(request: HttpRequest, pk: int) -> FollowUpPolicy:
    people = ("branch", "created_by", "published_by")
    return get_object_or_404(FollowUpPolicy.objects.visible_to(request.user).select_related(*people), pk=pk)


def _words(policy: FollowUpPolicy | None) -> dict[str, object]:
    rules = policy.rules if policy else {}
    questions = read_follow_up_rules(rules).questions
    return {"lines": policy_lines(rules), "questions": [(one, ANSWER_WORDS[one.good]) for one in questions]}


@require_GET
@permission_required("servicelog.oversee_follow_ups", raise_exception=True)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    branch = asked_branch(request)
    in_force = current_follow_up_policy(branch, on=timezone.localdate())
    policies = FollowUpPolicy.objects.visible_to(request.user).filter(branch=branch).defer("rules")
    context = {"policies": policies.select_related("created_by", "published_by"), "in_force": in_force}
    return render(request, "servicelog/follow_up_policy_list.html", context | _words(in_force))


@require_GET
@permission_required("servicelog.oversee_follow_ups", raise_exception=True)
def policy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance; only compliance sees the publish form."""
    policy = _policy(request, pk)
    return _detail(request, policy, PublishPolicyForm(initial={"note": policy.note}))


def _detail(request: HttpRequest, policy: FollowUpPolicy, form: PublishPolicyForm, status: int = 200) -> HttpResponse:
    in_force = current_follow_up_policy(policy.branch, on=timezone.localdate())
    former = in_force if policy.state == FollowUpPolicy.State.DRAFT else published_before(FOLLOW_UP, policy)
    context = {
        "policy": policy,
        "in_force": in_force,
        "former": former,
        "changes": policy_changes(former.rules, policy.rules) if former else [],
        "form": form,
        **_words(policy),
    }
    return render(request, "servicelog/follow_up_policy_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.draft_follow_up_policy", raise_exception=True)
def policy_new(request: HttpRequest) -> HttpResponse:
    """Compliance. Begins with the version in force, or with the one `?from=` names."""
    branch = asked_branch(request)
    origin = as_number(request.GET.get("from"))
    base = _policy(request, origin) if origin else current_follow_up_policy(branch, on=timezone.localdate())
    form = FollowUpPolicyForm(request.POST or None, rules=base.rules if base else DEFAULT_RULES)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        policy = draft_policy(FOLLOW_UP, branch=branch, rules=form.rules, note=note, actor=request.user)
        messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
        return redirect("servicelog:follow_up_policy_detail", pk=policy.pk)
    return _desk(request, form)


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.draft_follow_up_policy", raise_exception=True)
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Compliance; drafts only. Who saves over a colleague's change is told instead."""
    policy = _policy(request, pk)
    form = FollowUpPolicyForm(request.POST or None, rules=policy.rules, note=policy.note, seen=mark_of(policy))
    if request.method == "POST" and form.is_valid():
        wanted = {"rules": form.rules, "note": form.cleaned_data["note"], "seen": form.cleaned_data["seen"]}
        try:
            change_policy(FOLLOW_UP, policy=policy, actor=request.user, **wanted)
        except PolicyConflict as error:
            return _conflict(request, policy, error)
        messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
        return redirect("servicelog:follow_up_policy_detail", pk=policy.pk)
    if policy.state != FollowUpPolicy.State.DRAFT:
        return redirect("servicelog:follow_up_policy_detail", pk=policy.pk)
    return _desk(request, form, policy)


def _desk(request: HttpRequest, form: FollowUpPolicyForm, policy: FollowUpPolicy | None = None) -> HttpResponse:
    context = {"form": form, "policy": policy}
    return render(request, "servicelog/follow_up_policy_form.html", context, status=422 if form.errors else 200)


def _conflict(request: HttpRequest, policy: FollowUpPolicy, error: PolicyConflict) -> HttpResponse:
    page = "servicelog:follow_up_policy_detail"
    context = {"policy": policy, "error": error, "name": _("Follow-up policy"), "page": page}
    return render(request, "servicelog/policy_conflict.html", context, status=409)


@require_POST
@permission_required("servicelog.publish_follow_up_policy", raise_exception=True)
def policy_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Compliance."""
    policy = _policy(request, pk)
    form = PublishPolicyForm(request.POST)
    if form.is_valid():
        try:
            published = publish_policy(FOLLOW_UP, policy=policy, actor=request.user, **form.cleaned_data)
        except PolicyConflict as error:
            return _conflict(request, policy, error)
        except ServiceLogError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("Version %(version)s is published.") % {"version": published.version})
            return redirect("servicelog:follow_up_policy_detail", pk=published.pk)
    return _detail(request, policy, form, status=422)
