"""Recommend a product, and the record of what was recommended and what was refused."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.list_state import as_number
from clients.models import Client, Product
from clients.queries.book import HEAVY
from servicelog.domain.suitability import BLOCKED
from servicelog.forms_product import RecommendForm
from servicelog.models import Recommendation
from servicelog.services.errors import ServiceLogError, Unsuitable
from servicelog.services.recommend import assess_for, recommend, record_refused_attempt
from servicelog.wording_fit import SAID, ground_words, must_be_said

PAGE = 50


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.recommend", raise_exception=True)
def recommend_product(request: HttpRequest, pk: int, product: int) -> HttpResponse:
    """Registered advisers, for clients they see. GET says whether it may be and what must be said; POST records it.

    A recommendation that the rules refuse is answered with the reasons, and the attempt is kept.
    """
    clients = Client.objects.visible_to(request.user).select_related("branch").defer(*HEAVY)
    client = get_object_or_404(clients, pk=pk)
    item = get_object_or_404(Product.objects.visible_to(request.user).filter(branch=client.branch), pk=product)
    day = timezone.localdate()
    ours, asked = (assess_for(client, item, on=day, staff_initiated=first) for first in (True, False))
    said = must_be_said(client, item, asked)
    form = RecommendForm(request.POST or None, ours=ours, asked=asked)
    attempt = made = None
    if request.method == "POST" and form.is_valid():
        staff_initiated = form.cleaned_data["by_us"]
        try:
            made = recommend(
                client=client,
                product=item,
                actor=request.user,
                staff_initiated=staff_initiated,
                confirmation=form.cleaned_data["confirmation"],
                said=list(said),
            )
        except Unsuitable:
            attempt = record_refused_attempt(
                client=client, product=item, actor=request.user, staff_initiated=staff_initiated
            )
        except ServiceLogError as error:
            form.add_error("confirmation" if error.field == "products" else None, error.message)
    if made is not None and not request.htmx:
        messages.success(request, _("The recommendation has been recorded."))
        return redirect("servicelog:recommendation_detail", pk=made.pk)
    context = {
        "client": client,
        "product": item,
        "form": form,
        "grounds": ground_words(ours.grounds),
        "never": asked.result == BLOCKED,
        "said": said,
        "attempt": attempt,
        "made": made,
    }
    return render(request, "servicelog/product_recommend.html", context, status=422 if form.errors or attempt else 200)


@require_GET
@permission_required("servicelog.view_recommendations", raise_exception=True)
def recommendation_list(request: HttpRequest) -> HttpResponse:
    """The ledger: what was spoken of, and attempts that were refused (`?result=`). Advisors: their own clients' alone."""
    result = request.GET.get("result", "")
    rows = Recommendation.objects.visible_to(request.user).select_related("client", "product", "made_by")
    if result in Recommendation.Result.values:
        rows = rows.filter(result=result)
    if after := as_number(request.GET.get("after")):
        rows = rows.filter(pk__lt=after)
    shown = list(rows[: PAGE + 1])
    context = {
        "rows": [(row, ground_words(row.grounds.get("codes", []))) for row in shown[:PAGE]],
        "tabs": [(code, label, code == result) for code, label in Recommendation.Result.choices],
        "result": result,
        "after": shown[PAGE - 1].pk if len(shown) > PAGE else None,
    }
    return render(request, "servicelog/recommendation_list.html", context)


@require_GET
@permission_required("servicelog.view_recommendations", raise_exception=True)
def recommendation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, with levels, reasons and what was said as they were then."""
    rows = Recommendation.objects.visible_to(request.user).select_related("client", "product", "made_by", "contact")
    made = get_object_or_404(rows, pk=pk)
    context = {
        "made": made,
        "grounds": ground_words(made.grounds.get("codes", [])),
        "said": [SAID.get(code, code) for code in made.grounds.get("said", [])],
    }
    return render(request, "servicelog/recommendation_detail.html", context)
