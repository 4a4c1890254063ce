"""Today: one queue for an advisor, and for the desk the branch by advisor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from advisors.models import Advisor
from branch_crm.core.models import Role
from clients.list_state import as_number, branch_for
from servicelog.domain.mot.rules import read_mot_rules
from servicelog.domain.queue_order import Section, in_quiet_hours, waits_for_morning
from servicelog.labels import LAPSES
from servicelog.models import MotTask
from servicelog.queries.today import Row, branch_standing, day_queue
from servicelog.services.service_policies import service_rules
from servicelog.views.day_tabs import day_tabs
from servicelog.wording import why_now
from servicelog.wording_facts import fact_rows
from servicelog.wording_policy import cooldown_text, limit_text, parameters_text

#: Section -> heading and what it means. The last one is folded away.
SECTIONS: dict[Section, tuple[str | Promise, str | Promise]] = {
    Section.DUE: (_("Due now"), _("Mandatory tasks and promises whose deadline is today or has passed")),
    Section.LATER: (_("Mandatory, due later"), _("Nothing is lost by doing them today")),
    Section.QUIET: (_("Core clients gone quiet"), _("No counted contact within the standard of their tier")),
    Section.AIM: (_("Aims"), _("Optional moments of platinum and above: worth doing, never counted against you")),
    Section.OTHER: (_("Further moments"), _("Optional, without any target")),
}


#: Rows of a section drawn at once: more than a day's work. The rest follows as they are done, or with `?all=1`.
DRAWN = 50


@require_GET
@permission_required("servicelog.view_today", raise_exception=True)
def today(request: HttpRequest) -> HttpResponse:
    """Advisors: the own queue. Director, assistant, manager: the branch by advisor, and with `?advisor=` one queue."""
    day = timezone.localdate()
    branch = branch_for(request.user)
    whose = advisor_asked_for(request)
    if request.user.role != Role.ADVISOR and whose is None:
        standing = branch_standing(branch, request.user, today=day) if branch else []
        context = {"standing": standing, "day": day, "tabs": day_tabs(request, "today")}
        return render(request, "servicelog/today_branch.html", context)
    rules = service_rules(branch, on=day)
    rows = day_queue(request.user, today=day, rules=rules, advisor=whose)
    quiet = in_quiet_hours(timezone.localtime().time(), rules.quiet_from, rules.quiet_until)
    shown = [row for row in rows if not (quiet and waits_for_morning(row.section))]
    context = {
        "day": day,
        "whose": whose,
        "tabs": day_tabs(request, "today", f"advisor={whose.pk}" if whose else ""),
        "sections": _sections(shown, drawn=None if request.GET.get("all") else DRAWN),
        "due": sum(row.section == Section.DUE for row in rows),
        "later": sum(row.section == Section.LATER for row in rows),
        "quiet_until": rules.quiet_until if quiet else None,
        "held_back": len(rows) - len(shown),
    }
    return render(request, "servicelog/today.html", context)


def advisor_asked_for(request: HttpRequest) -> Advisor | None:
    """`?advisor=` of the desk; 404 for one that is not seen. Advisors have their own day only."""
    asked = as_number(request.GET.get("advisor"))
    if asked is None or request.user.role == Role.ADVISOR:
        return None
    return get_object_or_404(Advisor.objects.visible_to(request.user), pk=asked)


def _sections(rows: Sequence[Row], *, drawn: int | None) -> list[dict[str, Any]]:
    """Headings with their first rows and the number of all; empty sections are left out."""
    found = []
    for section, (title, note) in SECTIONS.items():
        inside = [row for row in rows if row.section == section]
        if inside:
            found.append(
                {
                    "title": title,
                    "note": note,
                    "rows": inside[:drawn],
                    "count": len(inside),
                    "left": len(inside) - len(inside[:drawn]),
                    "folded": section == Section.OTHER,
                }
            )
    return found


@require_GET
@permission_required("servicelog.view_today", raise_exception=True)
def task_why(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a task is there: its figures, its rule and the version it came from. Everybody who sees the client."""
    tasks = MotTask.objects.visible_to(request.user).select_related("client", "policy", "contact")
    task = get_object_or_404(tasks, pk=pk)
    rule = next((each for each in read_mot_rules(task.policy.rules).triggers if each.code == task.kind), None)
    context = {
        "task": task,
        "why": why_now(task),
        "facts": fact_rows(task),
        "lapse": LAPSES.get(task.lapse_reason, ""),
        "rule": rule and (limit_text(rule.limit), cooldown_text(rule.cooldown), parameters_text(rule)),
    }
    return render(request, "servicelog/task_why.html", context)
