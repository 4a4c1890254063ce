"""Leaving requests: the queue, one of them with its clock, and every step of it. Completing is one click, from the first second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.models import Client
from retention.forms import ObstacleForm, ReasonForm, RequestForm
from retention.models import Block, LeavingRequest, Reason
from retention.queries.figures import REQUEST_FIGURES, requests_behind, requests_of
from retention.queries.requests import finished_requests, late_requests, open_requests
from retention.services.errors import RetentionError
from retention.services.keep_clock import deadline_of
from retention.services.receive_request import receive_request
from retention.services.work_on_request import (
    clear_block,
    complete_request,
    decline_talk,
    mark_settled,
    note_block,
    note_reason,
    open_grounds,
    withdraw_request,
)
from retention.views.behind import behind_figure

PAGE = 50


@require_GET
@permission_required("retention.view_requests", raise_exception=True)
def request_list(request: HttpRequest) -> HttpResponse:
    """Open ones by deadline; `?tab=finished` the others by key; `?figure=` those behind a figure. Advisors those of their own
    clients."""
    behind = behind_figure(request, REQUEST_FIGURES)
    finished = request.GET.get("tab") == "finished" or behind is not None
    if behind:
        counted = requests_of(request.user, behind.branch, behind.period)
        rows = requests_behind(counted, **behind.which).select_related("client", "advisor", "reason").order_by("-pk")
    else:
        rows = finished_requests(request.user) if finished else open_requests(request.user)
    if finished and request.GET.get("after", "").isdecimal():
        rows = rows.filter(pk__lt=int(request.GET["after"]))
    shown = list(rows[: PAGE + 1] if finished else rows)
    context = {
        "rows": shown[:PAGE] if finished else shown,
        "after": shown[PAGE - 1].pk if finished and len(shown) > PAGE else None,
        "finished": finished,
        "behind": behind,
        "now": timezone.now(),
        "late": late_requests(request.user, now=timezone.now()),
    }
    return render(request, "retention/request_list.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("retention.receive_request", raise_exception=True)
def request_new(request: HttpRequest, pk: int) -> HttpResponse:
    """For a client one sees. Director, assistant, manager, counter, advisor."""
    client = get_object_or_404(Client.objects.visible_to(request.user).select_related("branch"), pk=pk)
    form = RequestForm(request.POST or None, initial={"kind": request.GET.get("kind") or LeavingRequest.Kind.CLOSING})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        settled = timezone.now() if given.pop("settled") else None
        try:
            received = receive_request(client=client, actor=request.user, settled_at=settled, **given)
        except RetentionError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            if not received.created:
                messages.info(request, _("This request stands already; here it is."))
            return redirect("retention:request_detail", pk=received.request.pk)
    context = {"form": form, "client": client}
    return render(request, "retention/request_new.html", context, status=422 if form.errors else 200)


@require_GET
@permission_required("retention.view_requests", raise_exception=True)
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the branch; advisors those of their own clients."""
    return _page(request, _request(request, pk))


@require_POST
@permission_required("retention.work_on_request", raise_exception=True)
def completion(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, counter. Only lawful grounds can stand against it, and they are named."""
    return _do(request, pk, complete_request, _("Done. The request is completed."))


@require_POST
@permission_required("retention.work_on_request", raise_exception=True)
def settlement(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, counter. Starts the clock."""
    return _do(request, pk, mark_settled, _("The account is settled; the clock runs."))


@require_POST
@permission_required("retention.work_on_request", raise_exception=True)
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, counter: by the client's own word."""
    return _do(request, pk, withdraw_request, _("The client has withdrawn the request."))


@require_POST
@permission_required("retention.receive_request", raise_exception=True)
def no_talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever hears it: the client does not want to talk about staying."""
    return _do(request, pk, decline_talk, _("Noted: nobody talks to the client about staying any more."))


@require_POST
@permission_required("retention.work_on_request", raise_exception=True)
def obstacle(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, counter: one of the lawful grounds."""
    form = ObstacleForm(request.POST)
    if not form.is_valid():
        return _page(request, _request(request, pk), obstacle=form, status=422)
    return _do(request, pk, note_block, _("The ground is noted, and what the client has to do."), **form.cleaned_data)


@require_POST
@permission_required("retention.work_on_request", raise_exception=True)
def obstacle_cleared(request: HttpRequest, pk: int, block: int) -> HttpResponse:
    """Director, assistant, manager, counter."""
    found = get_object_or_404(Block.objects.visible_to(request.user).select_related("request"), pk=block, request=pk)
    try:
        clear_block(block=found, actor=request.user)
    except RetentionError as error:
        messages.error(request, error.message)
    return redirect("retention:request_detail", pk=pk)


@require_POST
@permission_required("retention.receive_request", raise_exception=True)
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    """What the client tells of the own accord; empty is an answer."""
    form = ReasonForm(request.POST, reasons=Reason.objects.visible_to(request.user))
    if not form.is_valid():
        return _page(request, _request(request, pk), reasons=form, status=422)
    return _do(request, pk, note_reason, _("Noted."), **form.told())


def _request(request: HttpRequest, pk: int) -> LeavingRequest:
    requests = LeavingRequest.objects.visible_to(request.user).select_related(
        "client", "client__figures", "advisor", "reason", "policy", "entered_by", "finished_by", "branch"
    )
    return get_object_or_404(requests, pk=pk)


def _do(request: HttpRequest, pk: int, deed: Callable[..., object], said: str, **given: Any) -> HttpResponse:
    """One step of a request, and back to its page with what came of it."""
    found = _request(request, pk)
    try:
        deed(request=found, actor=request.user, **given)
    except RetentionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("retention:request_detail", pk=pk)


def _page(request: HttpRequest, found: LeavingRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    told = {"reason": found.reason, "note": found.reason_note, "competitor": found.competitor}
    if found.competitor_rate is not None:
        told["rate"] = found.competitor_rate * 10_000
    context = {
        "found": found,
        "client": found.client,
        "deadline": deadline_of(found),
        "blocks": open_grounds(found),
        "steps": found.steps.select_related("by").order_by("-pk"),
        "obstacle": ObstacleForm(),
        "reasons": ReasonForm(initial=told, reasons=Reason.objects.visible_to(request.user)),
        "now": timezone.now(),
        **forms,
    }
    return render(request, "retention/request_detail.html", context, status=status)
