"""Disputes of logs that do not count: raised by the author, answered by the director or the assistant."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicelog.forms import DisputeForm
from servicelog.models import CountDispute
from servicelog.services.dispute_count import answer_dispute, raise_dispute
from servicelog.services.errors import ServiceLogError
from servicelog.views.contacts import contact_for

#: The desk shows the newest; older ones are found on the contact itself.
SHOWN = 200


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.log_contact", raise_exception=True)
def dispute_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Only who logged the contact."""
    contact = contact_for(request, pk)
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            raise_dispute(contact=contact, actor=request.user, text=form.cleaned_data["text"])
        except ServiceLogError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("The director will answer."))
            return redirect("servicelog:contact_detail", pk=contact.pk)
    context = {"contact": contact, "client": contact.client, "form": form}
    return render(request, "servicelog/dispute_new.html", context, status=422 if form.errors else 200)


@require_GET
@permission_required("servicelog.answer_disputes", raise_exception=True)
def dispute_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant: the open ones first."""
    disputes = CountDispute.objects.visible_to(request.user)
    people = ("contact__client", "contact__author", "answered_by")
    context = {
        "open": disputes.filter(state=CountDispute.State.OPEN).select_related(*people)[:SHOWN],
        "answered": disputes.exclude(state=CountDispute.State.OPEN).select_related(*people).order_by("-pk")[:SHOWN],
    }
    return render(request, "servicelog/dispute_list.html", context)


@require_POST
@permission_required("servicelog.answer_disputes", raise_exception=True)
def dispute_answer(request: HttpRequest, pk: int) -> HttpResponse:
    dispute = get_object_or_404(CountDispute.objects.visible_to(request.user), pk=pk)
    granted = request.POST.get("verdict") == "granted"
    try:
        answer_dispute(dispute=dispute, actor=request.user, granted=granted, answer=request.POST.get("answer", ""))
    except ServiceLogError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The answer has been recorded."))
    return redirect("servicelog:dispute_list")
