"""Absences of an advisor."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from advisors.forms import LeaveForm
from advisors.models import Advisor, Leave
from advisors.services.leave import cancel_leave, enter_leave


@require_http_methods(["GET", "POST"])
@permission_required("advisors.edit", raise_exception=True)
def leave_new(request: HttpRequest, pk: int) -> HttpResponse:
    advisor = get_object_or_404(Advisor.objects.visible_to(request.user).select_related("branch"), pk=pk)
    form = LeaveForm(request.POST or None, instance=Leave(advisor=advisor))
    if request.method == "POST" and form.is_valid():
        try:
            enter_leave(advisor=advisor, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The leave has been entered."))
            return redirect("advisors:detail", pk=advisor.pk)
    return render(request, "advisors/form.html", {"form": form, "advisor": advisor, "heading": _("Enter a leave")})


@require_POST
@permission_required("advisors.edit", raise_exception=True)
def leave_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    leave = get_object_or_404(Leave.objects.visible_to(request.user).select_related("advisor__branch"), pk=pk)
    cancel_leave(leave=leave, actor=request.user)
    messages.success(request, _("The leave has been cancelled."))
    return redirect("advisors:detail", pk=leave.advisor_id)
