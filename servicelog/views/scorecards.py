"""Scorecards: the branch's month, one advisor's statement, the records behind a figure, and the trends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from branch_crm.core.models import Role
from clients.list_state import as_number
from clients.views.value import asked_branch
from servicelog.domain.scorecard import CAPS, SCORED
from servicelog.models import Channel, Contact, MotTask, Purpose, Recommendation, Scorecard, ScorecardDispute
from servicelog.queries.scorecard.figures import end_of
from servicelog.queries.scorecard.pages import (
    cards_of_month,
    corrected,
    daily_service,
    disputes_for,
    middle,
    months_of,
    trends,
    value_in,
)
from servicelog.queries.scorecard.records import MET, MISSED, PAGE, Record, records_of
from servicelog.services.dispute_scorecard import DISPUTABLE, last_day_of_dispute
from servicelog.wording_scorecard import CAP_TEXTS, NAMES, figure_text, figure_texts, name_of, record_text

#: Pages of the records behind a figure.
PAGES = {
    MotTask: "servicelog:task_why",
    Contact: "servicelog:contact_detail",
    Recommendation: "servicelog:recommendation_detail",
}
#: Advisors drawn in one chart beside the middle of the branch.
DRAWN = 6


@dataclass(frozen=True)
class Line:
    """One advisor's month in the table of the branch. trend: points of an SVG line of 100 x 20, empty for a single month."""

    card: Scorecard
    points: float | None
    figures: list[Any]
    trend: str


def card_for(request: HttpRequest, pk: int) -> Scorecard:
    cards = Scorecard.objects.visible_to(request.user).with_correction()
    return get_object_or_404(cards.select_related("advisor", "branch", "policy", "frozen_by"), pk=pk)


@require_GET
@permission_required("servicelog.view_scorecards", raise_exception=True)
def scorecard_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance; only the director freezes."""
    branch = asked_branch(request)
    months = months_of(request.user, branch)
    month = month_asked(request, months)
    cards = list(cards_of_month(request.user, branch, month)) if month else []
    lines = _lines(request, branch, month, cards) if month else []
    sort = request.GET.get("sort", "points")
    context = {
        "months": months,
        "month": month,
        "columns": [(code, NAMES[code]) for code in SCORED],
        "lines": sorted(lines, key=lambda line: _order(line, sort)),
        "sort": sort,
        "frozen": bool(cards) and all(card.is_frozen for card in cards),
        "until": max((card.until for card in cards), default=None),
        "may_freeze": bool(cards) and month is not None and end_of(month) < timezone.localdate(),
        "open_disputes": sum(card.open_disputes for card in cards),
        "frozen_card": next((card for card in cards if card.is_frozen), None),
        "waiting": disputes_for(request.user).filter(state=ScorecardDispute.State.OPEN).count(),
    }
    return render(request, "servicelog/scorecard_list.html", context)


def month_asked(request: HttpRequest, months: Sequence[date]) -> date | None:
    """`?month=2026-10`, else the newest that has cards; 404 for another."""
    asked = request.GET.get("month", "")
    if not asked:
        return months[0] if months else None
    try:
        month = datetime.strptime(asked, "%Y-%m").replace(tzinfo=timezone.get_current_timezone()).date()
    except ValueError:
        raise Http404 from None
    if month not in months:
        raise Http404
    return month


def _lines(request: HttpRequest, branch: Any, month: date, cards: Sequence[Scorecard]) -> list[Line]:
    past = trends(request.user, branch, until=month, advisors=[card.advisor_id for card in cards])
    return [
        Line(
            card,
            corrected(card),
            [figure_text(code, card.figures[code]) for code in SCORED if code in card.figures],
            _svg_line([corrected(each) for each in past.get(card.advisor_id, [])]),
        )
        for card in cards
    ]


def _order(line: Line, sort: str) -> tuple[Any, ...]:
    """The best first; what could not be judged last. By name in the order of staff numbers."""
    if sort == "name":
        return (line.card.advisor.staff_no,)
    figure = line.card.figures.get(sort)
    value = figure["points"] if figure else line.points
    return (value is None, -(value or 0), line.card.advisor.staff_no)


def _svg_line(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    step = 100 / (len(known) - 1)
    return " ".join(f"{at * step:.1f},{20 - min(value, 100) / 5:.1f}" for at, value in enumerate(known))


@require_GET
@permission_required("servicelog.view_own_scorecard", raise_exception=True)
def my_scorecard(request: HttpRequest) -> HttpResponse:
    """Advisors: the newest month's statement."""
    card = Scorecard.objects.visible_to(request.user).order_by("-month").first()
    if card is None:
        return render(request, "servicelog/scorecard_none.html")
    return redirect("servicelog:scorecard_detail", pk=card.pk)


