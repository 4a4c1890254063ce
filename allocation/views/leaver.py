"""People who leave or are away: the list, opening a case, its checklist."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from advisors.models import Advisor
from allocation.forms_leaver import LeaverForm, LockForm, ReturnForm
from allocation.models import LeaverCase
from allocation.queries.leaver import case_rows, cases_for, view_of
from allocation.services.errors import AllocationError
from allocation.services.open_leaver_case import open_leaver_case


@require_GET
@permission_required("allocation.view_leavers", raise_exception=True)
def leaver_list(request: HttpRequest) -> HttpResponse:
    """Heads and compliance; an advisor sees the own case."""
    tab = "over" if request.GET.get("tab") == "over" else "open"
    context = {"tab": tab, "rows": case_rows(request.user, state=tab)}
    return render(request, "allocation/leaver_list.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("allocation.prepare_leaver", raise_exception=True)
def leaver_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant. One case at a time: an open one is shown instead."""
    advisor = get_object_or_404(Advisor.objects.visible_to(request.user).select_related("branch"), pk=pk)
    known = cases_for(request.user).filter(advisor=advisor, state=LeaverCase.State.OPEN).first()
    if known is not None:
        return redirect("allocation:leaver_case", pk=known.pk)
    form = LeaverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = open_leaver_case(advisor=advisor, actor=request.user, **form.cleaned_data)
        except AllocationError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("The case is open. Below stands everything that needs a home."))
            return redirect("allocation:leaver_case", pk=case.pk)
    return render(request, "allocation/leaver_new.html", {"form": form, "advisor": advisor})


@require_GET
@permission_required("allocation.view_leavers", raise_exception=True)
def leaver_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Heads and compliance; the person concerned sees the checklist of the own book."""
    return show_case(request, get_object_or_404(cases_for(request.user), pk=pk))


def show_case(request: HttpRequest, case: LeaverCase, *, status: int = 200, **shown: Any) -> HttpResponse:
    """The page of a case. `shown`: forms that came back with errors, or a `problem` in words."""
    context = {
        "case": case,
        "view": view_of(case),
        "account": case.advisor.account,
        "return_form": ReturnForm(initial={"returns_on": case.returns_on}),
        "lock_form": LockForm(),
        **shown,
    }
    return render(request, "allocation/leaver_case.html", context, status=status)
