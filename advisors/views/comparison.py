"""All advisors beside each other. Director, assistant, manager and compliance see everybody; an advisor the own row and
the branch's range without names."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from advisors.labels import skill_label
from advisors.models import SERVING_POSITIONS, Position
from advisors.queries import active_policy
from advisors.queries.comparison import Comparison, compare
from advisors.radar import Radar, radar
from advisors.views.asked import branch_of, day_asked
from branch_crm.core.models import Role

MOST_BESIDE = 4
LABELS = dict(Position.choices)


@require_GET
@permission_required("advisors.view", raise_exception=True)
def skill_comparison(request: HttpRequest) -> HttpResponse:
    """`?on=` a day, `?position=`, `?sort=` a skill, `?with=` up to four advisors for the radar."""
    branch = branch_of(request)
    on, wrong_day = day_asked(request)
    position, sort = request.GET.get("position", ""), request.GET.get("sort", "")
    found = compare(branch, request.user, on=on, position=position, sort=sort)
    own = request.user.role == Role.ADVISOR
    wanted = request.GET.getlist("with") or ([str(row.advisor.pk) for row in found.people] if own else [])
    chosen = [row.advisor.pk for row in found.people if str(row.advisor.pk) in wanted][:MOST_BESIDE]
    neutral = active_policy(branch, on=on).rules["prior_score"]
    context = {
        "found": found,
        "on": on,
        "wrong_day": wrong_day,
        "replayed": bool(request.GET.get("on")) and not wrong_day,
        "position": position,
        "positions": [(code.value, LABELS[code]) for code in SERVING_POSITIONS],
        "sort": sort if sort in found.skills else "",
        "chosen": chosen,
        "radar": _radar(found, chosen, neutral) if chosen else None,
        "own": own,
    }
    return render(request, "advisors/comparison.html", context)


def _radar(found: Comparison, chosen: list[int], neutral: float) -> Radar:
    people = [
        (row.advisor.name, [cell.score for cell in row.cells]) for row in found.people if row.advisor.pk in chosen
    ]
    middle = [item.middle for item in found.ranges]
    if len(people) == 1 and any(score is not None for score in middle):
        people.append(("", middle))
    return radar([skill_label(code) for code in found.skills], people, neutral=neutral)
