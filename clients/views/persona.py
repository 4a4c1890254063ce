"""The persona of a client: what is known, from where, how to talk; the questionnaire; a person's own judgement."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branch_crm.core.models import Branch
from clients.forms_persona import OverrideForm, QuestionnaireForm
from clients.labels_persona import ITEMS, PROXIES, choices_of
from clients.models import Client, PersonaOverride, PersonaPolicy
from clients.models.persona import Persona
from clients.queries.persona import active_persona_policy, persona_page
from clients.services.override_persona import override_persona, withdraw_override
from clients.services.record_questionnaire import record_questionnaire


def _client(request: HttpRequest, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(request.user).select_related("branch", "figures"), pk=pk)


def _back(client: Client) -> str:
    return f"{reverse('clients:detail', args=[client.pk])}?tab=persona"


@require_GET
@permission_required("clients.view_book", raise_exception=True)
def persona_panel(request: HttpRequest, pk: int) -> HttpResponse:
    client = _client(request, pk)
    context = {"client": client, "shown": persona_page(client, on=timezone.localdate())}
    return render(request, "clients/persona_panel.html", context)


@require_GET
@permission_required("clients.view_book", raise_exception=True)
def persona_why(request: HttpRequest, pk: int) -> HttpResponse:
    """Every figure behind the observed type, what it weighs for each type, and the rule."""
    client = _client(request, pk)
    context = {"client": client, "shown": persona_page(client, on=timezone.localdate())}
    return render(request, "clients/persona_why.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("clients.question", raise_exception=True)
def questionnaire_new(request: HttpRequest, pk: int) -> HttpResponse:
    client = _client(request, pk)
    form = QuestionnaireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        saved = record_questionnaire(
            client=client, answers=form.cleaned_data, answered_on=timezone.localdate(), actor=request.user
        )
        messages.success(
            request, _("The questionnaire has been saved: %(persona)s.") % {"persona": saved.get_persona_display()}
        )
        return redirect(_back(client))
    return render(request, "clients/questionnaire.html", {"form": form, "client": client, "back": _back(client)})


@require_http_methods(["GET", "POST"])
@permission_required("clients.override_persona", raise_exception=True)
def override_new(request: HttpRequest, pk: int) -> HttpResponse:
    client = _client(request, pk)
    today = timezone.localdate()
    form = OverrideForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            override_persona(client=client, on=today, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your judgement now stands above the computed persona."))
            return redirect(_back(client))
    return render(request, "clients/persona_override.html", {"form": form, "client": client, "back": _back(client)})


@require_POST
@permission_required("clients.override_persona", raise_exception=True)
def override_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    override = get_object_or_404(PersonaOverride.objects.visible_to(request.user).select_related("client"), pk=pk)
    withdraw_override(override=override, on=timezone.localdate(), actor=request.user)
    messages.success(request, _("The computed persona counts again."))
    return redirect(_back(override.client))


@require_GET
@permission_required("clients.view_book", raise_exception=True)
def persona_policy(request: HttpRequest) -> HttpResponse:
    """The rule text: items, figures with their weights, thresholds, versions."""
    branch = request.user.branch or get_object_or_404(Branch.objects.visible_to(request.user)[:1])
    policy = active_persona_policy(branch, on=timezone.localdate())
    context = {
        "policy": policy,
        "items": [(words, [label for _value, label in choices_of(item)]) for item, words in ITEMS.items()],
        "figures": _weights(policy.rules),
        "types": [(p.value, p.label) for p in Persona if p in ("PP", "FF", "II", "AA")],
        "versions": PersonaPolicy.objects.visible_to(request.user).order_by("-version"),
    }
    return render(request, "clients/persona_policy.html", context)


def _weights(rules: dict[str, Any]) -> list[tuple[Any, Any, list[float]]]:
    return [
        (*PROXIES[name][:2], [weights.get(kind, 0.0) for kind in ("PP", "FF", "II", "AA")])
        for name, weights in rules["proxies"].items()
        if name in PROXIES
    ]
