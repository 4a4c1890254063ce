"""Deeds on one leaver case: split the book, lock the account, change the return, call it off, close it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allocation.forms_leaver import LockForm, ReturnForm
from allocation.models import LeaverCase
from allocation.queries.leaver import cases_for
from allocation.services.cancel_leaver_case import cancel_leaver_case
from allocation.services.close_leaver_case import close_leaver_case
from allocation.services.errors import AllocationError
from allocation.services.give_back_covers import change_return
from allocation.services.lock_leaver_account import lock_leaver_account
from allocation.services.split_book import split_book
from allocation.views.leaver import show_case


@require_POST
@permission_required("allocation.prepare_leaver", raise_exception=True)
def leaver_split(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant. `how=hand` leaves the choice to people; the plan that comes of it is reviewed like any other."""
    case = _case(request, pk)
    try:
        plan = split_book(case=case, actor=request.user, by_hand=request.POST.get("how") == "hand")
    except AllocationError as error:
        return show_case(request, _case(request, pk), status=422, problem=error.message)
    return redirect("allocation:plan_detail", pk=plan.pk)


@require_POST
@permission_required("allocation.lock_account", raise_exception=True)
def leaver_lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, manager, compliance: at once, with a reason."""
    case, form = _case(request, pk), LockForm(request.POST)
    if form.is_valid():
        try:
            lock_leaver_account(case=case, actor=request.user, **form.cleaned_data)
        except AllocationError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("The account is locked and signed out everywhere."))
            return redirect("allocation:leaver_case", pk=case.pk)
    return show_case(request, _case(request, pk), status=422, lock_form=form)


@require_POST
@permission_required("allocation.prepare_leaver", raise_exception=True)
def leaver_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant. A day that has come gives the clients back at once."""
    case, form = _case(request, pk), ReturnForm(request.POST)
    if form.is_valid():
        try:
            done = change_return(case=case, actor=request.user, **form.cleaned_data)
        except AllocationError as error:
            form.add_error(error.field or None, error.message)
        else:
            over = done.state == LeaverCase.State.RETURNED
            text = (
                _("Back: the clients are served by their own advisor again.")
                if over
                else _("The day of return is changed.")
            )
            messages.success(request, text)
            return redirect("allocation:leaver_case", pk=case.pk)
    return show_case(request, _case(request, pk), status=422, return_form=form)


@require_POST
@permission_required("allocation.end_leaver", raise_exception=True)
def leaver_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Director. The person stays."""
    case = _case(request, pk)
    try:
        cancel_leaver_case(case=case, actor=request.user)
    except AllocationError as error:
        return show_case(request, _case(request, pk), status=409, problem=error.message)
    messages.success(request, _("The case has been called off; the account is whole again."))
    return redirect("allocation:leaver_case", pk=case.pk)


@require_POST
@permission_required("allocation.end_leaver", raise_exception=True)
def leaver_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Director. The night does the same by itself on the day everything is done."""
    case = _case(request, pk)
    try:
        problem = close_leaver_case(case=case, actor=request.user).problem
    except AllocationError as error:
        problem = error.message
    if problem:
        return show_case(request, _case(request, pk), status=409, problem=problem)
    messages.success(request, _("The case is closed and the account deactivated."))
    return redirect("allocation:leaver_case", pk=case.pk)


def _case(request: HttpRequest, pk: int) -> LeaverCase:
    return get_object_or_404(cases_for(request.user), pk=pk)
