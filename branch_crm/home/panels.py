"""The parts of the home pages. Each loads by itself, so that a slow or broken one does not hold up the rest."""

from __future__ import annotations

from datetime import timedelta
from functools import wraps
from typing import Any, Protocol

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from allocation.queries.approval import waiting_for
from branch_crm.core.models import AuditEntry, JobRun, Role
from branch_crm.core.templatetags import badges
from branch_crm.home import queries
from clients.list_state import branch_for
from clients.models import Reveal

READ_PLANS = permission_required("allocation.view_plans", raise_exception=True)
READ_AUDIT = permission_required("core.view_audit", raise_exception=True)
RUN_FIRM = permission_required("core.manage_staff", raise_exception=True)


class View(Protocol):
    def __call__(self, request: HttpRequest) -> HttpResponse: ...


def panel(view: View) -> View:
    """A panel is a piece of the home page: whoever opens its address alone gets the page."""

    @require_GET
    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        return view(request) if request.htmx else redirect("home")

    return wrapped


def own_book(view: View) -> View:
    """Only for advisors: what others would see here is the whole branch."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if request.user.role != Role.ADVISOR:
            raise PermissionDenied
        return view(request)

    return wrapped


@READ_PLANS
@panel
def book(request: HttpRequest) -> HttpResponse:
    """Who brings commission, who buys products, who keeps assets; the branch's own Pareto curve; who entered or left the core."""
    branch = branch_for(request.user)
    found = queries.branch_book(branch) if branch else None
    if found is None:
        return render(request, "home/_no_book.html")
    summary = found.run.summary
    core = found.core
    covered = round(100 * core["covered"])
    share = round(100 * core["size"] / core["clients"], 1) if core["clients"] else 0
    context: dict[str, Any] = {
        "book": found,
        "types": [
            (f"fill-{code}", label, summary["types"][code]["clients"]) for code, label in badges.VALUE_TYPES.items()
        ],
        "types_revenue": [
            (f"fill-{code}", label, summary["types"][code]["revenue"]) for code, label in badges.VALUE_TYPES.items()
        ],
        "tiers": [
            (f"fill-tier-{tier}", label, summary["tiers"][str(tier)]["clients"]) for tier, label in badges.TIERS.items()
        ],
        "core_share": share,
        "covered": covered,
        "pareto": {
            "points": [[round(100 * x, 2), round(100 * y, 2)] for x, y in core["curve"]],
            "mark": [share, covered],
            "names": {
                "x": _("Clients, %"),
                "y": _("Net revenue, %"),
                "even": _("evenly spread"),
                "mark": _("core: %(share)s%% bring %(covered)s%%") % {"share": share, "covered": covered},
            },
        },
    }
    return render(request, "home/_book.html", context)


@READ_PLANS
@panel
def advisors(request: HttpRequest) -> HttpResponse:
    branch = branch_for(request.user)
    return render(request, "home/_advisors.html", {"books": queries.books_by_advisor(branch) if branch else []})


@READ_PLANS
@panel
def unserved(request: HttpRequest) -> HttpResponse:
    context = {"clients": queries.unserved(request.user), "flags": queries.open_flags(request.user)}
    return render(request, "home/_unserved.html", context)


@READ_PLANS
@panel
def work(request: HttpRequest) -> HttpResponse:
    """Plans that wait for the reader's second approval, latest imports and plans."""
    context = {
        "imports": queries.latest_imports(request.user),
        "plans": queries.latest_plans(request.user),
        "waiting": waiting_for(request.user),
    }
    return render(request, "home/_work.html", context)


@own_book
@panel
def my_book(request: HttpRequest) -> HttpResponse:
    sums = queries.own_book(request.user)
    tiers = [(f"fill-tier-{tier}", label, sums[f"tier_{tier}"]) for tier, label in badges.TIERS.items()]
    return render(request, "home/_my_book.html", {"sums": sums, "tiers": tiers})


@own_book
@panel
def my_clients(request: HttpRequest) -> HttpResponse:
    """Who needs me: risk levels that end, core clients gone quiet, questionnaires that behaviour contradicts."""
    today = timezone.localdate()
    context = {
        "ending": queries.risk_levels_ending(request.user, today),
        "quiet": queries.core_gone_quiet(request.user, today),
        "talk": queries.need_a_talk(request.user),
        "today": today,
    }
    return render(request, "home/_my_clients.html", context)


@READ_AUDIT
@panel
def trail(request: HttpRequest) -> HttpResponse:
    """Who looked at whose data, and the latest decisions."""
    week = timezone.now() - timedelta(days=7)
    reveals = Reveal.objects.visible_to(request.user).select_related("client", "by")
    context = {
        "reveals": reveals.order_by("-pk")[: queries.ROWS],
        "reveals_week": reveals.filter(at__gte=week).count(),
        "entries": AuditEntry.objects.visible_to(request.user).select_related("actor", "branch")[: queries.ROWS],
    }
    return render(request, "home/_trail.html", context)


@RUN_FIRM
@panel
def branches(request: HttpRequest) -> HttpResponse:
    failed = JobRun.objects.visible_to(request.user).filter(state=JobRun.State.FAILED).select_related("branch")
    return render(
        request, "home/_branches.html", {"branches": queries.branch_states(), "failed": failed[: queries.ROWS]}
    )
