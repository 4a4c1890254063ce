"""Panels on the client's and the advisor's pages: who served whom; locks and refusals."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from advisors.models import Advisor
from allocation.forms import LockForm, RefusalForm
from allocation.forms_history import DayOfClientForm
from allocation.models import ClientRefusal
from allocation.queries.as_of import who_served
from allocation.queries.change_requests import open_request
from allocation.queries.history import book_of, changes_of, history_of, open_lock, open_refusals
from allocation.services.errors import AllocationError
from allocation.services.lock_client import lock_client, unlock_client
from allocation.services.refuse_advisor import refuse_advisor, withdraw_refusal
from allocation.wording import book_mixes
from clients.models import Client


def _client(request: HttpRequest, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(request.user).select_related("branch", "advisor"), pk=pk)


@require_GET
@permission_required("allocation.view_history", raise_exception=True)
def client_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the branch who may see the client; advisors their present book. `?on=` asks who was responsible that day."""
    return _panel(request, _client(request, pk))


def _panel(request: HttpRequest, client: Client, form: Form | None = None, status: int = 200) -> HttpResponse:
    day = DayOfClientForm(request.GET if request.method == "GET" and "on" in request.GET else None)
    template = "allocation/_client_history.html" if request.htmx else "allocation/client_history.html"
    context = {
        "client": client,
        "day_form": day,
        "answer": who_served(client, **day.cleaned_data) if day.is_valid() else None,
        "asked": open_request(client),
        "history": history_of(client),
        "lock": open_lock(client),
        "refusals": open_refusals(client),
        "lock_form": form if isinstance(form, LockForm) else LockForm(),
        "refusal_form": form if isinstance(form, RefusalForm) else RefusalForm(branch=client.branch),
        "open_form": type(form).__name__ if form else "",
    }
    return render(request, template, context, status=status)


@require_POST
@permission_required("allocation.lock_client", raise_exception=True)
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Director. The client stays with the present advisor."""
    client = _client(request, pk)
    form = LockForm(request.POST)
    if form.is_valid():
        try:
            lock_client(client=client, actor=request.user, **form.cleaned_data)
            return _done(request, client, _("The client is locked to the present advisor."))
        except AllocationError as error:
            form.add_error(error.field or None, error.message)
    return _panel(request, client, form, 422)


@require_POST
@permission_required("allocation.lock_client", raise_exception=True)
def lock_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Director."""
    client = _client(request, pk)
    unlock_client(client=client, actor=request.user)
    return _done(request, client, _("The lock has been removed."))


@require_POST
@permission_required("allocation.refuse_advisor", raise_exception=True)
def refusal_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Counter, director, assistant. No reason is asked for."""
    client = _client(request, pk)
    form = RefusalForm(request.POST, branch=client.branch)
    if form.is_valid():
        refuse_advisor(client=client, actor=request.user, **form.cleaned_data)
        return _done(request, client, _("The client's wish has been noted; no run will propose this advisor."))
    return _panel(request, client, form, 422)


@require_POST
@permission_required("allocation.refuse_advisor", raise_exception=True)
def refusal_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Counter, director, assistant."""
    refusal = get_object_or_404(
        ClientRefusal.objects.visible_to(request.user).select_related("client__branch", "client__advisor", "branch"),
        pk=pk,
    )
    withdraw_refusal(refusal=refusal, actor=request.user)
    return _done(request, refusal.client, _("The refusal has been withdrawn."))


def _done(request: HttpRequest, client: Client, text: str) -> HttpResponse:
    if request.htmx:
        return _panel(request, client)
    messages.success(request, text)
    return redirect("allocation:client_history", pk=client.pk)


@require_GET
@permission_required("allocation.view_history", raise_exception=True)
def advisor_book(request: HttpRequest, pk: int) -> HttpResponse:
    """The present book and what came and went. Heads, compliance, counter; an advisor the own one."""
    advisor = get_object_or_404(Advisor.objects.visible_to(request.user).select_related("branch"), pk=pk)
    book = book_of(advisor, on=timezone.localdate())
    context = {
        "advisor": advisor,
        "book": book,
        "mixes": book_mixes(book),
        "changes": changes_of(advisor),
    }
    template = "allocation/_advisor_book.html" if request.htmx else "allocation/advisor_book.html"
    return render(request, template, context)
