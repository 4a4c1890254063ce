"""The printable briefing: the branch on a few sheets of A4, for a director who is new in the chair."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from advisors.labels import skill_label
from allocation.labels import gap_class_label
from allocation.queries.skill_gaps_brief import GapFigures, lacking_skills
from allocation.queries.standing import books_standing
from branch_crm.core.models import Branch
from branch_crm.home.queries import work
from branch_crm.home.queries.overview import Overview, overview
from branch_crm.home.queries.unserved import uncontacted, unserved
from branch_crm.home.queries.week import week
from clients.labels_data import GAPS as GAP_WORDS
from clients.list_state import branch_for
from clients.queries.core_changes import core_changes, seen_by
from clients.queries.data_gaps import gaps_of
from clients.queries.value import data_as_of

#: Named core moves; the counts by reason are always complete.
NAMED = 20
#: The classes of clients that the team lacks skills for, the most value first.
LACKING = 6


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def briefing(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance. Constant number of queries; nothing is written."""
    branch = branch_for(request.user)
    book = overview(request.user, branch) if branch else None
    context: dict[str, Any] = {"branch": branch, "book": book, "now": timezone.now()}
    if branch and book:
        context |= _contents(request, branch, book)
    return render(request, "home/briefing.html", context)


def _contents(request: HttpRequest, branch: Branch, book: Overview) -> dict[str, Any]:
    user, today = request.user, timezone.localdate()
    changes = core_changes(branch)
    return {
        "as_of": data_as_of(branch),
        "curve": _curve(book),
        "week": week(user, branch),
        "changes": changes,
        "named": seen_by(user, changes.moves[:NAMED]) if changes else [],
        "standing": books_standing(branch, on=today),
        "lacking": _lacking(branch),
        "unserved": unserved(user, branch),
        "uncontacted": uncontacted(user, branch),
        "gaps": [(gap, *GAP_WORDS[gap.code]) for gap in gaps_of(user, branch, today)],
        "flags": work.open_flags(user),
        "plans": work.latest_plans(user),
        "imports": work.latest_imports(user),
    }


def _lacking(branch: Branch) -> list[tuple[GapFigures, str, str]]:
    """Classes of clients whom the team's skills do not reach, each with its name and the skills it asks for."""
    return [
        (gap, gap_class_label(gap.term, gap.name), ", ".join(str(skill_label(code)) for code in gap.skills))
        for gap in lacking_skills(branch, on=timezone.localdate())[:LACKING]
    ]


def _curve(book: Overview) -> dict[str, Any]:
    """The Pareto curve as points of an SVG polyline, 100 x 100 with the origin below, and the core's own point."""
    core = book.core
    return {
        "points": " ".join(f"{100 * x:.2f},{100 - 100 * y:.2f}" for x, y in core["curve"]),
        "x": f"{100 * book.core_share:.2f}",
        "y": f"{100 - 100 * core['covered']:.2f}",
    }
