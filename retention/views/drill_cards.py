"""Drill cards: the list, one with its talk, writing it, and having it read by somebody before it is played."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.views.value import asked_branch
from retention.domain.drill_steps import read_steps
from retention.forms_drills import CardForm, StepForm, card_fields
from retention.models import DrillCard, Reason, RetentionCase
from retention.services.anonymise_case import anonymise_case
from retention.services.bring_in_cards import bring_in_cards
from retention.services.check_card import check_card, retire_card, what_is_missing
from retention.services.errors import RetentionError
from retention.services.write_card import remove_step, write_card, write_step
from retention.wording_drills import parts_of

State = DrillCard.State


@require_GET
@permission_required("retention.view_drill_cards", raise_exception=True)
def card_list(request: HttpRequest) -> HttpResponse:
    """Who writes or reads cards; who is drilled does not see the talks before."""
    cards = _cards(request).exclude(state=State.RETIRED)
    tab = request.GET.get("tab", "")
    shown = cards.filter(state=State.DRAFT) if tab == "unread" else cards
    played = Count("drills", Q(drills__state="done"))
    context = {
        "cards": shown.annotate(played=played),
        "tab": tab,
        "unread": cards.filter(state=State.DRAFT).count(),
    }
    return render(request, "retention/drill_card_list.html", context)


@require_GET
@permission_required("retention.view_drill_cards", raise_exception=True)
def card_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who writes or reads cards."""
    card = _card(request, pk)
    context = {
        "card": card,
        "parts": parts_of(card.text),
        "steps": read_steps(card.steps).values(),
        "missing": list(what_is_missing(card)) if card.state == State.DRAFT else [],
        "may_write": request.user.has_perm("retention.write_drill_cards") and card.state != State.RETIRED,
        "may_check": request.user.has_perm("retention.check_drill_cards") and card.state == State.DRAFT,
    }
    return render(request, "retention/drill_card_detail.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("retention.write_drill_cards", raise_exception=True)
def card_new(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager."""
    return _desk(request, None)


@require_http_methods(["GET", "POST"])
@permission_required("retention.write_drill_cards", raise_exception=True)
def card_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager. Whatever changes has to be read again."""
    return _desk(request, _card(request, pk))


@require_http_methods(["GET", "POST"])
@permission_required("retention.write_drill_cards", raise_exception=True)
def step_edit(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """A step of the talk; `new` is the next one. Director, assistant, manager."""
    card = _card(request, pk)
    steps = read_steps(card.steps)
    if key != "new" and key not in steps:
        raise Http404
    form = StepForm(request.POST or None, steps=steps, step=steps.get(key))
    if request.method == "POST" and form.is_valid():
        try:
            write_step(card=card, key=key, actor=request.user, **form.step())
        except RetentionError as error:
            form.add_error(None, error.message)
        else:
            return redirect("retention:drill_card", pk=pk)
    context = {"form": form, "card": card, "key": key, "is_new": key == "new"}
    return render(request, "retention/drill_step_form.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required("retention.write_drill_cards", raise_exception=True)
def step_removal(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Director, assistant, manager."""
    return _do(request, pk, remove_step, _("The step is removed."), key=key)


@require_POST
@permission_required("retention.write_drill_cards", raise_exception=True)
def first_cards(request: HttpRequest) -> HttpResponse:
    """The first set of cards, to be read; director, assistant, manager."""
    brought = bring_in_cards(branch=asked_branch(request), actor=request.user)
    messages.success(
        request, _("%(n)s cards were brought in; somebody reads them before they are played.") % {"n": len(brought)}
    )
    return redirect("retention:drill_card_list")


@require_POST
@permission_required("retention.write_drill_cards", raise_exception=True)
def card_from_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of a retention case, without names and numbers; director, assistant, manager."""
    cases = RetentionCase.objects.visible_to(request.user).select_related(
        "branch", "client__figures", "reason__parent", "request__reason__parent"
    )
    case = get_object_or_404(cases, pk=pk)
    try:
        card = anonymise_case(case=case, actor=request.user)
    except RetentionError as error:
        messages.error(request, error.message)
        return redirect("retention:case_detail", pk=pk)
    messages.success(
        request, _("A draft without names and numbers. Rewrite it; somebody else reads it before it is played.")
    )
    return redirect("retention:drill_card", pk=card.pk)


@require_POST
@permission_required("retention.check_drill_cards", raise_exception=True)
def card_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance; for a card from a case not who wrote it."""
    return _do(request, pk, check_card, _("Ready to be played."))


@require_POST
@permission_required("retention.check_drill_cards", raise_exception=True)
def card_retirement(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    return _do(request, pk, retire_card, _("Out of use from now on."))


def _desk(request: HttpRequest, card: DrillCard | None) -> HttpResponse:
    initial = card_fields(card) if card else {}
    form = CardForm(request.POST or None, reasons=Reason.objects.visible_to(request.user), initial=initial)
    if request.method == "POST" and form.is_valid():
        branch = card.branch if card else asked_branch(request)
        try:
            saved = write_card(branch=branch, card=card, actor=request.user, **form.card())
        except RetentionError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("Saved. Somebody reads it before it is played."))
            return redirect("retention:drill_card", pk=saved.pk)
    context = {"form": form, "card": card}
    return render(request, "retention/drill_card_form.html", context, status=422 if form.errors else 200)


def _do(request: HttpRequest, pk: int, deed: Callable[..., object], said: str, **given: Any) -> HttpResponse:
    try:
        deed(card=_card(request, pk), actor=request.user, **given)
    except RetentionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("retention:drill_card", pk=pk)


def _cards(request: HttpRequest) -> QuerySet[DrillCard]:
    cards = DrillCard.objects.visible_to(request.user)
    return cards.select_related("reason__parent", "branch", "written_by", "checked_by")


def _card(request: HttpRequest, pk: int) -> DrillCard:
    return get_object_or_404(_cards(request), pk=pk)
