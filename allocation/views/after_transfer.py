"""The after-transfer watch: what became of moved clients beside comparable ones who stayed, and every client behind it.

Director, assistant, manager, compliance.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from advisors.models import Advisor
from allocation.forms_watch import WatchForm
from allocation.queries.after_transfer import HORIZONS, MOST_MOVES, Watch, data_day, kept_watch
from allocation.queries.after_transfer_clients import LISTS, in_list, lines_of, size_of
from allocation.wording_watch import acceptance_words, chart_of, headline, rows_of
from clients.list_state import branch_for
from clients.models import Client
from clients.queries.book import HEAVY

PAGE = 50


@require_GET
@permission_required("allocation.view_handovers", raise_exception=True)
def after_transfer(request: HttpRequest) -> HttpResponse:
    """Sentences, table and curve for the moves that are asked for."""
    form, found = _found(request)
    context: dict[str, Any] = {"form": form, "found": found, "most": MOST_MOVES}
    if found is not None:
        context |= {
            "sentences": [headline(found, days) for days in HORIZONS],
            "rows": rows_of(found),
            "acceptance": acceptance_words(found),
            "lists": [(name, label, size_of(found, name)) for name, label in LISTS.items()],
            "chart": chart_of(found.curve) if found.curve and any(found.curve.moved) else None,
        }
    return render(request, "allocation/after_transfer.html", context, status=200 if form.is_valid() else 422)


@require_GET
@permission_required("allocation.view_handovers", raise_exception=True)
def after_transfer_clients(request: HttpRequest) -> HttpResponse:
    """The clients behind a figure: each with what was carried, done and answered, and who stands beside."""
    form, found = _found(request)
    name = request.GET.get("list", "")
    name = name if name in LISTS else "moved"
    context: dict[str, Any] = {"form": form, "list": name, "lists": LISTS.items(), "label": LISTS[name]}
    if found is not None:
        page = Paginator(in_list(found, name), PAGE).get_page(request.GET.get("page"))
        clients = Client.objects.visible_to(request.user).defer(*HEAVY)
        people = Advisor.objects.visible_to(request.user)
        context |= {"page": page, "lines": lines_of(found, list(page), clients, people)}
    return render(request, "allocation/after_transfer_clients.html", context, status=200 if form.is_valid() else 422)


def _found(request: HttpRequest) -> tuple[WatchForm, Watch | None]:
    form = WatchForm(request.GET, advisors=Advisor.objects.visible_to(request.user))
    branch = branch_for(request.user)
    if not form.is_valid() or branch is None:
        return form, None
    as_of = data_day(branch)
    if as_of is None:
        return form, None
    data = form.cleaned_data
    return form, kept_watch(branch, form.selection(), as_of=as_of, seed=data["seed"], k=data["k"])
