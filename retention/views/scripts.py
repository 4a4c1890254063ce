"""The script library: what may be said, by whom it was written, and until when compliance has approved it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.list_state import as_number
from retention.domain.scripts import LANGUAGES, LONGEST_APPROVAL, PARTS, flags, mark_of, read_body
from retention.forms_scripts import ApprovalForm, ReturnForm, ScriptForm, body_fields
from retention.models import Script, ScriptVersion
from retention.queries.script_reasons import reasons_for
from retention.services.approve_script import approve_script, return_script
from retention.services.bring_in_library import bring_in_library
from retention.services.errors import RetentionError
from retention.services.propose_script import propose_script
from retention.services.retire_script import retire_script
from retention.services.write_script import change_situation, forbidden_words, is_decided, write_script, write_version
from retention.wording_scripts import flags_in_words, rows_of

State = ScriptVersion.State
SITUATION = ("title_zh", "title_en", "reason", "tiers", "personas")


@require_GET
@permission_required("retention.view_scripts", raise_exception=True)
def script_list(request: HttpRequest) -> HttpResponse:
    """Everybody of the branch."""
    scripts = _scripts(request).filter(is_active=True).prefetch_related("versions")
    tab = request.GET.get("tab", "")
    if reason := request.GET.get("reason", ""):
        scripts = scripts.filter(Q(reason__code=reason) | Q(reason__parent__code=reason))
    if tab == "waiting":
        scripts = scripts.filter(versions__state=State.PROPOSED).distinct()
    if tab == "ended":
        versions = ScriptVersion.objects.visible_to(request.user)
        usable = versions.filter(state=State.APPROVED, expires_on__gte=timezone.localdate())
        scripts = scripts.exclude(pk__in=usable.values("script"))
    context = {
        "scripts": scripts,
        "tab": tab,
        "waiting": ScriptVersion.objects.visible_to(request.user).filter(state=State.PROPOSED).count(),
    }
    return render(request, "retention/script_list.html", context)


@require_GET
@permission_required("retention.view_scripts", raise_exception=True)
def script_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the branch. `?v=` a version, `?against=` the one it is compared with."""
    return _page(request, _script(request, pk))


