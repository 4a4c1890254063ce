"""The moves of a plan under review: pages of them, the card of one, decisions on one and on many."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from advisors.models import Advisor
from allocation.models import Plan, PlanLine
from allocation.queries.explain import card_of_client, card_of_line
from allocation.queries.review import FILTERS, groups_of, lines_of, live_balance, page_of, progress_of
from allocation.services.decide_lines import decide_lines
from allocation.services.errors import AllocationError, PlanConflict
from allocation.wording import card_table
from clients.models import Client

POOL = "pool"


def _plan(request: HttpRequest, pk: int) -> Plan:
    people = ("branch", "policy", "scoring_run", "behaviour_run")
    return get_object_or_404(Plan.objects.visible_to(request.user).select_related(*people), pk=pk)


def moves_context(plan: Plan, query: QueryDict) -> dict[str, Any]:
    """What the table of moves needs: one page, its groups, the filter in words to take off again."""
    lines = lines_of(plan, query)
    page = page_of(lines, query.get("after", ""))
    active = {name: query[name] for name in FILTERS if query.get(name)}
    return {
        "lines": page.lines,
        "after": page.after,
        "total": lines.count(),
        "groups": groups_of(plan),
        "active": active,
        "can_decide": plan.state == Plan.State.PROPOSED,
        "bulk_actions": [
            {"name": PlanLine.Decision.ACCEPTED, "label": _("Accept the chosen moves")},
            {"name": PlanLine.Decision.REJECTED, "label": _("Reject the chosen moves")},
        ],
    }


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def line_card(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Why this move: opens in the drawer. Director, assistant, manager, compliance."""
    plan = _plan(request, pk)
    move = get_object_or_404(plan.lines.select_related("client", "before", "proposed", "after", "decided_by"), pk=line)
    card = card_of_line(plan, move)
    context: dict[str, Any] = {
        "plan": plan,
        "line": move,
        "client": move.client,
        "card": card,
        "table": card_table(card),
    }
    context["can_decide"] = plan.state == Plan.State.PROPOSED and request.user.has_perm("allocation.decide")
    return render(request, "allocation/line_card.html", context)


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def explain(request: HttpRequest, pk: int, client: int) -> HttpResponse:
    """Why a client stays or moves in a plan. Director, assistant, manager, compliance."""
    plan = _plan(request, pk)
    who = get_object_or_404(Client.objects.visible_to(request.user).select_related("advisor"), pk=client)
    line = plan.lines.filter(client=who).first()
    if line is not None:
        return redirect("allocation:line_card", pk=plan.pk, line=line.pk)
    card = card_of_client(plan, who) if plan.outcome.get("advisors") else None
    context = {"plan": plan, "client": who, "card": card, "table": card_table(card) if card else None}
    return render(request, "allocation/line_card.html", context)


