"""From a reviewed plan to the books, and back: approval, withdrawal, rollback, putting aside. Director only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allocation.forms import ApprovalForm
from allocation.models import Plan
from allocation.queries.review import progress_of
from allocation.services.discard_plan import discard_plan, withdraw_approval
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.publish_plan import lines_to_apply, publish_plan
from allocation.services.roll_back_plan import roll_back_plan
from allocation.views.plans import plan_for


@require_http_methods(["GET", "POST"])
@permission_required("allocation.publish", raise_exception=True)
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve for a day. A conflict answers 409 with the clients concerned and offers to leave them out."""
    plan = plan_for(request, pk)
    form = ApprovalForm(request.POST or None, initial={"effective_on": timezone.localdate()})
    error: AllocationError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            done = publish_plan(plan=plan, actor=request.user, **form.cleaned_data)
        except AllocationError as problem:
            error = problem
        else:
            _tell(request, done.plan, done.moved, done.changed)
            return redirect("allocation:plan_detail", pk=plan.pk)
    if error is not None and not (isinstance(error, PlanConflict) and error.conflicts):
        if isinstance(error, PlanConflict):
            return render(request, "allocation/conflict.html", {"plan": plan, "error": error}, status=409)
        form.add_error(error.field if error.field in form.fields else None, error.message)
    context: dict[str, Any] = {
        "plan": plan,
        "form": form,
        "progress": progress_of(plan),
        "error": error if error else None,
    }
    if plan.state != Plan.State.PROPOSED:
        return redirect("allocation:plan_detail", pk=plan.pk)
    context["moves"] = len(lines_to_apply(plan))
    status = 409 if isinstance(error, PlanConflict) else 422 if request.method == "POST" else 200
    return render(request, "allocation/approval.html", context, status=status)


def _tell(request: HttpRequest, plan: Plan, moved: int, changed: bool) -> None:
    if not changed:
        messages.info(request, _("You have approved this plan already; nothing was done twice."))
    elif plan.state == Plan.State.SCHEDULED:
        messages.success(
            request,
            _("The plan is approved; the night of %(day)s puts it into the books.") % {"day": plan.effective_on},
        )
    else:
        messages.success(request, _("The plan is published: %(count)d clients have a new advisor.") % {"count": moved})


@require_POST
@permission_required("allocation.publish", raise_exception=True)
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an approval back before its day."""
    plan = plan_for(request, pk)
    try:
        withdraw_approval(plan=plan, actor=request.user)
    except PlanConflict as error:
        return render(request, "allocation/conflict.html", {"plan": plan, "error": error}, status=409)
    messages.success(request, _("The approval has been taken back; the plan is a proposal again."))
    return redirect("allocation:plan_detail", pk=plan.pk)


@require_http_methods(["GET", "POST"])
@permission_required("allocation.roll_back", raise_exception=True)
def rollback(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a published plan whole; the page says what that means in numbers."""
    plan = plan_for(request, pk)
    error: PlanConflict | None = None
    if request.method == "POST":
        try:
            done = roll_back_plan(
                plan=plan, actor=request.user, skip_conflicts=bool(request.POST.get("skip_conflicts"))
            )
        except PlanConflict as problem:
            error = problem
        else:
            text = _("Rolled back: %(count)d clients have their former advisor again.") % {"count": done.moved}
            messages.success(request, text if done.changed else _("This plan has been rolled back already."))
            return redirect("allocation:plan_detail", pk=plan.pk)
        if not error.conflicts:
            return render(request, "allocation/conflict.html", {"plan": plan, "error": error}, status=409)
    if plan.state != Plan.State.PUBLISHED:
        return redirect("allocation:plan_detail", pk=plan.pk)
    today = timezone.localdate()
    moves = lines_to_apply(plan)
    gone = Q(before__left__lte=today) | Q(before__licence_until__lt=today)
    context = {
        "plan": plan,
        "moves": len(moves),
        "to_gone": plan.lines.filter(gone, pk__in=[line.pk for line in moves]).count(),
        "error": error,
    }
    return render(request, "allocation/rollback.html", context, status=409 if error else 200)


@require_POST
@permission_required("allocation.run", raise_exception=True)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a plan aside. Director, assistant."""
    plan = plan_for(request, pk)
    try:
        discard_plan(plan=plan, actor=request.user)
    except PlanConflict as error:
        return render(request, "allocation/conflict.html", {"plan": plan, "error": error}, status=409)
    messages.success(request, _("The plan has been put aside."))
    return redirect("allocation:plan_list")