def _page(request: HttpRequest, script: Script, *, status: int = 200, **forms: Any) -> HttpResponse:
    versions = list(script.versions.select_related("written_by", "decided_by"))
    by_number = {version.version: version for version in versions}
    approved = next((version for version in versions if version.state == State.APPROVED), versions[0])
    shown = by_number.get(as_number(request.GET.get("v")) or 0, approved)
    against = by_number.get(as_number(request.GET.get("against")) or 0)
    today = timezone.localdate()
    context = {
        "script": script,
        "versions": versions,
        "shown": shown,
        "against": against,
        "rows": rows_of(shown, against),
        "flags": list(dict.fromkeys(flag["word"] for flag in shown.flagged)),
        "approval": ApprovalForm(initial={"until": today + LONGEST_APPROVAL / 2}),
        "returning": ReturnForm(),
        "writes": script.branch_id == request.user.branch_id and request.user.has_perm("retention.write_scripts"),
        "keeps": script.branch_id is not None or request.user.is_firm_level,
        **forms,
    }
    return render(request, "retention/script_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@permission_required("retention.write_scripts", raise_exception=True)
def script_new(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, advisors; the firm's own scripts compliance of the firm."""
    form = ScriptForm(request.POST or None, reasons=reasons_for(request.user))
    if request.method == "POST" and form.is_valid():
        situation = {name: form.cleaned_data[name] for name in SITUATION}
        try:
            version = write_script(branch=request.user.branch, body=form.body, actor=request.user, **situation)
        except RetentionError as error:
            form.add_error(error.field or None, error.message)
        else:
            return _saved(request, version)
    return _desk(request, form)


@require_http_methods(["GET", "POST"])
@permission_required("retention.write_scripts", raise_exception=True)
def script_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, advisors: the draft, or the next version of what is approved."""
    script = _script(request, pk)
    last = script.versions.first()
    initial = (
        {name: getattr(script, name) for name in SITUATION} | body_fields(last.body) | {"seen": mark_of(last.body)}
    )
    reasons = reasons_for(request.user)
    form = ScriptForm(request.POST or None, reasons=reasons, initial=initial, fixed=is_decided(script))
    if request.method == "POST" and form.is_valid():
        situation = {name: form.cleaned_data[name] for name in SITUATION}
        try:
            change_situation(script=script, actor=request.user, **situation)
            seen = form.cleaned_data["seen"]
            version = write_version(script=script, body=form.body, seen=seen, actor=request.user)
        except RetentionError as error:
            form.add_error(error.field or None, error.message)
        else:
            return _saved(request, version)
    return _desk(request, form, script)


@require_POST
@permission_required("retention.write_scripts", raise_exception=True)
def script_screen(request: HttpRequest) -> HttpResponse:
    """Forbidden wording of what is being typed, as a fragment. Nothing is stored."""
    body = read_body(
        {language: {part: request.POST.get(f"{language}-{part}", "") for part in PARTS} for language in LANGUAGES}
    )
    hits = flags_in_words(flags(body, forbidden_words(request.user.branch)))
    return render(request, "retention/_script_screened.html", {"hits": hits})


@require_POST
@permission_required("retention.write_scripts", raise_exception=True)
def first_set(request: HttpRequest) -> HttpResponse:
    """The first set of scripts as drafts; director, assistant, manager, advisors."""
    brought = bring_in_library(branch=request.user.branch, actor=request.user)
    messages.success(request, _("%(n)s drafts were brought in.") % {"n": len(brought)})
    return redirect("retention:script_list")


@require_POST
@permission_required("retention.write_scripts", raise_exception=True)
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, advisors."""
    return _do(request, pk, propose_script, _("Compliance has been told."))


@require_POST
@permission_required("retention.approve_scripts", raise_exception=True)
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Compliance, and not who wrote it."""
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        return _page(request, _script(request, _version(request, pk).script_id), approval=form, status=422)
    return _do(request, pk, approve_script, _("Approved."), **form.cleaned_data)


@require_POST
@permission_required("retention.approve_scripts", raise_exception=True)
def returned(request: HttpRequest, pk: int) -> HttpResponse:
    """Compliance."""
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, _script(request, _version(request, pk).script_id), returning=form, status=422)
    return _do(request, pk, return_script, _("Returned to its writer."), **form.cleaned_data)


@require_POST
@permission_required("retention.retire_scripts", raise_exception=True)
def retirement(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    return _do(request, pk, retire_script, _("Out of use from now on."))


def _do(request: HttpRequest, pk: int, deed: Callable[..., object], said: str, **given: Any) -> HttpResponse:
    version = _version(request, pk)
    try:
        deed(version=version, actor=request.user, **given)
    except RetentionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("retention:script_detail", pk=version.script_id)


def _saved(request: HttpRequest, version: ScriptVersion) -> HttpResponse:
    messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{version.version}"})
    return redirect("retention:script_detail", pk=version.script_id)


def _desk(request: HttpRequest, form: ScriptForm, script: Script | None = None) -> HttpResponse:
    context = {"form": form, "script": script}
    return render(request, "retention/script_form.html", context, status=422 if form.errors else 200)


def _scripts(request: HttpRequest) -> QuerySet[Script]:
    return Script.objects.visible_to(request.user).select_related("reason", "reason__parent", "owner", "branch")


def _script(request: HttpRequest, pk: int) -> Script:
    return get_object_or_404(_scripts(request), pk=pk)


def _version(request: HttpRequest, pk: int) -> ScriptVersion:
    return get_object_or_404(ScriptVersion.objects.visible_to(request.user).select_related("script"), pk=pk)
