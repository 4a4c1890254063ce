"""The client list: filter, order, columns, pages by key. For everybody in a branch; advisors see their own book."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from branch_crm.core.templatetags.links import url_if
from clients.columns import COLUMNS, Column, draw_cells, frames
from clients.filter_words import chips
from clients.filters import clean_query, filtered
from clients.list_state import ListState
from clients.queries.book import SORTS, branches_of, count, turn


@dataclass(frozen=True)
class Head:
    """A column's head: `sort_url` is empty where the list cannot be put in that order."""

    column: Column
    sort_url: str
    direction: str


@dataclass(frozen=True)
class Tab:
    key: str
    label: str | Promise
    url: str
    current: bool
    shared_by: str = ""


@require_GET
@permission_required("clients.view_book", raise_exception=True)
def client_list(request: HttpRequest) -> HttpResponse:
    state = ListState(request)
    page = turn(state.clients, order=state.order, size=state.size, after=state.after, before=state.before)
    total = state.total
    framed = frames(state.columns)
    context = {
        "state": state,
        "bulk_actions": _bulk_actions(state),
        "rows": [(client, draw_cells(client, framed)) for client in page.rows],
        "heads": [_head(state, column) for column in state.columns],
        "all_columns": [
            {"name": c.name, "label": c.label, "shown": c in state.columns}
            for c in COLUMNS.values()
            if c.name != "name"
        ],
        "chips": chips(state),
        "clear_url": "?" + state.address_of({}),
        "tabs": tabs(state),
        "total": total,
        "next_url": page.after and f"?{state.address(after=page.after)}",
        "previous_url": page.before and f"?{state.address(before=page.before)}",
        "branches": branches_of(request.user) if request.user.branch_id is None else [],
    }
    return render(request, "clients/list.html", context)


def _bulk_actions(state: ListState) -> list[dict[str, str]]:
    """What may be done with chosen rows; the service log's own page is asked for by name, as it lies above this app."""
    actions = []
    if state.request.user.has_perm("clients.export"):
        actions.append({"name": "export", "label": gettext("Export the chosen")})
    bulk_url = url_if("servicelog:bulk_new")
    if bulk_url and state.request.user.has_perm("servicelog.log_bulk"):
        url = f"{bulk_url}?{state.params.urlencode()}"
        actions.append({"name": "bulk", "label": gettext("Log a message to the chosen"), "url": url})
    return actions


@require_GET
@permission_required("clients.view_book", raise_exception=True)
def client_filter(request: HttpRequest) -> HttpResponse:
    """The filter form, in the side panel or as a page; it leads back to the list."""
    return render(request, "clients/filter.html", {"state": ListState(request)})


@require_GET
@permission_required("clients.view_book", raise_exception=True)
def view_counts(request: HttpRequest) -> HttpResponse:
    """How many clients each tab holds; asked for after the page is there, because it counts every tab."""
    state = ListState(request)
    found = []
    if state.branch:
        for key, query in _queries(state):
            found.append((key, count(filtered(state.book, query, user=request.user))))
    return render(request, "clients/_view_counts.html", {"counts": found})


def tabs(state: ListState) -> list[Tab]:
    home = reverse("clients:list")
    current = state.view.pk if state.view else state.view_name or ("" if state.query else "all")
    ready = [
        Tab(
            view.name,
            view.label,
            f"{home}?{state.address_of({}, view=view.name)}&{view.query}"
            if view.query
            else f"{home}?{state.address_of({})}",
            view.name == current,
        )
        for view in state.ready_views
    ]
    saved = [
        Tab(
            str(view.pk),
            view.name,
            f"{home}?{state.address_of(view.query.get('filter', {}), sort=view.query.get('sort', ''), view=view.pk)}",
            view.pk == current,
            shared_by=view.owner.name if view.owner_id != state.request.user.pk else "",
        )
        for view in state.views
        if view.name
    ]
    return ready + saved


def _queries(state: ListState) -> list[tuple[str, dict[str, list[str]]]]:
    ready = [(view.name, clean_query(QueryDict(view.query))) for view in state.ready_views]
    return ready + [(str(view.pk), view.query.get("filter", {})) for view in state.views if view.name]


def _head(state: ListState, column: Column) -> Head:
    if not column.sort:
        return Head(column, "", "")
    order = state.order
    if order.sort.name != column.sort:
        wanted = SORTS[column.sort]
        return Head(column, f"?{state.address(sort=f'-{wanted.name}' if wanted.descending else wanted.name)}", "")
    turned = column.sort if order.descending else f"-{column.sort}"
    return Head(column, f"?{state.address(sort=turned)}", "descending" if order.descending else "ascending")
