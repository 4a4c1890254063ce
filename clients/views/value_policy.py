"""The versions of the value policy: the list, one of them, and the desk where a draft is tried."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import reswap, trigger_client_event

from branch_crm.core.models import Branch
from clients.domain.value.movers import is_list
from clients.domain.value.rules import DEFAULT_RULES, TIERS
from clients.domain.value.rules_diff import rules_diff
from clients.domain.value.value_types import TYPES
from clients.forms_value import ProposeForm, ReturnForm, StepForm, ValuePolicyForm
from clients.labels_value import LABELS, list_label
from clients.list_state import as_number
from clients.models import ValuePolicy
from clients.queries.value import (
    data_as_of,
    may_approve,
    policies_waiting_for,
    policy_in_force,
    policy_story,
    published_before,
    scoring_job,
)
from clients.queries.value_preview import matrix_rows, named_moves
from clients.services.draft_value_policy import change_value_policy, draft_value_policy
from clients.services.hold_value_policy import PolicyConflict
from clients.services.preview_value_policy import MORE, NAMED, Preview, preview_value_policy
from clients.templatetags.value_text import COMPONENTS
from clients.views.value import asked_branch


@require_GET
@permission_required("clients.view_value_policy", raise_exception=True)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    branch = asked_branch(request)
    policies = ValuePolicy.objects.visible_to(request.user).filter(branch=branch)
    if not request.GET.get("all"):
        policies = policies.exclude(state=ValuePolicy.State.DISCARDED)
    context = {
        "policies": policies.select_related("created_by", "proposed_by", "published_by"),
        "in_force": policy_in_force(branch),
        "waiting": policies_waiting_for(request.user).filter(branch=branch).select_related("proposed_by"),
        "today": timezone.localdate(),
    }
    return render(request, "clients/value_policy_list.html", context)


@require_GET
@permission_required("clients.view_value_policy", raise_exception=True)
def policy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance; the steps are offered to those who may take them."""
    return detail_page(request, policy_of(request, pk))


