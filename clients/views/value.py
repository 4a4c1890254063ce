"""Pages of value: why a client is worth what it is, the book in numbers, the policy from draft to publication."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branch_crm.core.context import DRAWER
from branch_crm.core.models import Branch
from clients.domain.value.rules import DEFAULT_RULES, RulesError
from clients.forms_value import LABELS, SHARES, PublishForm, ValuePolicyForm
from clients.models import Client, ScoringRun, ValuePolicy
from clients.queries.value import book_summary, current_run, moved_clients, policy_in_force
from clients.queries.value_story import ValueStory, value_story
from clients.services.draft_value_policy import change_value_policy, draft_value_policy
from clients.services.preview_value_policy import preview_value_policy
from clients.services.publish_value_policy import publish_value_policy
from clients.templatetags.value_text import COMPONENTS


@require_GET
@permission_required("clients.view_book", raise_exception=True)
def value_why(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who may see the client. A panel of the client page, a drawer, or a page of its own."""
    client = get_object_or_404(Client.objects.visible_to(request.user).only("pk", "branch", "name", "client_no"), pk=pk)
    story = value_story(client)
    is_panel = bool(request.htmx) and request.htmx.target != DRAWER
    context = {"client": client, "story": story, "is_drawer": request.htmx.target == DRAWER}
    if story:
        context |= _why_words(story)
    return render(request, "clients/value_story.html" if is_panel else "clients/value_why.html", context)


def _why_words(story: ValueStory) -> dict[str, Any]:
    letters = ("A", "B", "C")
    terms = [
        {
            "label": f"{letter} {COMPONENTS[term.component]}",
            "value": term.points,
            "shown": f"{term.points:.1f}",
            "note": _("not known; its weight goes to the others")
            if term.part is None
            else f"{term.weight:.2f} × {term.part:.1f}",
        }
        for letter, term in zip(letters, story.terms, strict=True)
    ]
    rule = {
        "name": _("Value policy"),
        "version": f"v{story.policy.version}",
        # The defaults have always been in force; a date would say nothing.
        "date": story.policy.valid_from if story.policy.published_by_id else None,
    }
    return {
        "total": f"{story.value.value:.1f}",
        "terms": terms,
        "rule": rule,
        "history": {
            "categories": [row.run.as_of.isoformat() for row in story.history],
            "series": [{"name": pgettext("score", "Value"), "values": [round(row.value, 1) for row in story.history]}],
        },
    }


