"""Complaints: entered by whoever hears them, seen by their number of days, settled by the desk."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.models import Client
from servicelog.forms import ComplaintForm
from servicelog.models import Complaint
from servicelog.services.enter_complaint import enter_complaint, settle_complaint
from servicelog.services.errors import ServiceLogError

PAGE = 100


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.enter_complaint", raise_exception=True)
def complaint_new(request: HttpRequest, pk: int) -> HttpResponse:
    """For a client one sees. Director, assistant, advisor, counter."""
    client = get_object_or_404(Client.objects.visible_to(request.user).select_related("branch"), pk=pk)
    form = ComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enter_complaint(client=client, actor=request.user, **form.cleaned_data)
        except ServiceLogError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(
                request, _("The complaint has been received. A first answer is due on the next trading day.")
            )
            return redirect("clients:detail", pk=client.pk)
    context = {"form": form, "client": client}
    return render(request, "servicelog/complaint_new.html", context, status=422 if form.errors else 200)


@require_GET
@permission_required("servicelog.view_log", raise_exception=True)
def complaint_list(request: HttpRequest) -> HttpResponse:
    """Open ones first, the oldest on top; `?state=settled` the others by key. Advisors those of their own clients."""
    complaints = Complaint.objects.visible_to(request.user).select_related("client", "advisor", "entered_by")
    settled = request.GET.get("state") == "settled"
    if settled:
        rows = complaints.filter(state=Complaint.State.SETTLED).order_by("-pk")
        if request.GET.get("after", "").isdecimal():
            rows = rows.filter(pk__lt=int(request.GET["after"]))
    else:
        rows = complaints.exclude(state=Complaint.State.SETTLED).order_by("received_on", "pk")
    shown = list(rows[: PAGE + 1])
    context = {
        "rows": shown[:PAGE],
        "after": shown[PAGE - 1].pk if settled and len(shown) > PAGE else None,
        "settled": settled,
    }
    return render(request, "servicelog/complaint_list.html", context)


@require_POST
@permission_required("servicelog.settle_complaint", raise_exception=True)
def complaint_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant."""
    complaint = get_object_or_404(Complaint.objects.visible_to(request.user), pk=pk)
    try:
        settle_complaint(complaint=complaint, actor=request.user, outcome=request.POST.get("outcome", ""))
    except ServiceLogError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The complaint has been settled."))
    return redirect("servicelog:complaint_list")
