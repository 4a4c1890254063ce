"""The own book against the branch: service, punctuality and logs, each beside the colleagues without their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from advisors.models import Advisor
from branch_crm.core.distribution import Distribution, distribution
from servicelog.domain.coverage import added_up
from servicelog.queries.coverage import coverage_by_advisor
from servicelog.queries.track_record import (
    LATE,
    QUARTER,
    judged_tasks,
    logs_by_advisor,
    on_time_by_advisor,
    own_logs_that_do_not_count,
)
from servicelog.services.service_policies import service_rules
from servicelog.views.day_tabs import day_tabs

#: Records listed under a figure.
ROWS = 12


@dataclass(frozen=True)
class Figure:
    """good of all, and where that share stands; place is None where too few colleagues would stay anonymous."""

    good: int
    all: int
    place: Distribution | None

    @property
    def share(self) -> float | None:
        return self.good / self.all if self.all else None


@require_GET
@permission_required("servicelog.view_own_book", raise_exception=True)
def my_book(request: HttpRequest) -> HttpResponse:
    """Advisors, for the own book only; of colleagues nothing but quartiles is shown."""
    me = Advisor.objects.visible_to(request.user).select_related("branch").first()
    if me is None:
        raise PermissionDenied(_("This account is not linked to an advisor. The administrator can link it."))
    today = timezone.localdate()
    rules = service_rules(me.branch, on=today)
    coverage = {pk: added_up(rows) for pk, rows in coverage_by_advisor(me.branch, today=today, rules=rules).items()}
    kept = {pk: (row.held + row.met, row.wanted + row.meetings_wanted) for pk, row in coverage.items()}
    on_time = on_time_by_advisor(me.branch, today=today)
    late = judged_tasks(me.branch, today=today).filter(advisor=me, client__advisor=me, outcome=LATE)
    context = {
        "tabs": day_tabs(request, "my_book"),
        "me": me,
        "day": today,
        "since": today - QUARTER,
        "own": coverage.get(me.pk),
        "kept": beside_the_branch(kept, me.pk),
        "on_time": beside_the_branch(on_time, me.pk),
        "late": late.select_related("client").order_by("-due_on")[:ROWS],
        "logs": beside_the_branch(logs_by_advisor(me.branch, today=today), me.pk),
        "not_counted": own_logs_that_do_not_count(request.user, today=today, most=ROWS),
        "counting": rules.counting,
    }
    return render(request, "servicelog/my_book.html", context)


def beside_the_branch(counted: Mapping[int, tuple[int, int]], own: int) -> Figure:
    """Advisor -> (good, all), turned into the own figure and the shares of everybody of whom something was counted."""
    judged = {pk: (good, total) for pk, (good, total) in counted.items() if total}
    shares = np.array([good / total for good, total in judged.values()], dtype=np.float64)
    at = list(judged).index(own) if own in judged else None
    good, total = judged.get(own, (0, 0))
    return Figure(good, total, distribution(shares, at))
