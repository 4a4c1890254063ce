"""The match policy: its versions in words, a new one from draft to publication, and what it would change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allocation.domain.fit.policy import DEFAULT_RULES, read_rules
from allocation.forms_policy import MatchPolicyForm, PublishPolicyForm, fault_text
from allocation.models import MatchPolicy, Plan
from allocation.queries.policy import current_policy
from allocation.queries.policy_effect import effect_of
from allocation.services.delete_policy_draft import delete_policy_draft
from allocation.services.draft_match_policy import change_match_policy, draft_match_policy
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.publish_match_policy import publish_match_policy
from allocation.wording_policy import policy_changes, policy_sections
from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.models import Branch
from servicelog.services.policy_desk import mark_of


def _policy(request: HttpRequest, pk: int) -> MatchPolicy:
    people = ("branch", "created_by", "published_by")
    return get_object_or_404(MatchPolicy.objects.visible_to(request.user).select_related(*people), pk=pk)


def _branch(request: HttpRequest) -> Branch:
    if request.user.branch is None:
        raise Http404
    return request.user.branch


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance. `?version=` is the old address of one version."""
    wanted = request.GET.get("version", "")
    if wanted.isdecimal():
        return redirect("allocation:policy_detail", pk=_policy(request, int(wanted)).pk)
    policies = MatchPolicy.objects.visible_to(request.user).select_related("created_by", "published_by", "branch")
    branch = request.user.branch
    in_force = current_policy(branch, on=timezone.localdate()) if branch else None
    context = {
        "policies": policies.order_by("branch_id", "-version"),
        "in_force": in_force,
        "sections": policy_sections(read_rules(in_force.rules)) if in_force else [],
    }
    return render(request, "allocation/policy_list.html", context)


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def policy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance; only the director sees the publish form."""
    policy = _policy(request, pk)
    return render(request, "allocation/policy_detail.html", _detail(request, policy, _publish_form(policy)))


def _publish_form(policy: MatchPolicy) -> PublishPolicyForm:
    return PublishPolicyForm(initial={"note": policy.note})


def _detail(request: HttpRequest, policy: MatchPolicy, form: PublishPolicyForm) -> dict[str, Any]:
    rules = read_rules(policy.rules)
    is_draft = policy.state == MatchPolicy.State.DRAFT
    in_force = current_policy(policy.branch, on=timezone.localdate()) if policy.branch else None
    former = in_force if is_draft else _former(request, policy)
    plans = Plan.objects.visible_to(request.user).filter(policy=policy)
    return {
        "policy": policy,
        "in_force": in_force,
        "is_draft": is_draft,
        "seen": {"seen": mark_of(policy)},
        "former": former,
        "changes": policy_changes(read_rules(former.rules), rules) if former else [],
        "sections": policy_sections(rules),
        "plans": plans.defer("outcome", "balance", "changes", "curve").order_by("-pk")[:10],
        "form": form,
    }


def _former(request: HttpRequest, policy: MatchPolicy) -> MatchPolicy | None:
    """The version that a published one replaced."""
    own = MatchPolicy.objects.visible_to(request.user).filter(branch=policy.branch)
    published = own.filter(state=MatchPolicy.State.PUBLISHED)
    return published.filter(version__lt=policy.version).order_by("-version").first()


@require_http_methods(["GET", "POST"])
@permission_required("allocation.draft_policy", raise_exception=True)
def policy_new(request: HttpRequest) -> HttpResponse:
    """Director and assistant. Begins with the version in force, or with the one `?from=` names."""
    branch = _branch(request)
    form = MatchPolicyForm(request.POST or None, rules=_first_rules(request, branch))
    if request.method == "POST" and form.is_valid():
        policy = draft_match_policy(branch=branch, rules=form.rules, note=form.cleaned_data["note"], actor=request.user)
        messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
        return redirect("allocation:policy_detail", pk=policy.pk)
    return _form_page(request, form)


def _first_rules(request: HttpRequest, branch: Branch) -> dict[str, Any]:
    wanted = request.GET.get("from", "")
    policy = _policy(request, int(wanted)) if wanted.isdecimal() else current_policy(branch, on=timezone.localdate())
    return policy.rules if policy else DEFAULT_RULES


@require_http_methods(["GET", "POST"])
@permission_required("allocation.draft_policy", raise_exception=True)
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Director and assistant; drafts only. Who saves over a colleague's change is told instead."""
    policy = _policy(request, pk)
    form = MatchPolicyForm(request.POST or None, rules=policy.rules, note=policy.note, seen=mark_of(policy))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            change_match_policy(
                policy=policy, rules=form.rules, note=data["note"], actor=request.user, seen=data["seen"]
            )
        except PlanConflict as error:
            return render(request, "allocation/policy_conflict.html", {"policy": policy, "error": error}, status=409)
        messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
        return redirect("allocation:policy_detail", pk=policy.pk)
    if policy.state != MatchPolicy.State.DRAFT:
        return redirect("allocation:policy_detail", pk=policy.pk)
    return _form_page(request, form, policy)


