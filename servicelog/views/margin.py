"""Clients at the margin, and the service standard week by week."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from advisors.models import Advisor
from branch_crm.core import trading_calendar
from branch_crm.core.models import Role
from branch_crm.core.templatetags.badges import TIERS
from clients.list_state import as_number, branch_for
from clients.views.value import asked_branch
from servicelog.domain.coverage import added_up
from servicelog.queries.margin import at_the_margin
from servicelog.queries.standard_weeks import standard_of_week, tiers_in
from servicelog.services.service_policies import service_rules
from servicelog.views.day_tabs import day_tabs
from servicelog.views.today import advisor_asked_for

PAGE = 50
#: Trading days without a contact that the page begins with, and the most it looks back.
SESSIONS, MOST = 20, 250


@require_GET
@permission_required("servicelog.view_today", raise_exception=True)
def margin(request: HttpRequest) -> HttpResponse:
    """Advisors: the own book. Director, assistant, manager: the branch, or one book with `?advisor=`."""
    whose = advisor_asked_for(request)
    sessions = min(as_number(request.GET.get("sessions")) or SESSIONS, MOST)
    tier = as_number(request.GET.get("tier"))
    tier = tier if tier in TIERS else None
    start = as_number(request.GET.get("from")) or 0
    since = trading_calendar.load().shift(timezone.localdate(), -sessions)
    found = at_the_margin(request.user, since=since, tier=tier, advisor=whose.pk if whose else None)
    total = found.count()
    own = request.user.role == Role.ADVISOR
    advisors = Advisor.objects.none() if own else Advisor.objects.visible_to(request.user)
    context = {
        "tabs": day_tabs(request, "margin", f"advisor={whose.pk}" if whose else ""),
        "clients": found[start : start + PAGE],
        "total": total,
        "sessions": sessions,
        "since": since,
        "tier": tier,
        "tiers": TIERS.items(),
        "whose": whose,
        "advisors": advisors.filter(branch=branch_for(request.user), clients__isnull=False).distinct(),
        "own": own,
        "most": MOST,
        "next": start + PAGE if start + PAGE < total else None,
        "previous": max(start - PAGE, 0) if start else None,
    }
    return render(request, "servicelog/margin.html", context)


@require_GET
@permission_required("servicelog.view_scorecards", raise_exception=True)
def standards(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance: `?week=` any day of the week."""
    branch, today = asked_branch(request), timezone.localdate()
    day = _day(request.GET.get("week", ""), today)
    monday = day - timedelta(days=day.weekday())
    found = standard_of_week(branch, monday=monday, today=today, rules=service_rules(branch, on=min(day, today)))
    advisors = Advisor.objects.visible_to(request.user).in_bulk(found)
    tiers = tiers_in(found)
    rows = [
        (advisors[pk], [by_tier.get(tier) for tier in tiers], added_up(by_tier.values()))
        for pk, by_tier in found.items()
        if pk in advisors
    ]
    rows.sort(key=lambda row: (row[2].share if row[2].share is not None else 2.0, row[0].staff_no))
    context = {
        "tabs": day_tabs(request, "standards") if request.user.has_perm("servicelog.view_today") else [],
        "rows": rows,
        "tiers": tiers,
        "total": added_up(row[2] for row in rows),
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7) if monday + timedelta(days=7) <= today else None,
        "this_week": monday <= today <= monday + timedelta(days=6),
    }
    return render(request, "servicelog/standards.html", context)


def _day(text: str, today: date) -> date:
    """The day asked for, never ahead; today for anything that is no day."""
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today
