"""The panels of the book overview: the branch in figures, who entered and left the core, the books, who is left alone, the data."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from allocation.queries.standing import books_standing
from branch_crm.core.templatetags.badges import TIERS
from branch_crm.home.panels import panel
from branch_crm.home.queries import unserved as left_alone
from branch_crm.home.queries.overview import Overview, overview
from branch_crm.home.queries.week import week as changes_of_week
from clients.filters import OPEN_STATUSES
from clients.labels_data import GAPS as GAP_WORDS
from clients.list_state import branch_for
from clients.queries.core_changes import core_changes, seen_by
from clients.queries.data_gaps import gaps_of
from clients.queries.value import current_run, data_as_of

READ_PLANS = permission_required("allocation.view_plans", raise_exception=True)

#: The largest moves of the core set that the panel names.
NAMED = 8
#: The client list with exactly the accounts that are not closed.
OPEN_ACCOUNTS = "&".join(f"status={status}" for status in OPEN_STATUSES)


@READ_PLANS
@panel
def week(request: HttpRequest) -> HttpResponse:
    """What changed since last week, in one line."""
    branch = branch_for(request.user)
    return render(request, "home/_week.html", {"week": changes_of_week(request.user, branch) if branch else None})


@READ_PLANS
@panel
def book(request: HttpRequest) -> HttpResponse:
    """Who brings commission, who buys products, who keeps assets; the branch's own Pareto curve."""
    branch = branch_for(request.user)
    found = overview(request.user, branch) if branch else None
    if found is None:
        return render(request, "home/_no_book.html")
    return render(request, "home/_book.html", {"book": found, "open_accounts": OPEN_ACCOUNTS, "pareto": pareto(found)})


def pareto(found: Overview) -> dict[str, Any]:
    """The curve in percent, with the branch's own core point, as charts.js draws it."""
    core, share = found.core, 100 * found.core_share
    covered = 100 * core["covered"]
    return {
        "points": [[round(100 * x, 2), round(100 * y, 2)] for x, y in core["curve"]],
        "mark": [round(share, 2), round(covered, 2)],
        "names": {
            "x": _("Clients, %"),
            "y": _("Net revenue, %"),
            "even": _("evenly spread"),
            "mark": _("core: %(share)s%% bring %(covered)s%%") % {"share": f"{share:.1f}", "covered": f"{covered:.0f}"},
        },
    }


@READ_PLANS
@panel
def core(request: HttpRequest) -> HttpResponse:
    """Who entered and left the core set this month, and the reason for each."""
    branch = branch_for(request.user)
    found = core_changes(branch) if branch else None
    named = seen_by(request.user, found.moves[:NAMED]) if found else []
    return render(request, "home/_core.html", {"found": found, "named": named})


@READ_PLANS
@panel
def advisors(request: HttpRequest) -> HttpResponse:
    """Load and value per hour of every advisor, farthest from the fairness band first."""
    branch = branch_for(request.user)
    standing = books_standing(branch, on=timezone.localdate()) if branch else None
    return render(request, "home/_advisors.html", {"standing": standing, "open_accounts": OPEN_ACCOUNTS})


@require_GET
@READ_PLANS
def advisors_why(request: HttpRequest) -> HttpResponse:
    """How load, value per hour and band come about: the numbers of the match policy in force."""
    branch = branch_for(request.user)
    standing = books_standing(branch, on=timezone.localdate()) if branch else None
    hours = list(zip(TIERS.values(), standing.rules.hours, strict=True)) if standing else []
    return render(request, "home/advisors_why.html", {"standing": standing, "hours": hours})


@READ_PLANS
@panel
def unserved(request: HttpRequest) -> HttpResponse:
    """Clients without an advisor, most valuable first."""
    branch = branch_for(request.user)
    found = left_alone.unserved(request.user, branch) if branch else None
    return render(request, "home/_unserved.html", {"found": found})


@READ_PLANS
@panel
def uncontacted(request: HttpRequest) -> HttpResponse:
    """Clients with an advisor who has never spoken with them, most valuable first."""
    branch = branch_for(request.user)
    found = left_alone.uncontacted(request.user, branch) if branch else None
    return render(request, "home/_uncontacted.html", {"found": found})


@READ_PLANS
@panel
def data(request: HttpRequest) -> HttpResponse:
    """How old the figures are, and what is missing in the data behind them."""
    branch = branch_for(request.user)
    if branch is None:
        return render(request, "home/_data.html")
    gaps = [(gap, *GAP_WORDS[gap.code]) for gap in gaps_of(request.user, branch, timezone.localdate())]
    return render(request, "home/_data.html", {"gaps": gaps, "as_of": data_as_of(branch), "run": current_run(branch)})
