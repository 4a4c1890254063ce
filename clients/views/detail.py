"""One client, all round. The head is there at once; each tab has its own address and is loaded when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from clients.models import Client
from clients.queries import client_page
from clients.queries.data_notes import notes_on

#: What a tab's links ask htmx to fill; such a request gets the tab without the page around it.
TARGET = "client-tab"


def overview(client: Client, params: QueryDict) -> dict[str, Any]:
    words = {
        "stock_value": gettext("Stocks"),
        "fund_value": gettext("Funds"),
        "product_value": gettext("Products"),
        "cash": gettext("Cash"),
        "total": gettext("Total assets"),
        "unit": gettext("10,000 yuan"),
    }
    months = client_page.months_of(client)
    labels = [month.month.strftime("%Y-%m") for month in months]
    return {
        "curve": client_page.asset_curve(client, words),
        "months": list(reversed(months)),
        "commission": {
            "categories": labels,
            "unit": gettext("yuan"),
            "series": [{"name": gettext("Net commission"), "values": [float(m.net_commission) for m in months]}],
        },
        "trades": {"categories": labels, "series": [{"name": gettext("Trades"), "values": [m.trades for m in months]}]},
        "flows": {
            "categories": labels,
            "unit": gettext("10,000 yuan"),
            "series": [
                {"name": gettext("Inflow"), "values": [float(m.inflow) / 1e4 for m in months], "color": "type-asset"},
                {
                    "name": gettext("Outflow"),
                    "values": [-abs(float(m.outflow)) / 1e4 for m in months],
                    "color": "type-commission",
                },
            ],
        },
    }


def holdings(client: Client, params: QueryDict) -> dict[str, Any]:
    found = client_page.holdings_of(client)
    return {"holdings": found, "positions": [(row, found.share(row)) for row in found.rows]}


def movements(client: Client, params: QueryDict) -> dict[str, Any]:
    return {
        "trades": client_page.trades_of(client, after=params.get("trades", "")),
        "cash_flows": client_page.flows_of(client, after=params.get("flows", "")),
    }


def products(client: Client, params: QueryDict) -> dict[str, Any]:
    orders = client_page.product_orders_of(client)
    return {"orders": orders, "held": client_page.held_products(orders, timezone.localdate())}


def notes(client: Client, params: QueryDict) -> dict[str, Any]:
    return {"notes": notes_on(client, timezone.localdate())}


@dataclass(frozen=True)
class Tab:
    """Either our own (`load` and a template of the same name) or a panel of another area, named by its URL."""

    name: str
    label: str | Promise
    load: Callable[[Client, QueryDict], dict[str, Any]] | None = None
    panel: str = ""


TABS = (
    Tab("overview", _("Overview"), overview),
    Tab("timeline", _("Timeline"), panel="servicelog:timeline"),
    Tab("value", _("Value"), panel="clients:value_why"),
    Tab("holdings", _("Holdings"), holdings),
    Tab("movements", _("Trades and flows"), movements),
    Tab("products", _("Products"), products),
    Tab("persona", _("Persona"), panel="clients:persona_panel"),
    Tab("signs", _("Signs of leaving"), panel="retention:risk_panel"),
    Tab("profile", _("Profile"), panel="clients:profile_panel"),
    Tab("service", _("Who served"), panel="allocation:client_history"),
    Tab("notes", pgettext_lazy("tab", "Data notes"), notes),
)


@require_GET
@permission_required("clients.view_book", raise_exception=True)
def client_detail(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_for(request, pk)
    installed = [(tab, _panel_url(tab, client)) for tab in TABS]
    shown = [(tab, url) for tab, url in installed if tab.load or url]
    tab, panel_url = next((pair for pair in shown if pair[0].name == request.GET.get("tab")), shown[0])
    context = {
        "client": client,
        "figures": client.figures,
        "tab": tab,
        "tab_template": f"clients/tabs/{tab.name}.html",
        "tabs": [each for each, _url in shown],
        "panel_url": panel_url,
        "grave_notes": [note for note in notes_on(client, timezone.localdate()) if note.is_grave],
        **(tab.load(client, request.GET) if tab.load else {}),
    }
    wanted = "clients/_tab.html" if request.htmx.target == TARGET else "clients/detail.html"
    return render(request, wanted, context)


@require_GET
@permission_required("clients.view_book", raise_exception=True)
def more_rows(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Older trades or cash flows, by key; rows that htmx adds below those already there."""
    client = client_for(request, pk)
    after = request.GET.get("after", "")
    if not request.htmx:
        return redirect(f"{reverse('clients:detail', args=[pk])}?{urlencode({'tab': 'movements', kind: after})}")
    load = {"trades": client_page.trades_of, "flows": client_page.flows_of}[kind]
    context = {"client": client, "slice": load(client, after=after)}
    return render(request, f"clients/tabs/_{kind}.html", context)


def client_for(request: HttpRequest, pk: int) -> Client:
    """The client with figures and advisor, or 404 for everybody who may not see it."""
    clients = Client.objects.visible_to(request.user).select_related("figures", "advisor", "branch")
    return get_object_or_404(clients.defer("search_tokens"), pk=pk)


def _panel_url(tab: Tab, client: Client) -> str:
    try:
        return reverse(tab.panel, args=[client.pk]) if tab.panel else ""
    except NoReverseMatch:
        return ""
