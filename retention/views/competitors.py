"""Other firms: where clients went and at which rate, and what was seen of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients.views.value import asked_branch
from retention.forms_competitors import CompetitorsForm, MoveForm
from retention.models import CompetitorMove
from retention.queries.competitors import WentTo, by_month, leaving_done, went_to
from retention.services.errors import RetentionError
from retention.services.note_move import note_move
from retention.views.figures import months_of

PAGE = 50
#: Firms with a colour of their own in the chart.
DRAWN = 5


@require_GET
@permission_required("retention.view_competitors", raise_exception=True)
def competitors(request: HttpRequest) -> HttpResponse:
    """Everybody of the branch; where clients went: advisors of their own clients only."""
    return _page(request, MoveForm(initial={"seen_on": timezone.localdate()}))


@require_POST
@permission_required("retention.note_competitor", raise_exception=True)
def competitor_new(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, counter, advisor."""
    form = MoveForm(request.POST)
    if form.is_valid():
        try:
            note_move(branch=asked_branch(request), actor=request.user, **form.noted())
        except RetentionError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("Noted."))
            return redirect("retention:competitors")
    return _page(request, form, status=422)


def _page(request: HttpRequest, move: MoveForm, *, status: int = 200) -> HttpResponse:
    form = CompetitorsForm(request.GET, today=timezone.localdate())
    branch = asked_branch(request)
    moves = CompetitorMove.objects.visible_to(request.user).filter(branch=branch).select_related("entered_by")
    context: dict[str, Any] = {
        "form": form,
        "move_form": move,
        "page": Paginator(moves, PAGE).get_page(request.GET.get("page")),
    }
    if form.is_valid():
        done = leaving_done(request.user, branch, form.period)
        firms = went_to(done)
        context |= {
            "firms": firms,
            "left": done.values("client").distinct().count(),
            "period": form.period,
            "chart": _chart(firms, by_month(done), months_of(form.period)),
        }
    return render(request, "retention/competitors.html", context, status=status if form.is_valid() else 422)


def _chart(firms: Sequence[WentTo], counted: Mapping[tuple[str, str], int], months: Sequence[str]) -> dict[str, Any]:
    """The firms most named, and the rest together, month by month."""
    drawn, rest = [firm.competitor for firm in firms[:DRAWN]], [firm.competitor for firm in firms[DRAWN:]]
    series = [{"name": name, "values": [counted.get((name, month), 0) for month in months]} for name in drawn]
    if rest:
        sums = [sum(counted.get((name, month), 0) for name in rest) for month in months]
        series.append({"name": _("others"), "values": sums})
    return {"categories": list(months), "unit": _("clients"), "series": series}
