"""The client part of the search box: options for the palette, or a plain page where scripts are off."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clients.models import Client
from clients.queries.book import HEAVY
from clients.queries.search import best_matches

#: Longer than any name or number that can be looked for.
LONGEST_QUERY = 60


@require_GET
@permission_required("clients.view_book", raise_exception=True)
def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").replace("\x00", "")[:LONGEST_QUERY]
    clients = Client.objects.visible_to(request.user).select_related("figures", "advisor").defer(*HEAVY)
    context = {"query": query, "clients": best_matches(clients, query)}
    return render(request, "clients/_search_options.html" if request.htmx else "clients/search.html", context)