@require_GET
@permission_required("servicelog.view_scorecard", raise_exception=True)
def scorecard_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement: director, assistant, manager, compliance, and the advisor whose it is."""
    card = card_for(request, pk)
    past = trends(request.user, card.branch, until=card.month, advisors=[card.advisor_id])[card.advisor_id]
    months = Scorecard.objects.visible_to(request.user).filter(advisor=card.advisor).order_by("-month")
    last_day = last_day_of_dispute(card)
    daily = daily_service(card)
    context = {
        "card": card,
        "own": request.user.role == Role.ADVISOR,
        "points": corrected(card),
        "figures": figure_texts(card.figures),
        "cap": CAP_TEXTS.get(card.cap, ""),
        "months": months.values_list("pk", "month"),
        "disputes": disputes_for(request.user).filter(scorecard=card),
        "last_day": last_day,
        "may_dispute": last_day is None or timezone.localdate() <= last_day,
        "disputable": DISPUTABLE,
        "caps": CAPS,
        "daily": daily,
        "purposes": [(Purpose(code).label, count) for code, count in daily.purposes],
        "channels": [(Channel(code).label, count) for code, count in daily.channels],
        "chart": {
            "categories": [f"{each.month:%Y-%m}" for each in past],
            "series": [{"name": name_of("points"), "values": [corrected(each) for each in past]}],
        },
    }
    return render(request, "servicelog/scorecard_detail.html", context)


@require_GET
@permission_required("servicelog.view_scorecard", raise_exception=True)
def scorecard_figure(request: HttpRequest, pk: int, indicator: str) -> HttpResponse:
    """How a figure came about, and its records; for those who may read the statement."""
    card = card_for(request, pk)
    if indicator not in card.figures or indicator not in NAMES:
        raise Http404
    only = request.GET.get("only", "")
    start = as_number(request.GET.get("from")) or 0
    found = records_of(request.user, card, indicator, only=only if only in (MET, MISSED) else "", start=start)
    context = {
        "card": card,
        "figure": figure_text(indicator, card.figures[indicator]),
        "found": found,
        "rows": [(row, record_text(indicator, row.good, row.whole), _address(request, row)) for row in found.rows],
        "only": only,
        "start": start,
        "next": start + PAGE if start + PAGE < found.total else None,
        "previous": max(start - PAGE, 0) if start else None,
        "disputes": disputes_for(request.user).filter(scorecard=card, indicator=indicator),
    }
    return render(request, "servicelog/scorecard_figure.html", context)


def _address(request: HttpRequest, row: Record) -> str:
    """Where the record opens, for those who may open it; empty where the client is the record."""
    name = PAGES.get(type(row.record), "")
    if not name or (isinstance(row.record, MotTask) and not request.user.has_perm("servicelog.view_today")):
        return ""
    return reverse(name, args=[row.record.pk])


@require_GET
@permission_required("servicelog.view_scorecards", raise_exception=True)
def scorecard_trends(request: HttpRequest) -> HttpResponse:
    """One figure over the months: chosen advisors beside the middle of the branch."""
    branch = asked_branch(request)
    months = months_of(request.user, branch)
    asked = request.GET.get("figure", "points")
    figure = asked if asked in SCORED else "points"
    cards = list(cards_of_month(request.user, branch, months[0])) if months else []
    past = trends(request.user, branch, until=months[0], advisors=[c.advisor_id for c in cards]) if months else {}
    shown = sorted({card.month for rows in past.values() for card in rows})
    advisors = sorted((card.advisor for card in cards), key=lambda advisor: advisor.staff_no)
    wanted = {as_number(pk) for pk in request.GET.getlist("with")}
    chosen = [advisor for advisor in advisors if advisor.pk in wanted][:DRAWN]
    table = [(advisor, [_value_of(past.get(advisor.pk, []), month, figure) for month in shown]) for advisor in advisors]
    middles = [middle([values[at] for _advisor, values in table]) for at in range(len(shown))]
    context = {
        "figure": figure,
        "figures": [("points", name_of("points")), *((code, NAMES[code]) for code in SCORED)],
        "months": shown,
        "table": table,
        "middles": middles,
        "chosen": {advisor.pk for advisor in chosen},
        "most": DRAWN,
        "chart": _chart(shown, middles, [row for row in table if row[0] in chosen]),
    }
    return render(request, "servicelog/scorecard_trends.html", context)


def _value_of(cards: Iterable[Scorecard], month: date, figure: str) -> float | None:
    return next((value_in(card, figure) for card in cards if card.month == month), None)


def _chart(months: Sequence[date], middles: Sequence[float | None], rows: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    series = [{"name": name_of("middle"), "values": middles, "color": "ink-2"}]
    return {
        "categories": [f"{month:%Y-%m}" for month in months],
        "series": series + [{"name": advisor.name, "values": values} for advisor, values in rows],
    }
