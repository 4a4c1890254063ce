"""Decisions on moves: on one, on the chosen ones, on all of a filter after a question with their number."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from advisors.models import Advisor
from allocation.forms_review import DecisionForm
from allocation.models import PlanLine
from allocation.queries.review import lines_of
from allocation.review_words import decided_text, lock_reasons
from allocation.services.decide_lines import decide_lines
from allocation.services.errors import AllocationError, PlanConflict
from allocation.views.moves import effect_of, line_of, plan_of, price_context, row_context

Decision = PlanLine.Decision
#: Decisions that need to be told more than which moves are meant.
ASKS_MORE = (Decision.REDIRECTED, Decision.LOCKED)


@require_POST
@permission_required("allocation.decide", raise_exception=True)
def line_decision(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Accept, reject, redirect or lock one move, or take its decision back. Director, assistant; locking: director.

    Answers the row to htmx, else goes back to the card.
    """
    plan = plan_of(request, pk)
    move = line_of(plan, line)
    status, problem = 200, ""
    form = DecisionForm(request.POST, advisors=Advisor.objects.visible_to(request.user))
    try:
        plan = decide_lines(plan=plan, line_ids=[move.pk], actor=request.user, **form.decision())
    except AllocationError as error:
        problem, status = error.message, 409 if isinstance(error, PlanConflict) else 422
    if request.htmx:
        context = {**row_context(request, plan, move.pk), "problem": problem}
        return render(request, "allocation/_line_answer.html", context, status=status)
    if problem:
        messages.error(request, problem)
    return redirect("allocation:line_card", pk=plan.pk, line=move.pk)


@require_POST
@permission_required("allocation.decide", raise_exception=True)
def bulk_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide the chosen moves, or all of a filter. Director, assistant; locking: director.

    All of a filter, and what needs a target or a reason, is asked about first, with the number of moves; the answer carries
    that number, and another one by then is asked about again. Of a filter only undecided moves are meant, unless `anew`.
    """
    plan = plan_of(request, pk)
    back = f"{reverse('allocation:plan_detail', args=[plan.pk])}?{request.POST.get('query', '')}"
    decision = request.POST.get("action", "")
    if decision not in Decision.values:
        return redirect(back)
    lines, decided = _meant(request, plan.lines, lines_of(plan, QueryDict(request.POST.get("query", ""))), decision)
    ids = list(lines.order_by("pk").values_list("pk", flat=True))
    everything = request.POST.get("all") == "1"
    confirmed = bool(request.POST.get("confirmed"))
    counted_otherwise = confirmed and request.POST.get("expected", "") != str(len(ids))
    asked = {"plan": plan, "decision": decision, "ids": ids, "everything": everything, "decided": decided, "back": back}
    if (everything or decision in ASKS_MORE) and (not confirmed or counted_otherwise):
        return _ask(request, {**asked, "counted_otherwise": counted_otherwise}, lines)
    form = DecisionForm(request.POST, advisors=Advisor.objects.visible_to(request.user), bulk=True)
    try:
        fresh = decide_lines(plan=plan, line_ids=ids, actor=request.user, **form.decision())
    except PlanConflict as error:
        return render(request, "allocation/conflict.html", {"plan": plan, "error": error, "back": back}, status=409)
    except AllocationError as error:
        if decision in ASKS_MORE:
            return _ask(request, {**asked, "problem": error.message}, lines, status=422)
        messages.error(request, error.message)
        return redirect(back)
    step = f"{reverse('allocation:plan_detail', args=[plan.pk])}?step={fresh.revision}"
    messages.success(
        request, format_html('{} <a href="{}">{}</a>', decided_text(decision, len(ids)), step, _("Show them"))
    )
    return redirect(back)


def _meant(request: HttpRequest, all_lines: Any, filtered: Any, decision: str) -> tuple[Any, int]:
    """The moves a bulk decision is about, and how many of the filter it leaves alone because they are decided already."""
    if request.POST.get("all") != "1":
        return all_lines.filter(pk__in=[pk for pk in request.POST.getlist("pk") if pk.isdecimal()]), 0
    if decision == Decision.PENDING:
        return filtered.exclude(decision=Decision.PENDING), 0
    decided = filtered.exclude(decision=Decision.PENDING)
    if request.POST.get("anew"):
        return filtered, decided.count()
    return filtered.filter(decision=Decision.PENDING), decided.count()


def _ask(request: HttpRequest, context: dict[str, Any], lines: Any, status: int = 200) -> HttpResponse:
    plan, decision = context["plan"], context["decision"]
    rows = list(lines.defer("card")) if decision in (*ASKS_MORE, Decision.REJECTED) else []
    context |= {
        "count": len(context["ids"]),
        "query": request.POST.get("query", ""),
        "revision": request.POST.get("revision", "0"),
        "anew": request.POST.get("anew", ""),
        "given": request.POST,
        "lock_reasons": lock_reasons(),
    }
    if decision == Decision.REDIRECTED:
        context["people"] = [row for row in plan.balance if not row["status"]]
        context["effect"] = effect_of(plan, rows, request.POST)
    elif rows:
        context |= price_context(plan, rows)
    return render(request, "allocation/bulk_confirm.html", context, status=status)
