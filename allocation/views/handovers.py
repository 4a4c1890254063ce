"""Handovers: what waits to be read, one dossier, sheets to print, and the three deeds on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from advisors.models import Advisor
from allocation.domain.dossier import digest, seen_mark
from allocation.forms_handover import AnswerForm, RemarksForm
from allocation.models import Handover
from allocation.queries.handovers import (
    chosen,
    listed,
    running,
    sums_by_tier,
    tab_counts,
    tabs_of,
    unsigned_by_taker,
)
from allocation.services.answer_handover import answer_handover
from allocation.services.errors import AllocationError
from allocation.services.print_handovers import print_handovers
from allocation.services.remark_handover import remark_handover
from allocation.services.sign_handover import sign_handover
from allocation.wording_dossier import shown
from branch_crm.core.models import Role

PAGE = 50
#: Dossiers of one print.
SHEETS = 60
PEOPLE = ("client", "giver", "taker", "assignment", "remarks_by", "signed_by", "acceptance_by", "request", "branch")


@require_GET
@permission_required("allocation.read_dossiers", raise_exception=True)
def handover_list(request: HttpRequest) -> HttpResponse:
    """Advisors: what they take and give. Director, assistant, manager, compliance: the branch's, unsigned first."""
    tabs, query = tabs_of(request.user), request.GET
    tab = query["tab"] if query.get("tab") in tabs else "unsigned"
    rows = chosen(tabs[tab], query)
    book = chosen(running(request.user), query) if query.get("taker") or query.get("giver") else None
    page = Paginator(listed(rows), PAGE).get_page(query.get("page"))
    context = {
        "tab": tab,
        "counts": tab_counts(request.user),
        "page": page,
        "today": timezone.localdate(),
        "standing": unsigned_by_taker(request.user) if request.user.role != Role.ADVISOR and book is None else [],
        "sums": sums_by_tier(book) if book is not None else [],
        "named": {name: _advisor(request, query.get(name, "")) for name in ("taker", "giver")},
    }
    return render(request, "allocation/handover_list.html", context)


def _advisor(request: HttpRequest, pk: str) -> Advisor | None:
    """Whose book the list is narrowed to; advisors know of each other only what the list itself names."""
    known = pk.isascii() and pk.isdecimal() and len(pk) < 16
    return Advisor.objects.visible_to(request.user).filter(pk=int(pk)).first() if known else None


@require_GET
@permission_required("allocation.read_dossiers", raise_exception=True)
def handover_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier on one page. Giver (until signed), taker (while the client is his), director, assistant, manager, compliance."""
    return _page(request, _handover(request, pk))


def _handover(request: HttpRequest, pk: int) -> Handover:
    return get_object_or_404(Handover.objects.visible_to(request.user).select_related(*PEOPLE), pk=pk)


def _page(request: HttpRequest, handover: Handover, *, status: int = 200, **more: Any) -> HttpResponse:
    user, runs = request.user, handover.assignment.ends is None
    unsigned = runs and handover.signed_at is None
    unanswered = runs and handover.acceptance != Handover.Acceptance.REFUSED
    context = {
        "handover": handover,
        "dossier": handover.dossier,
        "words": shown(handover.dossier),
        "runs": runs,
        "genuine": digest(handover.dossier) == handover.digest,
        "seen": seen_mark(handover.digest, handover.remarks),
        "sees_client": user.role != Role.ADVISOR or handover.taker.account_id == user.pk,
        "may_remark": unsigned and user.has_perm("allocation.remark_handover", handover),
        "may_sign": unsigned and user.has_perm("allocation.sign_handover", handover),
        "may_answer": unanswered and user.has_perm("allocation.answer_handover", handover),
        "remarks_form": RemarksForm(initial={"remarks": handover.remarks}),
        "answer_form": AnswerForm(initial={"on": timezone.localdate()}),
    }
    return render(request, "allocation/handover_detail.html", {**context, **more}, status=status)


@require_POST
@permission_required("allocation.read_dossiers", raise_exception=True)
def remarks(request: HttpRequest, pk: int) -> HttpResponse:
    """The giver, until it is signed; director and assistant for a giver who is gone."""
    handover = _asked(request, pk, "allocation.remark_handover")
    form = RemarksForm(request.POST)
    if not form.is_valid():
        return _page(request, handover, status=422, remarks_form=form)
    try:
        remark_handover(handover=handover, actor=request.user, remarks=form.cleaned_data["remarks"])
    except AllocationError as error:
        return _page(request, _handover(request, pk), status=409, problem=error.message)
    messages.success(request, _("The remarks have been saved. They can be changed until the successor signs."))
    return redirect("allocation:handover_detail", pk=pk)


@require_POST
@permission_required("allocation.read_dossiers", raise_exception=True)
def signature(request: HttpRequest, pk: int) -> HttpResponse:
    """The taker alone, on the opened dossier."""
    handover = _asked(request, pk, "allocation.sign_handover")
    try:
        sign_handover(handover=handover, actor=request.user, seen=request.POST.get("seen", ""))
    except AllocationError as error:
        return _page(request, _handover(request, pk), status=409, problem=error.message)
    left = tabs_of(request.user)["unsigned"]
    messages.success(request, _("Signed. %(n)d dossiers wait to be read.") % {"n": left.count()})
    return redirect("allocation:handover_list")


@require_POST
@permission_required("allocation.read_dossiers", raise_exception=True)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The taker, director, assistant: what the client says of the change."""
    handover = _asked(request, pk, "allocation.answer_handover")
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            answer_handover(handover=handover, actor=request.user, **form.cleaned_data)
        except AllocationError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("The client's answer has been noted."))
            return redirect("allocation:handover_detail", pk=pk)
    return _page(request, handover, status=422, answer_form=form)


def _asked(request: HttpRequest, pk: int, perm: str) -> Handover:
    handover = _handover(request, pk)
    if not request.user.has_perm(perm, handover):
        raise PermissionDenied
    return handover


@require_POST
@permission_required("allocation.read_dossiers", raise_exception=True)
def handover_sheets(request: HttpRequest) -> HttpResponse:
    """Many dossiers to print, one client per sheet set. Whoever sees them; a giver not: they are for those who go on."""
    rows = running(request.user)
    if request.user.role == Role.ADVISOR:
        rows = rows.filter(taker__account=request.user)
    rows = chosen(rows, request.POST)
    if request.POST.get("only") == "unsigned":
        rows = rows.filter(signed_at__isnull=True)
    chosen_rows = list(listed(rows).defer(None).select_related(*PEOPLE)[:SHEETS])
    print_handovers(handovers=chosen_rows, actor=request.user)
    sheets = [(row, row.dossier, shown(row.dossier)) for row in chosen_rows]
    context = {"sheets": sheets, "total": rows.count(), "most": SHEETS}
    return render(request, "allocation/handover_sheets.html", context)
