"""Who takes part in drills, and one person's way: points over time, reasons that come back, items that are weak."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from branch_crm.core.models import Staff
from clients.views.value import asked_branch
from retention.domain.drill_rubric import PASS_SHARE
from retention.models import Reason
from retention.queries.drill_people import WINDOW, Practised, due_codes, item_means, participation, practised_by
from retention.queries.drills import proposals_for, standings_of
from retention.wording_drills import ITEMS

#: Newest drills in the table; the drawing shows as many.
SHOWN = 30


@require_GET
@permission_required("retention.view_drill_people", raise_exception=True)
def drill_people(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    rows = participation(asked_branch(request), today=timezone.localdate())
    context = {"rows": rows, "days": WINDOW.days, "practised": sum(1 for row in rows if row.practised)}
    return render(request, "retention/drill_people.html", context)


@require_GET
@permission_required("retention.view_drills", raise_exception=True)
def drill_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance; everybody their own."""
    person = get_object_or_404(Staff.objects.visible_to(request.user).select_related("branch"), pk=pk)
    if person.branch is None or (person != request.user and not request.user.has_perm("retention.view_drill_people")):
        raise Http404
    today = timezone.localdate()
    practised = practised_by(person)
    standings = standings_of(person)
    reasons = {reason.code: reason for reason in Reason.objects.visible_to(request.user).filter(code__in=standings)}
    means = item_means(person)
    context = {
        "person": person,
        "own": person == request.user,
        "practised": practised[: -SHOWN - 1 : -1],
        "standings": [(reasons[code], each) for code, each in sorted(standings.items()) if code in reasons],
        "due": [reasons[code] for code in due_codes(standings, today) if code in reasons],
        "today": today,
        "means": [(ITEMS[item], mean) for item, mean in means.items()],
        "proposed": proposals_for(person, person.branch, today=today),
        "chart": _chart(practised[-SHOWN:]),
    }
    return render(request, "retention/drill_person.html", context)


def _chart(practised: list[Practised]) -> dict[str, Any]:
    return {
        "categories": [row.day.strftime("%m-%d") for row in practised],
        "series": [
            {"name": _("Share of the points"), "values": [round(row.share * 100) for row in practised]},
            {"name": _("Needed to pass"), "values": [round(PASS_SHARE * 100)] * len(practised), "color": "line-strong"},
        ],
        "unit": "%",
    }
