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

from branch_crm.core.models import Role
from clients.list_state import branch_for
from servicelog.domain.queue_order import Section
from servicelog.models import MotTask
from servicelog.queries.today import Row, branch_standing, day_queue
from servicelog.services.service_policies import service_rules
from servicelog.wording import why_now

#: Section -> heading and what it means. The last one is folded away.
SECTIONS: dict[Section, tuple[str | Promise, str | Promise]] = {
    Section.DUE: (_("Due now"), _("Mandatory tasks and promises whose deadline is today or has passed")),
    Section.LATER: (_("Mandatory, due later"), _("Nothing is lost by doing them today")),
    Section.QUIET: (_("Core clients gone quiet"), _("No counted contact within the standard of their tier")),
    Section.AIM: (_("Aims"), _("Optional moments of platinum and above: worth doing, never counted against you")),
    Section.OTHER: (_("Further moments"), _("Optional, without any target")),
}


@require_GET
@permission_required("servicelog.view_today", raise_exception=True)
def today(request: HttpRequest) -> HttpResponse:
    """Advisors: the own queue. Director, assistant, manager: the branch by advisor."""
    day = timezone.localdate()
    branch = branch_for(request.user)
    if request.user.role != Role.ADVISOR:
        standing = branch_standing(branch, request.user, today=day) if branch else []
        return render(request, "servicelog/today_branch.html", {"standing": standing, "day": day})
    rows = day_queue(request.user, today=day, rules=service_rules(branch, on=day)) if branch else []
    context = {
        "day": day,
        "sections": _sections(rows),
        "due": sum(row.section == Section.DUE for row in rows),
        "later": sum(row.section == Section.LATER for row in rows),
    }
    return render(request, "servicelog/today.html", context)


def _sections(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Headings with their rows; empty sections are left out."""
    found = []
    for section, (title, note) in SECTIONS.items():
        inside = [row for row in rows if row.section == section]
        if inside:
            found.append({"title": title, "note": note, "rows": inside, "folded": section == Section.OTHER})
    return found


@require_GET
@permission_required("servicelog.view_today", raise_exception=True)
def task_why(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a task is there: its figures, its rule and the version it came from. Everybody who sees the client."""
    tasks = MotTask.objects.visible_to(request.user).select_related("client", "policy", "contact")
    task = get_object_or_404(tasks, pk=pk)
    rule = task.policy.rules.get("triggers", {}).get(task.kind, {})
    context = {"task": task, "why": why_now(task), "rule": rule, "facts": sorted(task.facts.items())}
    return render(request, "servicelog/task_why.html", context)
