"""Plans: the list, a new run, the page of one plan in each of its states."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from allocation.domain.fit.policy import read_rules
from allocation.forms_run import RunForm
from allocation.models import Plan, ReviewFlag
from allocation.queries.approval import waiting_for
from allocation.queries.leaver import announced_leavers
from allocation.queries.lineage import comparable, lineage_of, variants_of
from allocation.queries.notice import put_forward
from allocation.queries.review import live_balance, live_match, progress_of
from allocation.review_words import keys_of_review
from allocation.scenario_words import chips_of
from allocation.services.ensure_match_policy import ensure_match_policy
from allocation.services.errors import AllocationError
from allocation.services.start_run import start_run
from allocation.views.again import changes_context, status_context
from allocation.views.moves import moves_context
from allocation.wording import advisor_names, failure_of, notes_of, scope_text
from clients.filters import UNASSIGNED

PAGE = 30
TABS = {
    "": None,
    "open": (
        Plan.State.SOLVING,
        Plan.State.PROPOSED,
        Plan.State.FAILED,
        Plan.State.WAITING,
        Plan.State.SCHEDULED,
    ),
    "published": (Plan.State.PUBLISHED, Plan.State.ROLLED_BACK),
}


def plan_for(request: HttpRequest, pk: int) -> Plan:
    """The plan through the user's eyes, or 404."""
    people = (
        "branch",
        "policy",
        "created_by",
        "approved_by",
        "second_by",
        "rolled_back_by",
        "job",
        "again_job",
        "scoring_run",
        "behaviour_run",
        "curve_job",
    )
    return get_object_or_404(Plan.objects.visible_to(request.user).select_related(*people), pk=pk)


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def plan_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    plans = Plan.objects.visible_to(request.user).select_related("branch", "created_by").defer("balance", "outcome")
    tab = request.GET.get("state", "")
    if TABS.get(tab):
        plans = plans.filter(state__in=TABS[tab])
    if request.GET.get("after", "").isdecimal():
        plans = plans.filter(pk__lt=int(request.GET["after"]))
    rows = list(plans.annotate(moves=F("outcome__moves")).order_by("-pk")[: PAGE + 1])
    names: dict[int, str] = {}
    for branch_id in {plan.branch_id for plan in rows}:
        names |= advisor_names(branch_id)
    flags = ReviewFlag.objects.visible_to(request.user).filter(closed_on__isnull=True).count()
    context = {
        "rows": [(plan, scope_text(plan.scope, names)) for plan in rows[:PAGE]],
        "tab": tab,
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "flags": flags,
        "waiting": waiting_for(request.user),
    }
    return render(request, "allocation/plan_list.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("allocation.run", raise_exception=True)
def plan_new(request: HttpRequest) -> HttpResponse:
    """Director, assistant. `?from=` takes over an earlier run, `?advisor=` begins with that book, `?leaving=` with that
    advisor thought away, `?scope=filter` with the filter of the client list that the other parameters spell."""
    branch = request.user.branch
    policy = ensure_match_policy(branch=branch, on=timezone.localdate(), actor=None)
    form = RunForm(request.POST or None, branch=branch, rules=read_rules(policy.rules), initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            plan = start_run(
                branch=branch,
                actor=request.user,
                title=form.cleaned_data["title"],
                scope=form.scope(),
                options=form.options(),
                based_on=_earlier(request, form.cleaned_data["based_on"]),
            )
        except AllocationError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return redirect("allocation:plan_detail", pk=plan.pk)
    return render(request, "allocation/plan_new.html", {"form": form, "policy": policy})


def _initial(request: HttpRequest) -> dict[str, Any]:
    earlier, leaving = request.GET.get("from", ""), request.GET.get("leaving", "")
    if earlier.isdecimal():
        plan = _earlier(request, int(earlier))
        return RunForm.initial_from(plan) if plan else {}
    if leaving.isdecimal():
        return {"kind": "advisor", "advisor": int(leaving), "leaving": [int(leaving)]}
    advisor = request.GET.get("advisor", "")
    if request.GET.get("scope") == "filter":
        return _initial_from_list(request.GET)
    gone = {"leaving": announced_leavers(request.user)}
    return {**gone, "kind": "advisor", "advisor": int(advisor)} if advisor.isdecimal() else gone


def _earlier(request: HttpRequest, pk: int | None) -> Plan | None:
    return Plan.objects.visible_to(request.user).filter(pk=pk).first() if pk else None


def _initial_from_list(query: QueryDict) -> dict[str, Any]:
    """The scope as the client list's filter names it (clients.filters); what does not fit is left to the form."""
    advisor = query.get("advisor", "")
    if advisor == UNASSIGNED:
        return {"kind": "unassigned"}
    return {
        "kind": "filter",
        "tier_from": query.get("tier") or 1,
        "types": query.getlist("value_type"),
        "personas": query.getlist("persona"),
        "core_only": query.get("core") == "yes",
        "holders": [int(advisor)] if advisor.isdecimal() else [],
    }


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance. `?tab=balance` shows the advisors instead of the moves."""
    plan = plan_for(request, pk)
    if request.htmx:
        # The progress page asks when the job has ended: the next page has other scripts, so it is loaded whole.
        return HttpResponseClientRefresh()
    names = advisor_names(plan.branch_id)
    context: dict[str, Any] = {"plan": plan, "scope": scope_text(plan.scope, names), "notes": notes_of(plan, names)}
    context |= _scenario_context(plan, names)
    if plan.state == Plan.State.SOLVING:
        return render(request, "allocation/plan_solving.html", context)
    if not plan.outcome.get("advisors"):
        sentence, advice = failure_of(plan, names)
        return render(request, "allocation/plan_failed.html", {**context, "sentence": sentence, "advice": advice})
    tab = "balance" if request.GET.get("tab") == "balance" else "moves"
    context |= {"tab": tab, "progress": progress_of(plan), "match_now": live_match(plan)}
    context["put_forward"] = put_forward(plan)
    context["match_change"] = _change(plan.outcome["match_before"], context["match_now"])
    if tab == "balance":
        context["rows"] = _by_distance(live_balance(plan), plan.outcome.get("band"))
    else:
        context |= moves_context(request, plan) | status_context(plan, plan.round) | changes_context(request, plan)
        context["page_keys"] = keys_of_review(may_decide=context["can_decide"])
    return render(request, "allocation/plan_detail.html", context)


def _scenario_context(plan: Plan, names: dict[int, str]) -> dict[str, Any]:
    """What the head of a plan says about it as a scenario."""
    lineage, leaver = lineage_of(plan), plan.outcome.get("leaving")
    if leaver:
        leaver = {**leaver, "change": _change(leaver["match_with"], leaver["match_without"])}
    return {
        "chips": chips_of(plan, names),
        "lineage": lineage,
        "variants": variants_of(plan),
        "compare_with": comparable(lineage) if plan.outcome.get("advisors") else None,
        "leaver": leaver,
        "leaver_case": plan.leaver_cases.select_related("advisor").order_by("-pk").first(),
    }


def _change(before: float, after: float) -> float | None:
    return (after - before) / before if before else None


def _by_distance(rows: list[dict[str, Any]], band: list[float] | None) -> list[dict[str, Any]]:
    """Who stands farthest from the middle of the band comes first; who takes no clients comes last."""
    middle = sum(band) / 2 if band else 0.0

    def distance(row: dict[str, Any]) -> tuple[bool, float]:
        per_hour = row["now"]["value"] / row["capacity"] if row["capacity"] else 0.0
        return bool(row["status"]), -abs(per_hour - middle) if band else -row["now"]["value"]

    return sorted(rows, key=distance)