@require_GET
@permission_required("clients.view_value_policy", raise_exception=True)
def summary(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance. A panel of the home page and a page of its own."""
    branch = _branch(request)
    run = current_run(branch)
    context: dict[str, Any] = {"branch": branch, "run": run}
    if run:
        book = book_summary(run)
        core = run.summary["core"]
        context |= {
            "book": book,
            "moves": moved_clients(run, request.user),
            "curve": _curve(run),
            "core_share": core["size"] / core["clients"] if core["clients"] else 0.0,
        }
    page = "clients/value_summary.html" if request.htmx else "clients/value_summary_page.html"
    return render(request, page, context)


def _curve(run: ScoringRun) -> dict[str, Any]:
    core = run.summary["core"]
    share = 100 * core["size"] / core["clients"] if core["clients"] else 0
    mark = [round(share, 2), round(100 * core["covered"], 2)]
    return {
        "points": [[round(100 * x, 2), round(100 * y, 2)] for x, y in core["curve"]],
        "mark": mark,
        "names": {
            "x": _("Clients by net revenue, %"),
            "y": _("Share of net revenue, %"),
            "mark": _("%(clients)s%% of clients bring %(revenue)s%%")
            % {"clients": f"{mark[0]:.1f}", "revenue": f"{mark[1]:.0f}"},
            "even": _("if all brought the same"),
        },
    }


@require_GET
@permission_required("clients.view_value_policy", raise_exception=True)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    branch = _branch(request)
    in_force = policy_in_force(branch)
    policies = ValuePolicy.objects.visible_to(request.user).filter(branch=branch)
    context = {"policies": policies.select_related("created_by", "published_by"), "in_force": in_force}
    return render(request, "clients/value_policy_list.html", context)


@require_GET
@permission_required("clients.view_value_policy", raise_exception=True)
def policy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance; only the director sees the publish form."""
    policy = _policy(request, pk)
    return render(
        request, "clients/value_policy_detail.html", _detail(policy, PublishForm(initial={"note": policy.note}))
    )


def _detail(policy: ValuePolicy, form: PublishForm) -> dict[str, Any]:
    plain = [
        (label, policy.rules[name] * 100 if name in SHARES else policy.rules[name], help_text)
        for name, (label, help_text) in LABELS.items()
    ]
    return {
        "policy": policy,
        "in_force": policy_in_force(policy.branch),
        "weights": [
            (letter, name, policy.rules["weights"][name] * 100) for letter, name in zip("ABC", COMPONENTS, strict=True)
        ],
        "parameters": plain,
        "runs": policy.runs.order_by("-as_of", "-pk")[:10],
        "form": form,
    }


@require_http_methods(["GET", "POST"])
@permission_required("clients.draft_value_policy", raise_exception=True)
def policy_new(request: HttpRequest) -> HttpResponse:
    """Director and assistant."""
    branch = _branch(request)
    form = ValuePolicyForm(request.POST or None, rules=_rules_in_force(branch))
    if form.is_valid():
        policy = draft_value_policy(branch=branch, rules=form.rules, note=form.cleaned_data["note"], actor=request.user)
        return redirect("clients:value_policy_detail", policy.pk)
    return render(request, "clients/value_policy_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permission_required("clients.draft_value_policy", raise_exception=True)
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Director and assistant; drafts only."""
    policy = _policy(request, pk)
    form = ValuePolicyForm(request.POST or None, rules=policy.rules, note=policy.note)
    if form.is_valid():
        try:
            change_value_policy(policy=policy, rules=form.rules, note=form.cleaned_data["note"], actor=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        return redirect("clients:value_policy_detail", policy.pk)
    context = {"form": form, "policy": policy}
    return render(request, "clients/value_policy_form.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required("clients.draft_value_policy", raise_exception=True)
def policy_preview(request: HttpRequest) -> HttpResponse:
    """Director and assistant. The form as it stands, saved or not, tried on today's data; nothing is written."""
    branch = _branch(request)
    form = ValuePolicyForm(request.POST, rules=_rules_in_force(branch))
    preview = preview_value_policy(branch=branch, rules=form.rules) if form.is_valid() else None
    return render(request, "clients/value_preview.html", {"form": form, "preview": preview, "is_trial": True})


@require_GET
@permission_required("clients.view_value_policy", raise_exception=True)
def policy_effect(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance: what a stored version would do to the branch as it stands."""
    policy = _policy(request, pk)
    if not request.htmx:
        return redirect("clients:value_policy_detail", policy.pk)
    preview = preview_value_policy(branch=policy.branch, rules=policy.rules)
    return render(request, "clients/value_preview.html", {"preview": preview})


@require_POST
@permission_required("clients.publish_value_policy", raise_exception=True)
def policy_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The director alone."""
    policy = _policy(request, pk)
    form = PublishForm(request.POST)
    if form.is_valid():
        try:
            published, job = publish_value_policy(policy=policy, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except RulesError:
            form.add_error(None, gettext_lazy("The draft's parameters do not hold any more. Edit and save it first."))
        else:
            text = _("Version %(version)s is published.") % {"version": published.version}
            messages.success(request, f"{text} {_('The branch is being scored by it.')}" if job else text)
            return redirect("clients:value_policy_detail", policy.pk)
    return render(request, "clients/value_policy_detail.html", _detail(policy, form), status=422)


def _policy(request: HttpRequest, pk: int) -> ValuePolicy:
    return get_object_or_404(ValuePolicy.objects.visible_to(request.user).select_related("branch"), pk=pk)


def _rules_in_force(branch: Branch) -> dict[str, Any]:
    """A branch that was never scored has no version yet; it will begin with the defaults."""
    policy = policy_in_force(branch)
    return policy.rules if policy else DEFAULT_RULES


def _branch(request: HttpRequest) -> Branch:
    """One's own branch; for compliance of the firm the first, or the one asked for by code."""
    branches = Branch.objects.visible_to(request.user)
    code = request.GET.get("branch")
    branch = branches.filter(code=code).first() if code else request.user.branch or branches.first()
    if branch is None:
        raise Http404
    return branch
