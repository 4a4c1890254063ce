"""The ledger of long work: what runs, what went wrong, run it again."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from branch_crm.core.jobs import rerun
from branch_crm.core.models import JobRun


@require_GET
@permission_required("core.view_jobs", raise_exception=True)
def job_list(request: HttpRequest) -> HttpResponse:
    jobs = JobRun.objects.visible_to(request.user).select_related("branch", "created_by")
    state = request.GET.get("state", "")
    if state in JobRun.State.values:
        jobs = jobs.filter(state=state)
    page = Paginator(jobs, 50).get_page(request.GET.get("page"))
    return render(request, "core/job_list.html", {"page": page, "state": state, "states": JobRun.State.choices})


@require_GET
@permission_required("core.view_jobs", raise_exception=True)
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(JobRun.objects.visible_to(request.user).select_related("branch", "created_by"), pk=pk)
    return render(request, "core/job_detail.html", {"job": job})


@require_POST
@permission_required("core.rerun_job", raise_exception=True)
def job_rerun(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(JobRun.objects.visible_to(request.user), pk=pk)
    before = job.state
    job = rerun(job=job, actor=request.user)
    if job.state == before:
        messages.info(
            request, _("This job is not in a state to be run again: %(state)s.") % {"state": job.get_state_display()}
        )
    else:
        messages.success(request, _("The job has been queued again; it goes on from its last checkpoint."))
    return redirect("core:job_detail", pk=job.pk)
