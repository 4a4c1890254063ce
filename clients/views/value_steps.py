"""The steps of a version of the value policy: proposed by one person, approved or sent back by another."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.domain.value.rules import RulesError
from clients.forms_value import ProposeForm, ReturnForm, StepForm
from clients.models import ValuePolicy
from clients.services.approve_value_policy import approve_value_policy
from clients.services.draft_value_policy import discard_value_policy
from clients.services.hold_value_policy import PolicyConflict
from clients.services.propose_value_policy import propose_value_policy
from clients.services.return_value_policy import return_value_policy
from clients.views.value_policy import detail_page, policy_of


@require_POST
@permission_required("clients.propose_value_policy", raise_exception=True)
def policy_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """The director alone."""

    def propose(policy: ValuePolicy, form: forms.Form) -> str:
        proposed = propose_value_policy(policy=policy, actor=request.user, **form.cleaned_data)
        return _("Version %(version)s waits for a second person's approval.") % {"version": proposed.version}

    return _step(request, pk, ProposeForm(request.POST), propose, shown_as="propose_form")


@require_POST
@permission_required("clients.approve_value_policy", raise_exception=True)
def policy_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Manager, or a director who did not propose it."""

    def approve(policy: ValuePolicy, form: forms.Form) -> str:
        published, job = approve_value_policy(policy=policy, actor=request.user, **form.cleaned_data)
        text = (
            _("Version %(version)s is published; the branch is being scored by it.")
            if job
            else _("Version %(version)s is published.")
        )
        return text % {"version": published.version}

    return _step(request, pk, StepForm(request.POST), approve)


@require_POST
@permission_required("clients.approve_value_policy", raise_exception=True)
def policy_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Those who may approve send back; the proposer takes back, without a note."""
    is_own = policy_of(request, pk).proposed_by_id == request.user.pk
    form = StepForm(request.POST) if is_own else ReturnForm(request.POST)

    def send_back(policy: ValuePolicy, form: forms.Form) -> str:
        returned = return_value_policy(policy=policy, actor=request.user, **form.cleaned_data)
        return _("Version %(version)s is a draft again.") % {"version": returned.version}

    return _step(request, pk, form, send_back, shown_as="return_form")


@require_POST
@permission_required("clients.draft_value_policy", raise_exception=True)
def policy_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Director and assistant."""

    def discard(policy: ValuePolicy, form: forms.Form) -> str:
        put_aside = discard_value_policy(policy=policy, actor=request.user, **form.cleaned_data)
        return _("Draft %(version)s is put aside.") % {"version": f"v{put_aside.version}"}

    return _step(request, pk, StepForm(request.POST), discard)


def _step(
    request: HttpRequest,
    pk: int,
    form: forms.Form,
    take: Callable[[ValuePolicy, forms.Form], str],
    *,
    shown_as: str = "",
) -> HttpResponse:
    """Take a step and go to the version; refused, show the form again (`shown_as`) or say why on the version's page."""
    policy = policy_of(request, pk)
    if form.is_valid():
        try:
            messages.success(request, take(policy, form))
        except PolicyConflict as conflict:
            return render(request, "clients/value_conflict.html", {"policy": policy, "error": conflict}, status=409)
        except ValidationError as error:
            form.add_error(None, error)
        except RulesError:
            form.add_error(None, _("The draft's parameters do not hold any more. Edit and save it first."))
        else:
            return redirect("clients:value_policy_detail", policy.pk)
    if shown_as:
        return detail_page(request, policy, status=422, **{shown_as: form})
    messages.error(request, next(iter(form.errors.values()))[0])
    return redirect("clients:value_policy_detail", policy.pk)
