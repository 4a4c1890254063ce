"""Requests for another advisor: the queue, one of them, asking, and looking for the client who asks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from advisors.models import Advisor
from allocation.forms_request import ChangeForm, ChangeRequestForm, ConsentForm
from allocation.models import ChangeRequest
from allocation.queries.change_requests import decided, open_queue, open_request, requests_for, waiting_requests
from allocation.queries.history import open_lock
from allocation.queries.suggest_successor import suggest_all
from allocation.services.ask_for_change import ask_for_change
from allocation.services.errors import AllocationError
from allocation.wording_requests import successor_choices, successor_table, wish_problem
from branch_crm.core import trading_calendar
from clients.models import Client, ClientStatus
from clients.queries.book import HEAVY
from clients.queries.search import best_matches

PAGE = 30
#: Longer than any name or number that can be looked for.
LONGEST_QUERY = 60


@require_GET
@permission_required("allocation.view_requests", raise_exception=True)
def request_list(request: HttpRequest) -> HttpResponse:
    """Everybody of the branch; advisors the requests of their own clients, without suggestions."""
    today, tab = timezone.localdate(), "decided" if request.GET.get("tab") == "decided" else "open"
    rows = decided(request.user) if tab == "decided" else open_queue(request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    suggested = {}
    if tab == "open" and request.user.has_perm("allocation.view_plans"):
        suggested = suggest_all(list(page), on=today)
    calendar = trading_calendar.load()
    context = {
        "tab": tab,
        "page": page,
        "rows": [(change, calendar.count(today, change.due_on), suggested.get(change.pk)) for change in page],
        "waiting": waiting_requests(request.user, on=today),
    }
    return render(request, "allocation/request_list.html", context)


@require_GET
@permission_required("allocation.view_requests", raise_exception=True)
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the branch; who may serve instead is for the heads, the decision for the director."""
    return show_request(request, get_object_or_404(requests_for(request.user), pk=pk))


def show_request(request: HttpRequest, change: ChangeRequest, *, status: int = 200, **shown: Any) -> HttpResponse:
    """The page of a request. `shown`: forms that came back with errors, or a `problem` in words."""
    today = timezone.localdate()
    context: dict[str, Any] = {
        "change": change,
        "client": change.client,
        "days": trading_calendar.load().count(today, change.due_on),
        "is_open": change.state == ChangeRequest.State.OPEN,
        "lock": open_lock(change.client),
        "may_withdraw": request.user.has_perm("allocation.withdraw_request", change),
    }
    readable = context["is_open"] and request.user.has_perm("allocation.view_plans")
    found = suggest_all([change], on=today).get(change.pk) if readable else None
    if found is not None:
        choices = successor_choices(found)
        context |= {
            "found": found,
            "table": successor_table(found, change),
            "wish_problem": wish_problem(found, change),
            "change_form": ChangeForm(choices=choices, initial={"successor": choices[0][0]} if choices else {}),
            "consent_form": ConsentForm(),
        }
    return render(request, "allocation/request_detail.html", {**context, **shown}, status=status)


@require_GET
@permission_required("allocation.ask_for_change", raise_exception=True)
def request_new(request: HttpRequest) -> HttpResponse:
    """Find the client who asks. Counter, director, assistant; advisors among their own clients."""
    query = request.GET.get("q", "").replace("\x00", "")[:LONGEST_QUERY]
    clients = Client.objects.visible_to(request.user).exclude(status=ClientStatus.CLOSED)
    found = best_matches(clients.select_related("figures", "advisor").defer(*HEAVY), query)
    return render(request, "allocation/request_new.html", {"query": query, "clients": found})


@require_http_methods(["GET", "POST"])
@permission_required("allocation.ask_for_change", raise_exception=True)
def request_for(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for one client. Counter, director, assistant; the advisor for an own client."""
    clients = Client.objects.visible_to(request.user).select_related("branch", "advisor", "figures").defer(*HEAVY)
    client = get_object_or_404(clients, pk=pk)
    standing = open_request(client)
    serving = Advisor.objects.visible_to(request.user).filter(branch=client.branch).serving(timezone.localdate())
    form = ChangeRequestForm(
        request.POST if request.method == "POST" else None, client=client, user=request.user, serving=serving
    )
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_for_change(client=client, actor=request.user, **form.asked())
        except AllocationError as error:
            form.add_error(error.field or None, error.message)
        else:
            if asked.created:
                messages.success(request, _("The request has been entered."))
            else:
                messages.info(request, _("There is an open request already; what was new has been added to it."))
            return redirect("allocation:request_detail", pk=asked.change.pk)
    context = {"client": client, "form": form, "standing": standing}
    return render(request, "allocation/request_form.html", context, status=422 if form.errors else 200)
