"""The nights of a branch: what each step did, and do it again."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from branch_crm.core.models import Branch, JobRun
from branch_crm.night.run import KIND, business_day, repeat_night
from branch_crm.night.steps import STEPS


@require_GET
@permission_required("night.view", raise_exception=True)
def night_list(request: HttpRequest) -> HttpResponse:
    nights = JobRun.objects.visible_to(request.user).filter(kind=KIND).select_related("branch")
    page = Paginator(nights, 30).get_page(request.GET.get("page"))
    return render(
        request,
        "night/list.html",
        {"page": page, "day": business_day(timezone.now()), "branches": Branch.objects.visible_to(request.user)},
    )


@require_GET
@permission_required("night.view", raise_exception=True)
def night_detail(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(JobRun.objects.visible_to(request.user).filter(kind=KIND).select_related("branch"), pk=pk)
    steps = [(_(name), job.checkpoint.get(code)) for code, name, _step in STEPS]
    return render(
        request, "night/detail.html", {"job": job, "steps": steps, "day": date.fromisoformat(job.params["day"])}
    )


@require_POST
@permission_required("night.repeat", raise_exception=True)
def night_start(request: HttpRequest) -> HttpResponse:
    """Run the night of a day, again where it has already run. One's own branch where none is named."""
    wanted = request.POST.get("branch", "")
    branches = Branch.objects.visible_to(request.user)
    branch = get_object_or_404(branches, pk=int(wanted)) if wanted.isdecimal() else request.user.branch
    if branch is None:
        messages.error(request, _("Choose the branch whose night is to run."))
        return redirect("night:list")
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        messages.error(request, _("Enter the day as year-month-day, for example 2026-11-23."))
        return redirect("night:list")
    if day > timezone.localdate():
        messages.error(request, _("A day in the future has no data yet."))
        return redirect("night:list")
    job = repeat_night(branch=branch, day=day, actor=request.user)
    return redirect("night:detail", pk=job.pk)
