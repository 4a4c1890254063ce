"""Offers of a retention case: made out of the approved table, approved by the director, answered by the client."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from retention.forms_cases import OfferForm
from retention.models import Offer, RetentionCase
from retention.services.answer_offer import answer_offer, decide_offer
from retention.services.errors import RetentionError
from retention.services.make_offer import make_offer


@require_POST
@permission_required("retention.work_on_case", raise_exception=True)
def offer_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, counter, the client's advisor."""
    case = get_object_or_404(RetentionCase.objects.visible_to(request.user), pk=pk)
    form = OfferForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("retention:case_detail", pk=pk)
    try:
        offer = make_offer(case=case, actor=request.user, **form.offered())
    except RetentionError as error:
        messages.error(request, error.message)
    else:
        waits = offer.state == Offer.State.WAITING
        messages.success(request, _("Waits for the director's approval.") if waits else _("Offered."))
    return redirect("retention:case_detail", pk=pk)


@require_POST
@permission_required("retention.approve_offer", raise_exception=True)
def offer_decision(request: HttpRequest, pk: int, offer: int) -> HttpResponse:
    """The director alone."""
    return _do(request, pk, offer, decide_offer, approved=request.POST.get("approved") == "1")


@require_POST
@permission_required("retention.work_on_case", raise_exception=True)
def offer_answer(request: HttpRequest, pk: int, offer: int) -> HttpResponse:
    """By the client's own word, noted by whoever works on the case."""
    return _do(request, pk, offer, answer_offer, accepted=request.POST.get("accepted") == "1")


def _do(request: HttpRequest, pk: int, offer: int, deed: Callable[..., Offer], **given: bool) -> HttpResponse:
    found = get_object_or_404(Offer.objects.visible_to(request.user), pk=offer, case=pk)
    try:
        deed(offer=found, actor=request.user, **given)
    except RetentionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Noted."))
    return redirect("retention:case_detail", pk=pk)
