"""Figures in dispute, from the advisor's word to the director's answer, and the month that is closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.views.value import asked_branch
from servicelog.forms_scorecard import FreezeForm, ScorecardAnswerForm, ScorecardDisputeForm
from servicelog.models import ScorecardDispute
from servicelog.queries.scorecard.pages import disputes_for
from servicelog.services.answer_scorecard_dispute import answer_scorecard_dispute, points_lost
from servicelog.services.dispute_scorecard import DISPUTABLE, dispute_scorecard
from servicelog.services.errors import ServiceLogError
from servicelog.services.freeze_scorecards import freeze_scorecards
from servicelog.views.scorecards import card_for
from servicelog.wording_scorecard import figure_text

#: Answered disputes shown; older ones stand on their statements.
SHOWN = 100


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.dispute_scorecard", raise_exception=True)
def dispute_new(request: HttpRequest, pk: int, indicator: str) -> HttpResponse:
    """Only the advisor whose scorecard it is."""
    card = card_for(request, pk)
    if indicator not in card.figures or indicator not in DISPUTABLE:
        raise Http404
    form = ScorecardDisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            dispute_scorecard(scorecard=card, indicator=indicator, text=form.cleaned_data["text"], actor=request.user)
        except ServiceLogError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("The director will answer."))
            return redirect("servicelog:scorecard_detail", pk=card.pk)
    context = {"card": card, "figure": figure_text(indicator, card.figures[indicator]), "form": form}
    return render(request, "servicelog/scorecard_dispute_new.html", context, status=422 if form.errors else 200)


@require_GET
@permission_required("servicelog.view_scorecards", raise_exception=True)
def dispute_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance; only the director answers."""
    return _list(request)


def _list(request: HttpRequest, refused: dict[str, Any] | None = None) -> HttpResponse:
    disputes = disputes_for(request.user)
    waiting = disputes.filter(state=ScorecardDispute.State.OPEN)
    context = {
        "open": [_row(dispute, refused) for dispute in waiting[:SHOWN]],
        "answered": disputes.exclude(state=ScorecardDispute.State.OPEN).order_by("-answered_at")[:SHOWN],
    }
    return render(request, "servicelog/scorecard_dispute_list.html", context, status=422 if refused else 200)


def _row(dispute: ScorecardDispute, refused: dict[str, Any] | None) -> dict[str, Any]:
    """With what was typed, where it could not be taken."""
    card = dispute.scorecard
    typed = refused if refused and refused["pk"] == dispute.pk else {}
    return {
        "dispute": dispute,
        "card": card,
        "figure": figure_text(dispute.indicator, card.figures[dispute.indicator]),
        "most": points_lost(card, dispute.indicator),
        "typed": typed,
    }


@require_POST
@permission_required("servicelog.answer_scorecard_disputes", raise_exception=True)
def dispute_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The director."""
    dispute = get_object_or_404(ScorecardDispute.objects.visible_to(request.user), pk=pk)
    form = ScorecardAnswerForm(request.POST)
    if not form.is_valid():
        return _list(
            request, {**request.POST.dict(), "pk": pk, "error": _("Choose an answer, and give points as a number.")}
        )
    try:
        answer_scorecard_dispute(
            dispute=dispute,
            actor=request.user,
            granted=form.cleaned_data["verdict"] == "granted",
            answer=form.cleaned_data["answer"],
            correction=form.cleaned_data["correction"],
        )
    except ServiceLogError as error:
        return _list(request, {**request.POST.dict(), "pk": pk, "error": error.message})
    messages.success(request, _("The answer has been recorded."))
    return redirect("servicelog:scorecard_dispute_list")


@require_POST
@permission_required("servicelog.freeze_scorecards", raise_exception=True)
def freeze(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The director, once the month is over."""
    try:
        first = date(year, month, 1)
    except ValueError:
        raise Http404 from None
    form = FreezeForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        frozen = freeze_scorecards(branch=asked_branch(request), month=first, actor=request.user, note=note)
    except ServiceLogError as error:
        messages.error(request, error.message)
    else:
        text = ngettext("%(n)d scorecard is frozen.", "%(n)d scorecards are frozen.", frozen)
        messages.success(request, text % {"n": frozen} if frozen else _("This month was frozen already."))
    return redirect(f"{reverse('servicelog:scorecard_list')}?month={first:%Y-%m}")
