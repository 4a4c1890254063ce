"""The home page of each role, and the small parts of the frame that refresh themselves."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django_htmx.http import trigger_client_event

from allocation.queries.change_requests import waiting_requests
from branch_crm.core.models import JobRun, Role

#: The branch at one glance, for those who answer for it or watch over it.
OVERVIEW = (
    ("home_week", ""),
    ("home_book", ""),
    ("home_advisors", ""),
    ("home_unserved", "w-half"),
    ("home_uncontacted", "w-half"),
    ("home_data", ""),
    ("home_work", ""),
)
#: Role -> panels of its home page, in the order of reading: (URL name, width).
PANELS: dict[str, tuple[tuple[str, str], ...]] = {
    Role.DIRECTOR: OVERVIEW,
    Role.ASSISTANT: OVERVIEW,
    Role.MANAGER: OVERVIEW,
    Role.COUNTER: (),
    Role.COMPLIANCE: (("home_trail", ""), ("home_data", ""), ("home_work", "")),
    Role.ADMIN: (("home_branches", ""),),
}


def home(request: HttpRequest) -> HttpResponse:
    """What is past its last day is said before everything else. An advisor's home is Today."""
    if request.user.role == Role.ADVISOR:
        return redirect("servicelog:today")
    context: dict[str, Any] = {"panels": PANELS[request.user.role]}
    if request.user.has_perm("allocation.view_plans"):
        context["requests"] = waiting_requests(request.user, on=timezone.localdate())
    return render(request, "home/home.html", context)


def running_jobs(request: HttpRequest) -> HttpResponse:
    return render(request, "components/_running_jobs.html")


def job_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """One job's progress as a fragment; tells the page when it has ended. Who asked for the work may watch it."""
    jobs = JobRun.objects.visible_to(request.user)
    if not request.user.has_perm("core.view_jobs"):
        jobs = jobs.filter(created_by=request.user)
    job = get_object_or_404(jobs, pk=pk)
    response = render(request, "components/_job.html", {"job": job, "title": request.GET.get("title", "")[:80]})
    return trigger_client_event(response, "job-finished", {"job": job.pk}) if job.is_final else response
