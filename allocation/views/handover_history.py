"""The handover history of a branch: who was responsible on a day, and every change of hands of a period."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from advisors.models import Advisor
from allocation.forms_history import DayForm, PeriodForm
from allocation.queries.as_of import book_said, books_on, who_served
from allocation.queries.handover_history import (
    ORDERS,
    bars_of,
    count_of,
    gains_and_losses,
    history_for,
    named,
    narrowed,
    page_of,
)
from allocation.services.export_history import export_history
from clients.forms import ExportForm
from clients.list_state import branch_for
from clients.models import Client
from clients.queries.book import HEAVY
from clients.queries.search import matching
from clients.services.request_export import MOST_ROWS, ExportTooLarge

#: Clients offered when the words fit several.
OFFERED = 8


@require_GET
@permission_required("allocation.view_handovers", raise_exception=True)
def history(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    by_day, order, form = _asked(request)
    context: dict[str, Any] = {"form": form, "view": "day" if by_day else "period", "sort": order}
    if not form.is_valid():
        return render(request, "allocation/history.html", context, status=422)
    wanted = form.wanted()
    found = _clients(request, wanted)
    client = found[0] if len(found) == 1 else None
    rows = narrowed(history_for(request.user), wanted, user=request.user)
    page = page_of(rows, order=order, after=request.GET.get("after", ""))
    context |= {
        "wanted": wanted,
        "page": page,
        "total": count_of(rows),
        "client": client,
        "found": found if len(found) > 1 else [],
        "advisor": form.cleaned_data.get("advisor"),
    }
    context |= _day(request, form, wanted, page, client) if by_day else _period(request, wanted, client, context)
    return render(request, "allocation/history.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("clients.export", raise_exception=True)
def history_export(request: HttpRequest) -> HttpResponse:
    """The question of the address as a file. Director, manager, compliance: those who may export clients."""
    _by_day, order, asked = _asked(request)
    branch = branch_for(request.user)
    if not asked.is_valid() or branch is None:
        return redirect(f"{reverse('allocation:history')}?{request.GET.urlencode()}")
    wanted = asked.wanted()
    rows = narrowed(history_for(request.user), wanted, user=request.user).count()
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = export_history(
                actor=request.user, branch=branch, wanted=wanted, order=order, rows=rows, **form.cleaned_data
            )
            return redirect("clients:export_detail", pk=made.pk)
        except ExportTooLarge:
            most = f"{MOST_ROWS:,}"
            form.add_error(None, _("At most %(rows)s rows can be exported. Narrow the filter.") % {"rows": most})
    context = {"form": form, "rows": rows, "wanted": wanted}
    return render(request, "allocation/history_export.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest) -> tuple[bool, str, DayForm | PeriodForm]:
    """Whether a day is asked for, the order of the table, and the question."""
    by_day = request.GET.get("view") != "period"
    advisors = Advisor.objects.visible_to(request.user)
    order = request.GET.get("sort", "")
    order = order if order in ORDERS else ("client" if by_day else "-starts")
    return by_day, order, (DayForm if by_day else PeriodForm)(request.GET, advisors=advisors)


def _clients(request: HttpRequest, wanted: Any) -> list[Client]:
    clients = Client.objects.visible_to(request.user).defer(*HEAVY)
    if wanted.client is not None:
        return list(clients.filter(pk=wanted.client))
    return list(matching(clients, wanted.words).order_by("client_no")[:OFFERED]) if wanted.words else []


def _day(request: HttpRequest, form: DayForm, wanted: Any, page: Any, client: Client | None) -> dict[str, Any]:
    known = form.cleaned_data.get("known_on")
    said = book_said([row.client_id for row in page.rows], on=wanted.on, known_on=known) if known else {}
    names = Advisor.objects.visible_to(request.user).in_bulk(set(said.values()))
    everybody = history_for(request.user)
    return {
        "known_on": known,
        "lines": [(row, names.get(said.get(row.client_id, 0))) for row in page.rows],
        "answer": who_served(client, on=wanted.on, known_on=known) if client else None,
        "books": books_on(everybody, wanted.on) if client is None and wanted.advisor is None else [],
    }


def _period(request: HttpRequest, wanted: Any, client: Client | None, context: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"lines": [(row, None) for row in context["page"].rows]}
    if client is not None:
        every = named(history_for(request.user).filter(client=client)).order_by("pk")
        shown["bars"] = bars_of(every, today=timezone.localdate())
    if context["advisor"] is not None:
        days = gains_and_losses(context["advisor"], first=wanted.first, last=wanted.last)
        shown["days"] = days
        shown["chart"] = _chart(days)
    return shown


def _chart(days: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "categories": [each["day"].isoformat() for each in days],
        "unit": _("clients"),
        "series": [
            {"name": _("gained"), "values": [each["gained"] for each in days], "color": "accent-fill"},
            {"name": _("lost"), "values": [each["lost"] for each in days], "color": "type-commission"},
        ],
    }
