"""The figures of keeping clients: who was talked to, who said to stay, who stayed, what it cost, and whether time was kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from clients.views.value import asked_branch
from retention.domain.figures import added
from retention.forms_figures import RetentionFiguresForm
from retention.queries.figures import Period, lines_of, median_to_done, requests_of
from retention.services.ensure_policy import retention_rules
from retention.wording_figures import BY_LABELS, group_names, groups_of, ladder, trend


@require_GET
@permission_required("retention.view_figures", raise_exception=True)
def figures(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    form = RetentionFiguresForm(request.GET, today=timezone.localdate())
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context |= _figures(request, form)
    return render(request, "retention/figures.html", context, status=200 if form.is_valid() else 422)


def _figures(request: HttpRequest, form: RetentionFiguresForm) -> dict[str, Any]:
    branch, by, period = asked_branch(request), form.cleaned_data["by"], form.period
    rules = retention_rules(branch, on=timezone.localdate())
    least = rules.least_records
    lines = lines_of(request.user, branch, period, by=by)
    by_month = lines if by == "month" else lines_of(request.user, branch, period, by="month")
    whole, names = added(lines), group_names(request.user, branch, by=by)
    asked = {"since": f"{period.since}", "until": f"{period.until}"}
    if request.GET.get("branch"):
        asked["branch"] = request.GET["branch"]
    return {
        "whole": whole,
        "ladder": ladder(whole, least=least),
        "in_time": whole.done_in_time(least=least),
        "median": median_to_done(requests_of(request.user, branch, period)),
        "by": by,
        "by_label": BY_LABELS[by],
        "groups": groups_of(lines, by=by, names=names, asked=asked, least=least),
        "chart": trend(by_month, months_of(period)),
        "least": least,
        "verify": rules.verify,
        "period": period,
        "branch": branch,
        "asked": urlencode(asked),
    }


def months_of(period: Period) -> list[str]:
    """Every month of the period, such as 2026-07."""
    first, last = (day.year * 12 + day.month - 1 for day in (period.since, period.until))
    return [f"{date(at // 12, at % 12 + 1, 1):%Y-%m}" for at in range(first, last + 1)]
