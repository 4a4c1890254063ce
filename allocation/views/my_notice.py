"""An advisor's view of a plan that lies open: own gains and losses, objections, self-nominations. Advisors only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from advisors.models import Advisor
from allocation.forms_notice import BidForm, ObjectionForm
from allocation.models import Bid, Notice, Objection
from allocation.queries.my_notice import (
    ARRIVING,
    LEAVING,
    own_lines,
    own_terms,
    page_of_own,
    side_counts,
    standing_of,
    with_objections,
)
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.place_bid import place_bid
from allocation.services.raise_objection import raise_objection
from allocation.services.take_back import take_back
from allocation.wording_notice import own_mixes, segment_text

ADVISORS = permission_required("allocation.take_part", raise_exception=True)


def _me(request: HttpRequest) -> Advisor:
    """The advisor behind the account; an account without one can take no part."""
    me = Advisor.objects.visible_to(request.user).select_related("branch").filter(account=request.user).first()
    if me is None:
        raise PermissionDenied(_("This account is not linked to an advisor. The administrator can link it."))
    return me


def _notice(request: HttpRequest, pk: int) -> Notice:
    notices = Notice.objects.visible_to(request.user).select_related("plan__branch", "plan__policy", "opened_by")
    return get_object_or_404(notices, pk=pk)


@require_GET
@ADVISORS
def my_notices(request: HttpRequest) -> HttpResponse:
    """All notices that concern the advisor; where one alone runs, that one."""
    notices = Notice.objects.visible_to(request.user).select_related("plan", "opened_by")
    today = timezone.localdate()
    running = list(notices.running(today)[:2])
    if len(running) == 1 and "all" not in request.GET:
        return redirect("allocation:my_notice", pk=running[0].pk)
    rows = [(notice, notice.is_running(today)) for notice in notices[:100]]
    return render(request, "allocation/my_notices.html", {"rows": rows})


@require_GET
@ADVISORS
def my_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """`?side=arriving` shows the clients who come, `?side=put` what was put forward; else the clients who leave."""
    me, notice = _me(request), _notice(request, pk)
    plan, today = notice.plan, timezone.localdate()
    side = request.GET.get("side", LEAVING)
    side = side if side in (LEAVING, ARRIVING, "put") else LEAVING
    objections = Objection.objects.visible_to(request.user).filter(notice=notice, advisor=me)
    bids = Bid.objects.visible_to(request.user).filter(notice=notice, advisor=me)
    context: dict[str, Any] = {
        "me": me,
        "notice": notice,
        "plan": plan,
        "side": side,
        "running": notice.is_running(today),
        "counts": {**side_counts(plan, me), "put": objections.count() + bids.count()},
        "standing": standing_of(plan, me),
    }
    if context["standing"].own:
        context["mixes"] = own_mixes(context["standing"].own)
    if side == "put":
        context["objections"] = objections.select_related("client", "before", "proposed", "answered_by")
        context["bids"] = [(bid, segment_text(bid.segment)) for bid in bids.select_related("answered_by")]
    else:
        context["page"] = page_of_own(notice, me, side, request.GET.get("after", ""))
    return render(request, "allocation/my_notice.html", context)


@require_http_methods(["GET", "POST"])
@ADVISORS
def my_move(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """One own move in the drawer, and the objection to it by POST."""
    me, notice = _me(request), _notice(request, pk)
    lines = own_lines(notice.plan, me).select_related("client", "before", "after")
    move = with_objections(notice, me, [get_object_or_404(lines, pk=line)])[0]
    form = ObjectionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                raise_objection(notice=notice, line_id=line, advisor=me, actor=request.user, **form.cleaned_data)
            except AllocationError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
                status = 409 if isinstance(error, PlanConflict) else 422
            else:
                messages.success(request, _("Your objection is with the director."))
                return redirect("allocation:my_notice", pk=notice.pk)
    running = notice.is_running(timezone.localdate())
    context = {"notice": notice, "plan": notice.plan, "move": move, "me": me, "form": form, "running": running}
    context["own"] = own_terms(notice.plan, move.line, me)
    return render(request, "allocation/my_move.html", context, status=status)


@require_http_methods(["GET", "POST"])
@ADVISORS
def bid_new(request: HttpRequest, pk: int) -> HttpResponse:
    me, notice = _me(request), _notice(request, pk)
    form = BidForm(request.POST or None, advisor=me)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                place_bid(
                    notice=notice,
                    advisor=me,
                    actor=request.user,
                    client_no=data["client_no"],
                    segment=form.segment(),
                    evidence_ids=[row.pk for row in data["evidence"]],
                    text=data["text"],
                )
            except AllocationError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
                status = 409 if isinstance(error, PlanConflict) else 422
            else:
                messages.success(request, _("Your self-nomination is with the director."))
                return redirect(_put_forward(notice))
    running = notice.is_running(timezone.localdate())
    context = {"notice": notice, "plan": notice.plan, "form": form, "running": running}
    return render(request, "allocation/my_bid.html", context, status=status)


@require_POST
@ADVISORS
def objection_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    own = Objection.objects.visible_to(request.user).select_related("notice")
    objection = get_object_or_404(own, pk=pk)
    return _withdrawn(request, objection.notice, lambda: take_back(put=objection, actor=request.user))


@require_POST
@ADVISORS
def bid_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    bid = get_object_or_404(Bid.objects.visible_to(request.user).select_related("notice"), pk=pk)
    return _withdrawn(request, bid.notice, lambda: take_back(put=bid, actor=request.user))


def _withdrawn(request: HttpRequest, notice: Notice, withdraw: Callable[[], object]) -> HttpResponse:
    try:
        withdraw()
    except AllocationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Withdrawn. The record keeps that it was put forward."))
    return redirect(_put_forward(notice))


def _put_forward(notice: Notice) -> str:
    return f"{reverse('allocation:my_notice', args=[notice.pk])}?side=put"
