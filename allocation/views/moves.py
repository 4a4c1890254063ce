"""The moves of a plan under review: pages of them in groups, the card of one, what a decision would do."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from allocation.forms_review import FilterForm
from allocation.models import Plan, PlanLine
from allocation.queries.explain import card_of_client, card_of_line
from allocation.queries.groups import GROUPINGS, groups_of
from allocation.queries.lock_price import price_of_staying
from allocation.queries.review import (
    FILTERS,
    ORDERS,
    comments_on,
    lines_of,
    live_balance,
    marks_of,
    objections_to,
    order_of,
    page_of,
    progress_of,
)
from allocation.queries.service_reviews import upheld_reviews
from allocation.review_words import bulk_actions, filter_chips, group_label, lock_reasons, sort_titles
from allocation.wording import advisor_names, card_table
from clients.models import Client

POOL = "pool"


def plan_of(request: HttpRequest, pk: int) -> Plan:
    """The plan through the user's eyes, or 404."""
    people = ("branch", "policy", "scoring_run", "behaviour_run", "again_job")
    return get_object_or_404(Plan.objects.visible_to(request.user).select_related(*people), pk=pk)


def line_of(plan: Plan, pk: int) -> PlanLine:
    return get_object_or_404(plan.lines.select_related("client", "before", "proposed", "after", "decided_by"), pk=pk)


def moves_context(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """What the list of moves needs: one page, its groups, the filter in words to take off again."""
    query = request.GET
    lines = lines_of(plan, query)
    sort, rising = order_of(query.get("sort", ""))
    page = page_of(lines, query.get("after", ""), sort=query.get("sort", ""))
    marks = marks_of(plan, [line.client_id for line in page.lines])
    active = {name: query[name] for name in FILTERS if query.get(name)}
    grouping = query.get("group", "")
    if grouping not in GROUPINGS:
        grouping = "pair"
    names = advisor_names(plan.branch_id) if active.keys() & {"from", "to", "giver", "receiver"} else {}
    return {
        "rows": [(line, marks[line.client_id]) for line in page.lines],
        "after": page.after,
        "total": lines.count(),
        "grouping": grouping,
        "groups": _with_addresses(groups_of(plan, query, grouping), grouping, query),
        "chips": filter_chips(active, names, query),
        "active": active,
        "filter_form": FilterForm(query),
        "sorts": sort_titles(sort, rising),
        "sort": sort,
        "rising": rising,
        "orders": ORDERS,
        "can_decide": plan.state == Plan.State.PROPOSED and request.user.has_perm("allocation.decide"),
        "bulk_actions": bulk_actions(may_lock=request.user.has_perm("allocation.lock_client")),
    }


def _with_addresses(groups: list[Any], grouping: str, query: QueryDict) -> list[dict[str, Any]]:
    """Groups as the template draws them: label, figures, the address that shows exactly these moves, whether it is shown."""
    outer, inner = (level[0] for level in GROUPINGS[grouping])

    def drawn(group: Any, level: str) -> dict[str, Any]:
        address = query.copy()
        for name in (outer, inner, "after"):
            address.pop(name, None)
        address["group"] = grouping
        address.update(group.query)
        wanted = {name: query.get(name, "") for name in (outer, inner)}
        return {
            "label": group_label(level, group.key, group.label),
            "level": level,
            "group": group,
            "address": address.urlencode(),
            "on": wanted == {outer: "", inner: "", **group.query},
            "open": wanted[outer] == group.query[outer],
            "members": [drawn(member, inner) for member in group.members],
        }

    return [drawn(group, outer) for group in groups]


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def line_card(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Why this move: beside the list, in the drawer or on its own. Director, assistant, manager, compliance."""
    plan = plan_of(request, pk)
    move = line_of(plan, line)
    card = card_of_line(plan, move)
    context: dict[str, Any] = {
        "plan": plan,
        "line": move,
        "client": move.client,
        "card": card,
        "table": card_table(card),
        "comments": comments_on(move),
        "objections": objections_to(move),
        "lock_reasons": lock_reasons(),
        "upheld": upheld_reviews(move.client_id, move.before_id).first(),
    }
    context["can_decide"] = plan.state == Plan.State.PROPOSED and request.user.has_perm("allocation.decide")
    return render(request, "allocation/line_card.html", context)


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def explain(request: HttpRequest, pk: int, client: int) -> HttpResponse:
    """Why a client stays or moves in a plan. Director, assistant, manager, compliance."""
    plan = plan_of(request, pk)
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
    plan = plan_of(request, pk)
    return render(request, "allocation/_redirect_effect.html", effect_of(plan, [line_of(plan, line)], request.GET))


def effect_of(plan: Plan, lines: list[PlanLine], query: QueryDict) -> dict[str, Any]:
    """The target's book with all of these clients."""
    wanted = query.get("advisor", "")
    row = next((row for row in live_balance(plan) if str(row["advisor"]) == wanted), None)
    if row is not None:
        coming = [line for line in lines if line.after_id != row["advisor"]]
        load = row["now"]["load"] + sum(line.load for line in coming)
        value = row["now"]["value"] + sum(line.weight for line in coming)
        band = plan.outcome.get("band")
        per_hour = value / row["capacity"] if row["capacity"] else 0.0
        row |= {
            "load_then": load,
            "value_then": value,
            "overloaded": load > row["capacity"] + 1e-6,
            "outside": bool(band) and not band[0] <= per_hour <= band[1],
        }
    return {"plan": plan, "row": row, "pool": wanted == POOL}


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def lock_price(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """What it costs to keep the client: match lost, both books before and after. Director, assistant, manager, compliance."""
    plan = plan_of(request, pk)
    return render(request, "allocation/_lock_price.html", price_context(plan, [line_of(plan, line)]))


def price_context(plan: Plan, lines: list[PlanLine]) -> dict[str, Any]:
    return {"plan": plan, "price": price_of_staying(plan, lines), "names": advisor_names(plan.branch_id)}


def row_context(request: HttpRequest, plan: Plan, pk: int) -> dict[str, Any]:
    """One row of the list, and the progress that stands above it."""
    line = line_of(plan, pk)
    return {
        "plan": plan,
        "line": line,
        "mark": marks_of(plan, [line.client_id])[line.client_id],
        "can_decide": plan.state == Plan.State.PROPOSED and request.user.has_perm("allocation.decide"),
        "progress": progress_of(plan),
    }