@require_GET
@permission_required("allocation.decide", raise_exception=True)
def redirect_effect(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """What a redirection would do to the target's hours and place in the band. Director, assistant."""
    plan = _plan(request, pk)
    move = get_object_or_404(plan.lines, pk=line)
    wanted = request.GET.get("advisor", "")
    row = next((row for row in live_balance(plan) if str(row["advisor"]) == wanted), None)
    if row is not None:
        there = move.after_id == row["advisor"]
        load = row["now"]["load"] + (0 if there else move.load)
        value = row["now"]["value"] + (0 if there else move.weight)
        band = plan.outcome.get("band")
        per_hour = value / row["capacity"] if row["capacity"] else 0.0
        row |= {
            "load_then": load,
            "value_then": value,
            "overloaded": load > row["capacity"] + 1e-6,
            "outside": bool(band) and not band[0] <= per_hour <= band[1],
        }
    return render(request, "allocation/_redirect_effect.html", {"plan": plan, "row": row, "pool": wanted == POOL})


@require_POST
@permission_required("allocation.decide", raise_exception=True)
def line_decision(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Accept, reject or redirect one move. Director, assistant. Answers the row to htmx, else goes back to the plan."""
    plan = _plan(request, pk)
    move = get_object_or_404(plan.lines, pk=line)
    decision, target = request.POST.get("decision", ""), None
    revision = request.POST.get("revision", "")
    status = 200
    try:
        if decision == PlanLine.Decision.REDIRECTED and request.POST.get("advisor") != POOL:
            target = _target(request)
        if (
            decision not in PlanLine.Decision.values
            or decision == PlanLine.Decision.PENDING
            or not revision.isdecimal()
        ):
            raise AllocationError(_("This is not a decision."))
        plan = decide_lines(
            plan=plan,
            line_ids=[move.pk],
            decision=decision,
            actor=request.user,
            seen_revision=int(revision),
            advisor=target,
        )
        problem = ""
    except AllocationError as error:
        problem, status = error.message, 409 if isinstance(error, PlanConflict) else 422
    if request.htmx:
        return _row(request, plan, move.pk, problem, status)
    if problem:
        messages.error(request, problem)
    return redirect("allocation:line_card", pk=plan.pk, line=move.pk)


def _target(request: HttpRequest) -> Advisor:
    wanted = request.POST.get("advisor", "")
    people = Advisor.objects.visible_to(request.user)
    person = people.filter(pk=int(wanted)).first() if wanted.isdecimal() else None
    if person is None:
        raise AllocationError(_("Choose the advisor to redirect to."), field="advisor")
    return person


def _row(request: HttpRequest, plan: Plan, pk: int, problem: str, status: int) -> HttpResponse:
    line = plan.lines.select_related("client", "before", "proposed", "after", "decided_by").get(pk=pk)
    context = {
        "plan": plan,
        "line": line,
        "problem": problem,
        "can_decide": plan.state == Plan.State.PROPOSED,
        "progress": progress_of(plan),
    }
    return render(request, "allocation/_line_answer.html", context, status=status)


@require_POST
@permission_required("allocation.decide", raise_exception=True)
def bulk_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide the chosen moves, or after a question all of a filter. Director, assistant."""
    plan = _plan(request, pk)
    back = f"{reverse('allocation:plan_detail', args=[plan.pk])}?{request.POST.get('query', '')}"
    decision = request.POST.get("action", "")
    if decision not in (PlanLine.Decision.ACCEPTED, PlanLine.Decision.REJECTED):
        return redirect(back)
    everything = request.POST.get("all") == "1"
    lines = lines_of(plan, QueryDict(request.POST.get("query", "")))
    if not everything:
        lines = plan.lines.filter(pk__in=[pk for pk in request.POST.getlist("pk") if pk.isdecimal()])
    ids = list(lines.order_by("pk").values_list("pk", flat=True))
    revision = request.POST.get("revision", "0")
    if everything and not request.POST.get("confirmed"):
        context = {"plan": plan, "count": len(ids), "decision": decision, "query": request.POST.get("query", "")}
        return render(request, "allocation/bulk_confirm.html", {**context, "revision": revision, "back": back})
    try:
        decide_lines(
            plan=plan,
            line_ids=ids,
            decision=decision,
            actor=request.user,
            seen_revision=int(revision) if revision.isdecimal() else 0,
        )
    except PlanConflict as error:
        return render(request, "allocation/conflict.html", {"plan": plan, "error": error, "back": back}, status=409)
    except AllocationError as error:
        messages.error(request, error.message)
        return redirect(back)
    counted = {"count": len(ids)}
    if decision == PlanLine.Decision.ACCEPTED:
        messages.success(request, ngettext("%(count)d move accepted.", "%(count)d moves accepted.", len(ids)) % counted)
    else:
        messages.success(request, ngettext("%(count)d move rejected.", "%(count)d moves rejected.", len(ids)) % counted)
    return redirect(back)
