"""Deeds on one request for another advisor: change, keep, withdraw."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from advisors.models import Advisor
from allocation.forms_request import POOL, ChangeForm, ConsentForm
from allocation.models import ChangeRequest
from allocation.queries.change_requests import requests_for
from allocation.queries.suggest_successor import suggest_all
from allocation.services.decide_change import change_advisor, keep_advisor
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.withdraw_change import withdraw_change
from allocation.views.change_requests import show_request
from allocation.wording_requests import successor_choices


@require_POST
@permission_required("allocation.decide_request", raise_exception=True)
def request_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Director. The client changes hands at once."""
    change = get_object_or_404(requests_for(request.user), pk=pk)
    found = suggest_all([change], on=timezone.localdate()).get(change.pk)
    form = ChangeForm(request.POST, choices=successor_choices(found) if found else [])
    if form.is_valid():
        wanted = form.cleaned_data["successor"]
        people = Advisor.objects.visible_to(request.user)
        successor = None if wanted == POOL else get_object_or_404(people, pk=int(wanted))
        try:
            change_advisor(
                change=change,
                actor=request.user,
                successor=successor,
                seen_holder=_seen(request),
                note=form.cleaned_data["note"],
            )
        except PlanConflict as error:
            return _again(request, change, error)
        except AllocationError as error:
            form.add_error(error.field or None, error.message)
        else:
            name = successor.name if successor else _("shared pool")
            done = _("%(client)s is now served by %(name)s.") % {"client": change.client.name, "name": name}
            messages.success(request, done)
            return redirect("allocation:request_list")
    return show_request(request, change, status=422, change_form=form)


@require_POST
@permission_required("allocation.decide_request", raise_exception=True)
def request_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Director. The client stays, with consent."""
    change = get_object_or_404(requests_for(request.user), pk=pk)
    form = ConsentForm(request.POST)
    if form.is_valid():
        note = form.cleaned_data["note"]
        try:
            keep_advisor(change=change, actor=request.user, seen_holder=_seen(request), note=note)
        except PlanConflict as error:
            return _again(request, change, error)
        except AllocationError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("Recorded: %(client)s stays.") % {"client": change.client.name})
            return redirect("allocation:request_list")
    return show_request(request, change, status=422, consent_form=form)


@require_POST
@permission_required("allocation.view_requests", raise_exception=True)
def request_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Counter, director, assistant; an advisor only what that advisor asked."""
    change = get_object_or_404(requests_for(request.user), pk=pk)
    if not request.user.has_perm("allocation.withdraw_request", change):
        raise PermissionDenied
    try:
        withdraw_change(change=change, actor=request.user)
    except AllocationError as error:
        return _again(request, change, error)
    messages.success(request, _("The request has been withdrawn."))
    return redirect("allocation:request_detail", pk=change.pk)


def _again(request: HttpRequest, change: ChangeRequest, error: AllocationError) -> HttpResponse:
    """The page as it stands now, with what stood in the way."""
    fresh = get_object_or_404(requests_for(request.user), pk=change.pk)
    return show_request(request, fresh, status=409, problem=error.message)


def _seen(request: HttpRequest) -> int | None:
    """The holder on the page that was decided on; empty = nobody."""
    holder = request.POST.get("holder", "")
    return int(holder) if holder.isascii() and holder.isdecimal() and len(holder) < 16 else None
