"""The desk of a notice period: open a plan to the advisors, see what they put forward, answer it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from allocation.domain.fit.policy import read_rules
from allocation.forms_notice import CloseNoticeForm, OpenNoticeForm
from allocation.models import Answer, Notice, Objection, Plan
from allocation.queries.notice import blocks_publication, counts_of, page_of_bids, page_of_objections, touched_by
from allocation.services.close_notice import close_notice
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.open_notice import open_notice
from allocation.views.plans import plan_for
from allocation.wording_notice import notice_events
from branch_crm.core import trading_calendar


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def notice_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance. `?kind=bids` shows the self-nominations instead of the objections."""
    plan = plan_for(request, pk)
    bids = request.GET.get("kind") == "bids"
    rows, after = (page_of_bids if bids else page_of_objections)(plan, request.GET)
    today = timezone.localdate()
    notices = list(plan.notices.select_related("plan", "opened_by", "closed_by"))
    context = {
        "plan": plan,
        "kind": "bids" if bids else "objections",
        "rows": rows,
        "after": after,
        "filtered": any(request.GET.get(name) for name in ("state", "ground", "advisor")),
        "counts": counts_of(plan),
        "running": next((notice for notice in notices if notice.is_running(today)), None),
        "events": notice_events(notices, today),
        "blocked": blocks_publication(plan),
        "grounds": Objection.Ground.choices,
        "states": Answer.choices,
        "touched": touched_by(plan),
        "can_answer": plan.state == Plan.State.PROPOSED and request.user.has_perm("allocation.answer_notice"),
    }
    return render(request, "allocation/notice_desk.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("allocation.open_notice", raise_exception=True)
def notice_opening(request: HttpRequest, pk: int) -> HttpResponse:
    """Director. Shows whom the plan touches and until when it would lie open."""
    plan = plan_for(request, pk)
    days = read_rules(plan.policy.rules).notice_days
    form = OpenNoticeForm(request.POST or None, initial={"trading_days": days})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            notice = open_notice(plan=plan, actor=request.user, **form.cleaned_data)
        except AllocationError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            status = 409 if isinstance(error, PlanConflict) else 422
        else:
            messages.success(request, _("The plan lies open until %(day)s.") % {"day": notice.ends.isoformat()})
            return redirect("allocation:notice", pk=plan.pk)
    calendar = trading_calendar.load()
    starts = calendar.shift(timezone.localdate(), 0)
    context = {
        "plan": plan,
        "form": form,
        "touched": touched_by(plan),
        "starts": starts,
        "ends": calendar.shift(starts, days - 1),
        "days": days,
    }
    return render(request, "allocation/notice_open.html", context, status=status)


@require_http_methods(["GET", "POST"])
@permission_required("allocation.open_notice", raise_exception=True)
def notice_closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Director. `pk` is the notice."""
    notices = Notice.objects.visible_to(request.user).select_related("plan__branch", "closed_by")
    notice = get_object_or_404(notices, pk=pk)
    form = CloseNoticeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            close_notice(notice=notice, actor=request.user, **form.cleaned_data)
        except AllocationError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            status = 409 if isinstance(error, PlanConflict) else 422
        else:
            messages.success(request, _("The notice is closed; nothing more can be put forward."))
            return redirect("allocation:notice", pk=notice.plan_id)
    context = {"notice": notice, "plan": notice.plan, "form": form}
    return render(request, "allocation/notice_close.html", context, status=status)
