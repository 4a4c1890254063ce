"""The catalogue, a product with the clients it fits, a client with the products that fit."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from branch_crm.core.models import Branch
from clients.list_state import as_number, branch_for
from clients.models import Client, Product
from clients.queries.book import HEAVY
from servicelog.domain.suitability import Verdict, assess
from servicelog.product_filter import ProductFilter
from servicelog.queries.fits import Matcher, matcher, read_key, write_key
from servicelog.queries.holders import holders_of
from servicelog.queries.sides import client_side, product_side
from servicelog.services.service_policies import current_service_policy, service_rules
from servicelog.wording_fit import ground_words, reasons, strongest

PAGE = 50
#: Seconds for which the counts of the catalogue stand: they read every client of the book.
COUNTS_KEPT = 120


@require_GET
@permission_required("servicelog.view_products", raise_exception=True)
def product_list(request: HttpRequest) -> HttpResponse:
    """Everybody of the branch. What is on sale, unless asked otherwise; pages by key."""
    params = request.GET.copy()
    params.setdefault("on_sale", "yes")
    branch = branch_for(request.user, request.GET.get("branch", ""))
    products = Product.objects.visible_to(request.user).filter(branch=branch).order_by("code")
    chosen = ProductFilter(params, queryset=products, request=request)
    rows = chosen.qs
    if after := products.filter(pk=as_number(params.get("after"))).first():
        rows = rows.filter(code__gt=after.code)
    shown = list(rows[: PAGE + 1])
    params.pop("after", None)
    context = {
        "filter": chosen,
        "rows": shown[:PAGE],
        "total": chosen.qs.count(),
        "next_url": f"?{params.urlencode()}&after={shown[PAGE - 1].pk}" if len(shown) > PAGE else "",
        "is_empty": not products.exists(),
    }
    return render(request, "servicelog/product_list.html", context)


@require_GET
@permission_required("servicelog.view_fits", raise_exception=True)
def product_counts(request: HttpRequest) -> HttpResponse:
    """For how many clients of the book each product of the page (`?shown=`) fits; asked for after the catalogue is there."""
    branch = branch_for(request.user)
    key = f"product-counts:{request.user.pk}:{timezone.localdate()}"
    counts = cache.get(key)
    if counts is None and branch is not None:
        made = _matcher(request, branch)
        found = made.counts()
        ids = [product.pk for product in made.catalogue.products]
        counts = list(zip(ids, found.fitting.tolist(), found.among_best.tolist(), strict=True))
        cache.set(key, counts, COUNTS_KEPT)
    shown = {as_number(pk) for pk in request.GET.get("shown", "").split(",")}
    told = [row for row in counts or [] if row[0] in shown]
    return render(request, "servicelog/_product_counts.html", {"counts": told})


@require_GET
@permission_required("servicelog.view_products", raise_exception=True)
def product_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the branch; the clients below it for registered advisers and those who oversee."""
    product = _product(request, pk)
    context = {
        "product": product,
        "side": product_side(product, timezone.localdate()),
        "holders": holders_of(request.user, product, on=timezone.localdate()),
    }
    return render(request, "servicelog/product_detail.html", context)


@require_GET
@permission_required("servicelog.view_fits", raise_exception=True)
def product_clients(request: HttpRequest, pk: int) -> HttpResponse:
    """The clients of one's book whom the product fits, the best first. `?after=` goes on."""
    product = _product(request, pk)
    made = _matcher(request, product.branch)
    after = read_key(request.GET.get("after", ""))
    matches, total = made.clients_for(product, limit=PAGE + 1, after=after)
    more, matches = len(matches) > PAGE, matches[:PAGE]
    people = Client.objects.visible_to(request.user).select_related("figures", "advisor").defer(*HEAVY)
    clients = people.in_bulk([match.client_id for match in matches])
    weights = made.rules.fit.weights
    context = {
        "product": product,
        "rows": [(clients[match.client_id], match, strongest(match, weights)) for match in matches],
        "total": total,
        "people": len(made.crowd),
        "after": urlencode({"after": write_key(matches[-1])}) if more else "",
        "going_on": after is not None,
    }
    return render(request, "servicelog/product_clients.html", context)


