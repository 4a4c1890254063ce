"""The parts of the home pages beside the book overview. Each loads by itself: a slow or broken one does not hold up the rest."""

from __future__ import annotations

from datetime import timedelta
from functools import wraps
from typing import Protocol

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from allocation.models import Notice
from allocation.queries.approval import waiting_for
from allocation.queries.change_requests import waiting_requests
from branch_crm.core.models import AuditEntry, JobRun, Role
from branch_crm.core.templatetags import badges
from branch_crm.home.queries import own_book as books
from branch_crm.home.queries import work as open_work
from clients.models import Reveal
from clients.queries.value import policies_waiting_for
from servicelog.queries.scorecard.pages import waiting_appraisal

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
def work(request: HttpRequest) -> HttpResponse:
    """Plans and value policies that wait for the reader's approval, requests and disputes, what the night noticed, latest runs."""
    context = {
        "waiting": waiting_for(request.user),
        "policies": policies_waiting_for(request.user).select_related("proposed_by"),
        "requests": waiting_requests(request.user, on=timezone.localdate()),
        "appraisal": waiting_appraisal(request.user, today=timezone.localdate()),
        "flags": open_work.open_flags(request.user),
        "imports": open_work.latest_imports(request.user),
        "plans": open_work.latest_plans(request.user),
    }
    return render(request, "home/_work.html", context)


@own_book
@panel
def my_book(request: HttpRequest) -> HttpResponse:
    sums = books.own_book(request.user)
    tiers = [(f"fill-tier-{tier}", label, sums[f"tier_{tier}"]) for tier, label in badges.TIERS.items()]
    return render(request, "home/_my_book.html", {"sums": sums, "tiers": tiers})


@own_book
@panel
def my_notices(request: HttpRequest) -> HttpResponse:
    """Plans that lie open to the reader: empty on most days."""
    notices = Notice.objects.visible_to(request.user).running(timezone.localdate()).select_related("plan")
    return render(request, "home/_my_notices.html", {"notices": notices})


@own_book
@panel
def my_clients(request: HttpRequest) -> HttpResponse:
    """Who needs me: risk levels that end, core clients gone quiet, questionnaires that behaviour contradicts."""
    today = timezone.localdate()
    context = {
        "ending": books.risk_levels_ending(request.user, today),
        "quiet": books.core_gone_quiet(request.user, today),
        "talk": books.need_a_talk(request.user),
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
        "reveals": reveals.order_by("-pk")[: open_work.ROWS],
        "reveals_week": reveals.filter(at__gte=week).count(),
        "entries": AuditEntry.objects.visible_to(request.user).select_related("actor", "branch")[: open_work.ROWS],
    }
    return render(request, "home/_trail.html", context)


@RUN_FIRM
@panel
def branches(request: HttpRequest) -> HttpResponse:
    failed = JobRun.objects.visible_to(request.user).filter(state=JobRun.State.FAILED).select_related("branch")
    return render(
        request, "home/_branches.html", {"branches": open_work.branch_states(), "failed": failed[: open_work.ROWS]}
    )
