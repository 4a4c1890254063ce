"""The points that the night noticed."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from advisors.models import Advisor
from allocation.models import ReviewFlag

PAGE = 100


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def flag_list(request: HttpRequest) -> HttpResponse:
    """What the night noticed. Director, assistant, manager, compliance."""
    flags = ReviewFlag.objects.visible_to(request.user).filter(closed_on__isnull=True)
    counts = dict.fromkeys(ReviewFlag.Kind.values, 0)
    for kind in flags.order_by().values_list("kind", flat=True):
        counts[kind] += 1
    kind = request.GET.get("kind", "")
    rows = flags.filter(kind=kind) if kind in counts else flags
    rows = rows.select_related("client", "advisor").order_by("kind", "-figure", "pk")
    shown = list(rows[:PAGE])
    better = Advisor.objects.visible_to(request.user).in_bulk(
        {flag.detail["better"] for flag in shown if "better" in flag.detail}
    )
    labels = dict(ReviewFlag.Kind.choices)
    tabs = [
        {"label": labels[code], "count": n, "url": f"?kind={code}", "current": code == kind}
        for code, n in counts.items()
        if n
    ]
    context = {
        "rows": [(flag, better.get(flag.detail.get("better"))) for flag in shown],
        "shown": PAGE,
        "total": rows.count(),
        "tabs": tabs,
        "kind": kind,
        "all": sum(counts.values()),
    }
    return render(request, "allocation/flag_list.html", context)