def _form_page(request: HttpRequest, form: MatchPolicyForm, policy: MatchPolicy | None = None) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "allocation/policy_form.html", {"form": form, "policy": policy}, status=status)


@require_POST
@permission_required("allocation.draft_policy", raise_exception=True)
def policy_deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """Director and assistant; drafts only, as the page showed them."""
    policy = _policy(request, pk)
    try:
        delete_policy_draft(policy=policy, actor=request.user, seen=request.POST.get("seen", ""))
    except PlanConflict as error:
        return render(request, "allocation/policy_conflict.html", {"policy": policy, "error": error}, status=409)
    messages.success(request, _("Draft %(version)s is deleted.") % {"version": f"v{policy.version}"})
    return redirect("allocation:policy_list")


@require_POST
@permission_required("allocation.draft_policy", raise_exception=True)
def policy_preview(request: HttpRequest) -> HttpResponse:
    """Director and assistant. The form as it stands, tried on today's branch; nothing is written."""
    branch, today = _branch(request), timezone.localdate()
    base = current_policy(branch, on=today)
    in_force = base.rules if base else DEFAULT_RULES
    form = MatchPolicyForm(request.POST, rules=in_force)
    context: dict[str, Any] = {"form": form, "is_trial": True}
    if form.is_valid():
        context |= _effect(branch, in_force, form.rules)
    return render(request, "allocation/policy_effect.html", context)


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def policy_effect(request: HttpRequest, pk: int) -> HttpResponse:
    """Readers of plans: what a stored version would change against the one in force. A panel of the version's page."""
    policy = _policy(request, pk)
    if not request.htmx or policy.branch is None:
        return redirect("allocation:policy_detail", pk=policy.pk)
    base = current_policy(policy.branch, on=timezone.localdate())
    in_force = base.rules if base else DEFAULT_RULES
    return render(request, "allocation/policy_effect.html", _effect(policy.branch, in_force, policy.rules))


def _effect(branch: Branch, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    old, new = read_rules(before), read_rules(after)
    effect = effect_of(branch, old, new, on=timezone.localdate())
    return {"effect": effect, "changes": policy_changes(old, new)}


@require_POST
@permission_required("allocation.publish_policy", raise_exception=True)
def policy_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The director alone."""
    policy = _policy(request, pk)
    form = PublishPolicyForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            done = publish_match_policy(policy=policy, actor=request.user, **form.cleaned_data)
        except RuleFault as error:
            form.add_error(None, fault_text(error))
        except AllocationError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            status = 409 if isinstance(error, PlanConflict) else 422
        else:
            messages.success(request, _("Version %(version)s is published.") % {"version": f"v{done.version}"})
            return redirect("allocation:policy_detail", pk=done.pk)
    return render(request, "allocation/policy_detail.html", _detail(request, policy, form), status=status)
