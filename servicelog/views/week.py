"""Two weeks against the service standard: whom to speak to on which day, and how far the standard is kept so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from advisors.models import Advisor
from branch_crm.core import trading_calendar
from branch_crm.core.models import Branch, Role
from clients.list_state import as_number, branch_for
from servicelog.domain.coverage import TierCoverage, added_up
from servicelog.domain.service_rules import ServiceRules
from servicelog.queries.coverage import ClientNeed, coverage_by_advisor
from servicelog.queries.week import WeekPlan, week_plan
from servicelog.services.service_policies import service_rules
from servicelog.views.day_tabs import day_tabs
from servicelog.views.today import advisor_asked_for

#: Clients listed below the standard; the whole book is in the client list.
SHOWN = 100


@require_GET
@permission_required("servicelog.view_today", raise_exception=True)
def week(request: HttpRequest) -> HttpResponse:
    """Advisors: the own two weeks. Director, assistant, manager: coverage by advisor, and with `?advisor=` one's weeks."""
    today = timezone.localdate()
    branch = branch_for(request.user)
    whose = advisor_asked_for(request)
    rules = service_rules(branch, on=today)
    if request.user.role != Role.ADVISOR and whose is None:
        return _by_advisor(request, branch, today, rules)
    plan = week_plan(request.user, advisor=whose, today=today, calendar=trading_calendar.load(), rules=rules)
    tier = as_number(request.GET.get("tier"))
    rows = tiers_of(plan.needs)
    short = [row for row in plan.needs if row.need.is_short and tier in (None, row.tier)]
    short.sort(key=lambda row: (-row.tier, -float(row.client.figures.total_assets or 0), row.client.pk))
    context = {
        "day": today,
        "whose": whose,
        "tabs": day_tabs(request, "week", f"advisor={whose.pk}" if whose else ""),
        "plan": plan,
        "weeks": _weeks(plan, today),
        "tiers": [(row, rules.standards[row.tier]) for row in rows],
        "total": added_up(rows),
        "tier": tier,
        "short": short[:SHOWN],
        "short_count": len(short),
    }
    return render(request, "servicelog/week.html", context)


def _by_advisor(request: HttpRequest, branch: Branch, today: date, rules: ServiceRules) -> HttpResponse:
    found = coverage_by_advisor(branch, today=today, rules=rules)
    advisors = Advisor.objects.visible_to(request.user).in_bulk(found)
    rows = [(advisors[pk], added_up(tiers)) for pk, tiers in found.items() if pk in advisors]
    rows.sort(key=lambda row: (row[1].share if row[1].share is not None else 2.0, row[0].staff_no))
    context = {
        "rows": rows,
        "total": added_up(row for _advisor, row in rows),
        "day": today,
        "tabs": day_tabs(request, "week"),
    }
    return render(request, "servicelog/week_branch.html", context)


def tiers_of(needs: Iterable[ClientNeed]) -> list[TierCoverage]:
    """The book's coverage per tier, the highest first."""
    by_tier: dict[int, list[TierCoverage]] = {}
    for row in needs:
        need = row.need
        one = TierCoverage(row.tier, 1, int(not need.is_short), need.wanted, need.held, need.meetings_wanted, need.met)
        by_tier.setdefault(row.tier, []).append(one)
    return [added_up(by_tier[tier], tier) for tier in sorted(by_tier, reverse=True)]


def _weeks(plan: WeekPlan, today: date) -> Sequence[dict[str, Any]]:
    """The sessions under the headings of their week; a week without one is left out."""
    next_monday = today + timedelta(days=7 - today.weekday())
    halves = [(_("This week"), [], False), (_("Next week"), [], True)]
    for day, items in plan.days.items():
        halves[day >= next_monday][1].append((day, items))
    return [{"title": title, "days": days, "folded": folded} for title, days, folded in halves if days]