def detail_page(request: HttpRequest, policy: ValuePolicy, *, status: int = 200, **forms: Any) -> HttpResponse:
    """`propose_form`, `return_form`: a form that was refused, with what was typed."""
    in_force = policy_in_force(policy.branch)
    base = published_before(policy) if policy.state == ValuePolicy.State.PUBLISHED else in_force
    seen = {"revision": policy.revision}
    others = ValuePolicy.objects.visible_to(request.user).filter(branch=policy.branch).exclude(pk=policy.pk)
    context = {
        "policy": policy,
        "in_force": in_force,
        "base": base,
        "differences": rules_diff(base.rules, policy.rules) if base else [],
        "parameters": [(path, policy.rules[path], help_text) for path, (_label, help_text) in LABELS.items()],
        "weights": [
            (letter, name, policy.rules["weights"][name] * 100) for letter, name in zip("ABC", COMPONENTS, strict=True)
        ],
        "runs": policy.runs.order_by("-as_of", "-pk")[:10],
        "others": others.exclude(state=ValuePolicy.State.DISCARDED),
        "has_data": data_as_of(policy.branch) is not None,
        "story": policy_story(policy),
        "job": scoring_job(policy) if policy.state == ValuePolicy.State.PUBLISHED else None,
        "today": timezone.localdate(),
        "approvers": may_approve(policy) if policy.state == ValuePolicy.State.PROPOSED else [],
        "propose_form": ProposeForm(initial={"note": policy.note, **seen}),
        "return_form": ReturnForm(initial=seen),
        "step_form": StepForm(initial=seen),
        **forms,
    }
    return render(request, "clients/value_policy_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@permission_required("clients.draft_value_policy", raise_exception=True)
def policy_new(request: HttpRequest) -> HttpResponse:
    """Director and assistant. Begins with the version in force, or with the one named by `from`."""
    branch = asked_branch(request)
    base = rules_in_force(branch)
    origin = as_number(request.GET.get("from"))
    source = policy_of(request, origin) if origin else None
    form = ValuePolicyForm(request.POST or None, rules=source.rules if source else base, base=base)
    if form.is_valid():
        policy = draft_value_policy(branch=branch, rules=form.rules, note=form.cleaned_data["note"], actor=request.user)
        messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
        return redirect("clients:value_policy_detail", policy.pk)
    return _desk(request, form, branch, source=source)


@require_http_methods(["GET", "POST"])
@permission_required("clients.draft_value_policy", raise_exception=True)
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Director and assistant; drafts only. Who read an older revision gets 409 with both texts side by side."""
    policy = policy_of(request, pk)
    if request.method == "GET" and policy.state != ValuePolicy.State.DRAFT:
        messages.info(request, _("Only a draft can be changed. Draft a new version from this one."))
        return redirect("clients:value_policy_detail", policy.pk)
    base = rules_in_force(policy.branch)
    form = ValuePolicyForm(
        request.POST or None, rules=policy.rules, base=base, note=policy.note, revision=policy.revision
    )
    if not form.is_valid():
        return _desk(request, form, policy.branch, policy=policy)
    wanted = {"rules": form.rules, "note": form.cleaned_data["note"], "revision": form.cleaned_data["revision"] or 0}
    try:
        change_value_policy(policy=policy, actor=request.user, **wanted)
    except PolicyConflict as conflict:
        # A second save is then meant: it carries the revision whose differences were shown.
        form.data = form.data.copy()
        form.data["revision"] = str(conflict.policy.revision)
        theirs = {"conflict": conflict.messages[0], "theirs": rules_diff(form.rules, conflict.policy.rules)}
        return _desk(request, form, policy.branch, policy=conflict.policy, status=409, **theirs)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
    return redirect("clients:value_policy_detail", policy.pk)


def _desk(
    request: HttpRequest, form: ValuePolicyForm, branch: Branch, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"form": form, "in_force": policy_in_force(branch), "has_data": data_as_of(branch) is not None}
    return render(request, "clients/value_desk.html", context, status=422 if form.errors else status)


@require_POST
@permission_required("clients.draft_value_policy", raise_exception=True)
def policy_preview(request: HttpRequest) -> HttpResponse:
    """Director and assistant. The form as it stands, saved or not, tried on today's data; nothing is written.

    A wrong field is told to the page's script (event `faults`), which shows it at the field; the last good preview stays.
    """
    branch = asked_branch(request)
    form = ValuePolicyForm(request.POST, rules=rules_in_force(branch))
    if not form.is_valid():
        faults = {form[name].auto_id: [str(text) for text in texts] for name, texts in form.errors.items()}
        return reswap(trigger_client_event(HttpResponse(), "faults", faults), "none")
    preview = preview_value_policy(branch=branch, rules=form.rules, **asked_list(request.POST))
    context = {"is_trial": True, **preview_context(request, preview)}
    return trigger_client_event(render(request, "clients/value_preview.html", context), "faults", {})


def preview_context(request: HttpRequest, preview: Preview | None) -> dict[str, Any]:
    """What `clients/value_preview.html` needs."""
    if preview is None:
        return {"preview": None}
    comparison = preview.comparison
    shown = preview.counts if preview.show in preview.counts else {**preview.counts, preview.show: preview.total}
    return {
        "preview": preview,
        "differences": rules_diff(preview.against.rules, preview.rules),
        "lists": [(name, f"{list_label(name)} {count:,}", name == preview.show) for name, count in shown.items()],
        "types": matrix_rows("type", TYPES, comparison.types),
        "tiers": matrix_rows("tier", TIERS[::-1], [row[::-1] for row in comparison.tiers[::-1]]),
        "moves": named_moves(preview.moves, request.user),
    }


def asked_list(query: QueryDict) -> dict[str, Any]:
    """Which list of clients to show, and how many of them: `?show=tier_down&more=1`."""
    name = query.get("show", "")
    return {"show": name if is_list(name) else "most", "named": MORE if query.get("more") else NAMED}


def policy_of(request: HttpRequest, pk: int) -> ValuePolicy:
    people = ("branch", "created_by", "proposed_by", "returned_by", "published_by")
    return get_object_or_404(ValuePolicy.objects.visible_to(request.user).select_related(*people), pk=pk)


def rules_in_force(branch: Branch) -> dict[str, Any]:
    """A branch that was never scored has no version yet; it will begin with the defaults."""
    policy = policy_in_force(branch)
    return policy.rules if policy else DEFAULT_RULES