@require_GET
@permission_required("servicelog.view_fits", raise_exception=True)
def fits(request: HttpRequest, pk: int) -> HttpResponse:
    """The slot of the client's page: the three products that fit best, with reasons."""
    client = _client(request, pk)
    made = _matcher(request, client.branch, client)
    context = {"client": client, "rows": _with_reasons(made, made.best_for(client.pk))}
    if not context["rows"]:
        context["obstacles"] = _obstacles(client)
    return render(request, "servicelog/product_fits.html", context)


@require_GET
@permission_required("servicelog.view_fits", raise_exception=True)
def client_products(request: HttpRequest, pk: int) -> HttpResponse:
    """Every product of the catalogue for one client: what fits, and what does not, and why not."""
    client, day = _client(request, pk), timezone.localdate()
    made = _matcher(request, client.branch, client)
    matches = made.all_for(client.pk)
    fitting, held, side = {match.product.pk for match in matches}, made.holds(client.pk), client_side(client)
    others = []
    for product in made.catalogue.products:
        if product.pk not in fitting and product.on_sale:
            verdict = assess(side, product_side(product, day), made.rules.suitability, on=day)
            others.append((product, ground_words(verdict.grounds), product.pk in held))
    context = {
        "client": client,
        "rows": _with_reasons(made, matches),
        "others": others,
        "obstacles": _obstacles(client),
    }
    return render(request, "servicelog/product_client.html", context)


@require_GET
@permission_required("servicelog.view_fits", raise_exception=True)
def fit_why(request: HttpRequest, pk: int, product: int) -> HttpResponse:
    """Why a product stands where it stands for a client, or why it may not be offered."""
    client, item, day = _client(request, pk), _product(request, product), timezone.localdate()
    made = _matcher(request, client.branch, client)
    policy = current_service_policy(client.branch, on=day)
    verdict: Verdict = assess(client_side(client), product_side(item, day), made.rules.suitability, on=day)
    match = made.pair(client.pk, item)
    context = {
        "client": client,
        "product": item,
        "match": match,
        "grounds": ground_words(verdict.grounds),
        "held": item.pk in made.holds(client.pk),
        "terms": reasons(match),
        "rule": {
            "name": gettext("Service policy"),
            "version": f"v{policy.version}" if policy else gettext("built in"),
            "date": policy.valid_from if policy else None,
        },
    }
    return render(request, "servicelog/product_why.html", context)


def _obstacles(client: Client) -> list[str]:
    """What stands against every product alike, in words."""
    day = timezone.localdate()
    best_case = product_side(Product(risk_level="R1", on_sale=True), day)
    side = client_side(client)
    verdict = assess(side, best_case, service_rules(client.branch, on=day).suitability, on=day)
    return ground_words([code for code in verdict.grounds if code != "kind"])


def _with_reasons(made: Matcher, matches: list[Any]) -> list[Any]:
    return [(match, strongest(match, made.rules.fit.weights)) for match in matches]


def _matcher(request: HttpRequest, branch: Branch, client: Client | None = None) -> Matcher:
    """For the clients this person sees, or for one of them."""
    day = timezone.localdate()
    clients = Client.objects.visible_to(request.user)
    if client is not None:
        clients = clients.filter(pk=client.pk)
    return matcher(clients, branch, service_rules(branch, on=day), on=day)


def _client(request: HttpRequest, pk: int) -> Client:
    clients = Client.objects.visible_to(request.user).select_related("branch", "figures")
    return get_object_or_404(clients.defer(*HEAVY), pk=pk)


def _product(request: HttpRequest, pk: int) -> Product:
    return get_object_or_404(Product.objects.visible_to(request.user).select_related("branch"), pk=pk)
