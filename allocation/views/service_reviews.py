"""Reviews of how clients are served: the own ones, the director's queue, one with its evidence and steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from advisors.models import Advisor
from allocation.forms_service_review import DecisionForm, DismissForm, ReplyForm
from allocation.models import ServiceReview
from allocation.queries.service_findings import standings
from allocation.queries.service_reviews import TABS, queue, reviews_for, steps_of, tab_counts
from allocation.services.decide_review import decide_review, dismiss_reviews
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.reply_to_review import reply_to_review
from allocation.wording_review import timeline
from branch_crm.core import trading_calendar
from branch_crm.core.models import Role
from clients.list_state import as_number
from clients.models import Client
from servicelog.domain.service_rules import read_service_rules

PAGE = 50
State = ServiceReview.State


@require_GET
@permission_required("allocation.view_service_reviews", raise_exception=True)
def review_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance; advisors see their own."""
    return _list(request, DismissForm())


def _list(request: HttpRequest, form: DismissForm, status: int = 200) -> HttpResponse:
    counts = tab_counts(request.user)
    tab = request.GET.get("tab", "")
    if tab not in TABS:
        tab = next((name for name, count in counts.items() if count), "due")
    rows = _narrowed(request, queue(request.user, tab))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    today, calendar = timezone.localdate(), trading_calendar.load()
    context = {
        "tab": tab,
        "counts": counts,
        "page": page,
        "total": page.paginator.count,
        "rows": [(review, calendar.count(today, review.cure_until)) for review in page],
        "findings": ServiceReview.Finding.choices,
        "finding": request.GET.get("finding", ""),
        "advisor": as_number(request.GET.get("advisor")),
        "is_own": request.user.role == Role.ADVISOR,
        "form": form,
    }
    if not context["is_own"]:
        context["advisors"] = Advisor.objects.visible_to(request.user).order_by("staff_no")
    return render(request, "allocation/service_review_list.html", context, status=status)


def _narrowed(request: HttpRequest, rows: QuerySet[ServiceReview]) -> QuerySet[ServiceReview]:
    finding, advisor = request.GET.get("finding", ""), as_number(request.GET.get("advisor"))
    if finding in ServiceReview.Finding.values:
        rows = rows.filter(finding=finding)
    return rows.filter(advisor=advisor) if advisor else rows


@require_GET
@permission_required("allocation.view_service_reviews", raise_exception=True)
def review_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance; the advisor whose service it is about."""
    return _detail(request, get_object_or_404(reviews_for(request.user), pk=pk))


def _detail(request: HttpRequest, review: ServiceReview, *, status: int = 200, **shown: Any) -> HttpResponse:
    """`shown`: forms that came back with errors, or a `problem` in words."""
    today = timezone.localdate()
    is_open = review.state in (State.NOTICED, State.DUE)
    may_reply = is_open and request.user.has_perm("allocation.reply_to_review")
    may_decide = review.state == State.DUE and request.user.has_perm("allocation.decide_review")
    rules = read_service_rules(review.policy.rules)
    present = standings(review.branch, on=today, rules=rules, clients=[review.client_id]) if is_open else []
    context: dict[str, Any] = {
        "review": review,
        "days": trading_calendar.load().count(today, review.cure_until),
        "is_open": is_open,
        "sees_client": Client.objects.visible_to(request.user).filter(pk=review.client_id).exists(),
        "present": present[0] if present and review.client.advisor_id == review.advisor_id else None,
        "steps": timeline(steps_of(review)),
        "reply_form": ReplyForm(initial={"text": review.reply}) if may_reply else None,
        "decision_form": DecisionForm() if may_decide else None,
    }
    return render(request, "allocation/service_review.html", {**context, **shown}, status=status)


@require_POST
@permission_required("allocation.reply_to_review", raise_exception=True)
def review_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The advisor whose service it is about."""
    review = get_object_or_404(reviews_for(request.user), pk=pk)
    form = ReplyForm(request.POST)
    if form.is_valid():
        try:
            reply_to_review(review=review, actor=request.user, **form.cleaned_data)
        except PlanConflict as error:
            return _again(request, pk, error)
        except AllocationError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("Your reply is on record; the director decides with it."))
            return redirect("allocation:service_review", pk=pk)
    return _detail(request, review, status=422, reply_form=form)


@require_POST
@permission_required("allocation.decide_review", raise_exception=True)
def review_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, once the time is over or the advisor asks for it."""
    review = get_object_or_404(reviews_for(request.user), pk=pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            decided = decide_review(review=review, actor=request.user, **form.cleaned_data)
        except PlanConflict as error:
            return _again(request, pk, error)
        except AllocationError as error:
            form.add_error(error.field or None, error.message)
        else:
            done = _("Decided: %(state)s.") % {"state": decided.get_state_display()}
            messages.success(request, done)
            return redirect("allocation:service_reviews")
    return _detail(request, review, status=422, decision_form=form)


@require_POST
@permission_required("allocation.decide_review", raise_exception=True)
def review_dismissals(request: HttpRequest) -> HttpResponse:
    """Director: the chosen ones, or all of a filter, for one reason."""
    form = DismissForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    rows = _narrowed(request, reviews_for(request.user).filter(state=State.DUE))
    if request.POST.get("all") != "1":
        rows = rows.filter(pk__in=[pk for pk in map(as_number, request.POST.getlist("pk")) if pk])
    count = dismiss_reviews(reviews=rows, actor=request.user, note=form.cleaned_data["note"])
    said = ngettext("%(count)d review dismissed.", "%(count)d reviews dismissed.", count)
    messages.success(request, said % {"count": count})
    return redirect("allocation:service_reviews")


def _again(request: HttpRequest, pk: int, error: AllocationError) -> HttpResponse:
    """The page as it stands now, with what stood in the way."""
    fresh = get_object_or_404(reviews_for(request.user), pk=pk)
    return _detail(request, fresh, status=409, problem=error.message)
