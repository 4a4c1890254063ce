"""Signs of leaving: who shows them, and why, client by client."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clients.models import Client
from retention.models import ClientRisk, RiskRun
from retention.queries.risk_rows import current_risks, risk_of
from retention.wording_evaluation import shares_of
from retention.wording_risk import NAMES, signs_of

PAGE = 50
#: Tab -> bands it shows.
BANDS = {
    "high": [ClientRisk.Band.HIGH],
    "watch": [ClientRisk.Band.WATCH],
    "all": list(ClientRisk.Band),
}


@require_GET
@permission_required("retention.view_risk", raise_exception=True)
def risk_list(request: HttpRequest) -> HttpResponse:
    """Everybody of the branch; advisors their own book."""
    asked, sign = request.GET.get("band", ""), request.GET.get("sign", "")
    band = asked if asked in BANDS else "high"
    rows = current_risks(request.user).filter(band__in=BANDS[band])
    if sign in NAMES:
        rows = rows.filter(signals__has_key=sign)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    run = RiskRun.objects.visible_to(request.user).filter(is_current=True).select_related("policy").first()
    context = {
        "page": page,
        "rows": [(row, signs_of(row)) for row in page],
        "band": band,
        "sign": sign,
        "names": NAMES.items(),
        "run": run,
        "shares": shares_of(run, sorted(BANDS[band], reverse=True)) if run else [],
    }
    return render(request, "retention/risk_list.html", context)


@require_GET
@permission_required("retention.view_risk", raise_exception=True)
def risk_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the branch; advisors their own clients."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    run, row = risk_of(client)
    signs = signs_of(row) if row else []
    rule = {"name": _("Early-warning rule"), "version": str(run.policy), "date": run.policy.valid_from} if run else None
    shares = shares_of(run, [row.band]) if run and row else []
    context = {"client": client, "run": run, "row": row, "signs": signs, "rule": rule, "shares": shares}
    return render(request, "retention/risk_panel.html", context)
