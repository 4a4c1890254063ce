"""What an advisor put forward, one at a time: read it beside the move, answer it, and follow a granted segment up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, retarget

from advisors.models import Advisor
from allocation.forms_notice import AnswerForm
from allocation.models import Answer, Bid, Objection, Plan, PlanLine
from allocation.queries.notice import ROWS, counts_of, moves_in_segment, with_lines
from allocation.services.answer_notice import answer_bid, answer_objection
from allocation.services.decide_lines import decide_lines
from allocation.services.errors import AllocationError, PlanConflict
from allocation.views.plans import plan_for
from allocation.wording_notice import segment_text

DRAWER_LAYOUT = "components/drawer_layout.html"
Answering = Callable[[AnswerForm, int], Any]


@require_http_methods(["GET", "POST"])
@permission_required("allocation.view_plans", raise_exception=True)
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """In the drawer: director, assistant, manager, compliance. Answered by POST: director."""
    people = ("notice", "advisor", "client", "before", "proposed", "made_by", "answered_by")
    found = get_object_or_404(Objection.objects.visible_to(request.user).select_related(*people), pk=pk)
    plan = plan_for(request, found.notice.plan_id)
    raised = with_lines(plan, [found])[0]
    others = None
    if raised.line is not None and not raised.leaving:
        others = Advisor.objects.visible_to(request.user).filter(pk__in=_serving(plan))
        others = others.exclude(pk__in=[found.advisor_id, raised.line.before_id or 0])

    def answer(form: AnswerForm, seen: int) -> None:
        answer_objection(
            objection=found,
            actor=request.user,
            granted=form.cleaned_data["answer"] == Answer.GRANTED,
            seen_revision=seen,
            text=form.cleaned_data["text"],
            redirect_to=form.cleaned_data.get("redirect_to"),
        )

    context = {"plan": plan, "put": found, "raised": raised, "line": raised.line, "kind": "objections"}
    return _page(request, context, answer, others)


@require_http_methods(["GET", "POST"])
@permission_required("allocation.view_plans", raise_exception=True)
def bid(request: HttpRequest, pk: int) -> HttpResponse:
    """In the drawer: director, assistant, manager, compliance. Answered by POST: director."""
    people = ("notice", "advisor", "made_by", "answered_by")
    found = get_object_or_404(Bid.objects.visible_to(request.user).select_related(*people), pk=pk)
    plan = plan_for(request, found.notice.plan_id)

    def answer(form: AnswerForm, seen: int) -> None:
        answer_bid(
            bid=found,
            actor=request.user,
            granted=form.cleaned_data["answer"] == Answer.GRANTED,
            seen_revision=seen,
            text=form.cleaned_data["text"],
        )

    context: dict[str, Any] = {"plan": plan, "put": found, "kind": "bids", "evidence": found.evidence.all()}
    if found.client_no:
        lines = plan.lines.select_related("client", "before", "after")
        context["line"] = lines.filter(client__client_no=found.client_no).first()
    else:
        context["segment"] = segment_text(found.segment)
        context["segment_moves"] = moves_in_segment(plan, found.segment, besides=found.advisor).count()
    return _page(request, context, answer, None)


def _serving(plan: Plan) -> list[int]:
    """Advisors who took clients in the run of the plan."""
    return [row["advisor"] for row in plan.balance if not row["status"]]


def _page(
    request: HttpRequest, context: dict[str, Any], answer: Answering, others: QuerySet[Advisor] | None
) -> HttpResponse:
    plan, kind = context["plan"], context["kind"]
    may_answer = request.user.has_perm("allocation.answer_notice") and plan.state == Plan.State.PROPOSED
    can_answer = may_answer and context["put"].answer == Answer.OPEN
    wanted = request.GET.get("answer", "")
    form = AnswerForm(request.POST or None, others=others, initial={"answer": wanted})
    context |= {"form": form, "can_answer": can_answer, "wanted": wanted}
    if request.method != "POST":
        return render(request, "allocation/notice_put.html", context)
    if not request.user.has_perm("allocation.answer_notice"):
        raise PermissionDenied
    status = 422
    if form.is_valid():
        seen = request.POST.get("revision", "")
        try:
            answer(form, int(seen) if seen.isdecimal() else 0)
        except AllocationError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            status = 409 if isinstance(error, PlanConflict) else 422
        else:
            return _row(request, context, 200) if request.htmx else redirect(_desk(plan, kind))
    if request.htmx and "in_drawer" not in request.POST:
        return _row(request, context, status)
    if not request.htmx:
        return render(request, "allocation/notice_put.html", context, status=status)
    # Sent from the drawer for a row beside it: what is wrong is said where it was typed.
    again = render(request, "allocation/notice_put.html", {**context, "layout": DRAWER_LAYOUT}, status=status)
    return reswap(retarget(again, "#drawer-body"), "innerHTML")


def _row(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    """The row as it is now, with what went wrong, and the counts above it."""
    put = context["put"]
    put.refresh_from_db()
    plan = plan_for(request, put.notice.plan_id)
    row = put if context["kind"] == "bids" else with_lines(plan, [put])[0]
    problem = " ".join(text for errors in context["form"].errors.values() for text in errors)
    can_answer = plan.state == Plan.State.PROPOSED and request.user.has_perm("allocation.answer_notice")
    shown = {"plan": plan, "row": row, "kind": context["kind"], "problem": problem, "can_answer": can_answer}
    return render(request, "allocation/_notice_answer.html", {**shown, "counts": counts_of(plan)}, status=status)


def _desk(plan: Plan, kind: str) -> str:
    return f"{reverse('allocation:notice', args=[plan.pk])}?kind={kind}"


@require_http_methods(["GET", "POST"])
@permission_required("allocation.decide", raise_exception=True)
def bid_moves(request: HttpRequest, pk: int) -> HttpResponse:
    """The moves in the segment of a granted bid, to be redirected to the bidder. Director, assistant."""
    found = get_object_or_404(Bid.objects.visible_to(request.user).select_related("notice", "advisor"), pk=pk)
    plan = plan_for(request, found.notice.plan_id)
    moves = moves_in_segment(plan, found.segment, besides=found.advisor)
    error, status = None, 200
    if request.method == "POST":
        chosen = [int(line) for line in request.POST.getlist("pk") if line.isdecimal()]
        ids = list(moves.filter(pk__in=chosen).values_list("pk", flat=True))
        seen = request.POST.get("revision", "")
        try:
            decide_lines(
                plan=plan,
                line_ids=ids,
                decision=PlanLine.Decision.REDIRECTED,
                actor=request.user,
                seen_revision=int(seen) if seen.isdecimal() else 0,
                advisor=found.advisor,
            )
        except AllocationError as refusal:
            error, status = refusal, 409 if isinstance(refusal, PlanConflict) else 422
        else:
            done = ngettext("%(count)d move redirected.", "%(count)d moves redirected.", len(ids)) % {"count": len(ids)}
            messages.success(request, done)
            return redirect("allocation:bid_moves", pk=found.pk)
    context = {
        "plan": plan,
        "bid": found,
        "segment": segment_text(found.segment),
        "moves": moves[:ROWS],
        "total": moves.count(),
    }
    context |= {"error": error, "can_decide": plan.state == Plan.State.PROPOSED and found.answer == Answer.GRANTED}
    return render(request, "allocation/notice_segment.html", context, status=status)
