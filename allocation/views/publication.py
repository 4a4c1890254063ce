"""From a reviewed plan to the books: approval, the second person's approval, taking back, putting aside."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from allocation.domain.approval import second_needed
from allocation.domain.fit.policy import read_rules
from allocation.forms_approval import ApprovalForm, SecondApprovalForm, SendBackForm
from allocation.models import Plan
from allocation.queries.approval import second_approvers, size_of
from allocation.queries.leaver import case_of_plan, hands_over_on
from allocation.queries.notice import blocks_publication
from allocation.queries.review import progress_of
from allocation.services.approve_second import approve_second, send_back
from allocation.services.discard_plan import discard_plan, withdraw_approval
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.publish_plan import Publication, publish_plan
from allocation.views.plans import plan_for
from allocation.wording_approval import approver_names, second_words

#: Both forms of the second approval's page have a note; each label names its own.
BACK_ID = "back_%s"


@require_http_methods(["GET", "POST"])
@permission_required("allocation.publish", raise_exception=True)
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Director. Approve for a day; the page says first whether a second person will be asked, why and whom.

    A conflict answers 409 with the clients concerned and offers to leave them out.
    """
    plan = plan_for(request, pk)
    case = case_of_plan(plan)
    day = max(hands_over_on(case), timezone.localdate()) if case else timezone.localdate()
    form = ApprovalForm(request.POST or None, initial={"effective_on": day})
    error: AllocationError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            done = publish_plan(plan=plan, actor=request.user, **form.cleaned_data)
        except AllocationError as problem:
            error = problem
        else:
            _tell(request, done)
            return redirect("allocation:plan_detail", pk=plan.pk)
    if lost := _told_at_once(request, plan, form, error):
        return lost
    if plan.state != Plan.State.PROPOSED:
        return redirect("allocation:plan_detail", pk=plan.pk)
    context = {
        "plan": plan,
        "form": form,
        "error": error,
        "progress": progress_of(plan),
        "variants": _variants(plan),
        "approvers": approver_names(second_approvers(plan.branch, first=request.user)),
        "blocked": blocks_publication(plan),
    }
    return render(request, "allocation/approval.html", context, status=_status(request, error))


def _variants(plan: Plan) -> list[dict[str, Any]]:
    """What would be published with and without the moves nobody has reviewed, and why a second person would be asked."""
    rules = read_rules(plan.policy.rules)
    sizes = [("reviewed", size_of(plan)), ("all", size_of(plan, include_pending=True))]
    return [{"name": name, "size": size, "why": second_words(second_needed(size, rules))} for name, size in sizes]


@require_http_methods(["GET", "POST"])
@permission_required("allocation.approve_second", raise_exception=True)
def second(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, manager; never the one who approved first, who may look on."""
    plan = plan_for(request, pk)
    passed = plan.effective_on is not None and plan.effective_on < timezone.localdate()
    form = SecondApprovalForm(request.POST or None, day_passed=passed)
    error: AllocationError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            done = approve_second(plan=plan, actor=request.user, **form.cleaned_data)
        except AllocationError as problem:
            error = problem
        else:
            _tell(request, done)
            return redirect("allocation:plan_detail", pk=plan.pk)
    if lost := _told_at_once(request, plan, form, error):
        return lost
    return _second_page(request, plan, form, SendBackForm(auto_id=BACK_ID), error)


@require_POST
@permission_required("allocation.approve_second", raise_exception=True)
def sent_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, manager. The plan is a proposal again; the note says what is missing."""
    plan = plan_for(request, pk)
    form = SendBackForm(request.POST, auto_id=BACK_ID)
    error: AllocationError | None = None
    if form.is_valid():
        try:
            send_back(plan=plan, actor=request.user, **form.cleaned_data)
        except AllocationError as problem:
            error = problem
        else:
            messages.success(request, _("The plan has been sent back; the director reads your note on it."))
            return redirect("allocation:plan_detail", pk=plan.pk)
    if lost := _told_at_once(request, plan, form, error):
        return lost
    passed = plan.effective_on is not None and plan.effective_on < timezone.localdate()
    return _second_page(request, plan, SecondApprovalForm(day_passed=passed), form, error)


def _second_page(
    request: HttpRequest, plan: Plan, form: Form, back_form: Form, error: AllocationError | None
) -> HttpResponse:
    if plan.state != Plan.State.WAITING:
        return redirect("allocation:plan_detail", pk=plan.pk)
    context = {
        "plan": plan,
        "form": form,
        "back_form": back_form,
        "error": error,
        "size": size_of(plan),
        "why": second_words(plan.second_needed),
        "progress": progress_of(plan),
        "own": plan.approved_by_id == request.user.pk,
        "blocked": blocks_publication(plan),
    }
    return render(request, "allocation/second.html", context, status=_status(request, error))


def _told_at_once(request: HttpRequest, plan: Plan, form: Form, error: AllocationError | None) -> HttpResponse | None:
    """Somebody was faster: a page of its own. Any other refusal goes to the form, conflicts with clients to the page."""
    if isinstance(error, PlanConflict):
        if error.conflicts:
            return None
        return render(request, "allocation/conflict.html", {"plan": plan, "error": error}, status=409)
    if error is not None:
        form.add_error(error.field if error.field in form.fields else None, error.message)
    return None


def _status(request: HttpRequest, error: AllocationError | None) -> int:
    return 409 if isinstance(error, PlanConflict) else 422 if request.method == "POST" else 200


def _tell(request: HttpRequest, done: Publication) -> None:
    plan = done.plan
    if not done.changed:
        messages.info(request, _("You have approved this plan already; nothing was done twice."))
    elif plan.state == Plan.State.WAITING:
        messages.success(request, _("The plan is approved by you and waits for the second approval."))
    elif plan.state == Plan.State.SCHEDULED:
        messages.success(
            request,
            _("The plan is approved; the night of %(day)s puts it into the books.") % {"day": plan.effective_on},
        )
    else:
        text = ngettext(
            "The plan is published: %(count)d client has a new advisor.",
            "The plan is published: %(count)d clients have a new advisor.",
            done.moved,
        )
        messages.success(request, text % {"count": done.moved})


@require_POST
@permission_required("allocation.publish", raise_exception=True)
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Director. Take an approval back before its day, or before the second one is given."""
    plan = plan_for(request, pk)
    try:
        withdraw_approval(plan=plan, actor=request.user)
    except PlanConflict as error:
        return render(request, "allocation/conflict.html", {"plan": plan, "error": error}, status=409)
    messages.success(request, _("The approval has been taken back; the plan is a proposal again."))
    return redirect("allocation:plan_detail", pk=plan.pk)


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
