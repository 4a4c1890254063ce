"""The match policy as it stands and stood, and the review flags of the night. Read only."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from advisors.labels import skill_label
from advisors.models import Advisor
from allocation.domain.fit.policy import TERMS, read_rules
from allocation.models import MatchPolicy, ReviewFlag
from allocation.queries.policy import current_policy

PAGE = 100


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance: the versions and the text of the one in force (or `?version=`)."""
    policies = MatchPolicy.objects.visible_to(request.user).select_related("published_by", "branch")
    wanted = request.GET.get("version", "")
    if wanted.isdecimal():
        policy = get_object_or_404(policies, pk=int(wanted))
    else:
        policy = (
            current_policy(request.user.branch, on=timezone.localdate()) if request.user.branch else policies.first()
        )
    context: dict[str, Any] = {"policies": policies.order_by("branch_id", "-version"), "policy": policy}
    if policy is not None:
        rules = read_rules(policy.rules)
        context |= {
            "rules": rules,
            "terms": [(code, rules.weights[code], _classes(rules.skills.get(code, {}))) for code in TERMS],
        }
        context["hours"] = list(enumerate(rules.hours, start=1))
    return render(request, "allocation/policy_list.html", context)


def _classes(table: object) -> list[tuple[str, list[tuple[str, float]]]]:
    rows = table.items()  # type: ignore[attr-defined]
    return [(name, [(skill_label(skill), share) for skill, share in shares.items()]) for name, shares in rows]


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def flag_list(request: HttpRequest) -> HttpResponse:
    """What the night noticed. Director, assistant, manager, compliance."""
    flags = ReviewFlag.objects.visible_to(request.user).filter(closed_on__isnull=True)
    counts = dict.fromkeys(ReviewFlag.Kind.values, 0)
    for kind in flags.order_by().values_list("kind", flat=True):
        counts[kind] += 1
    kind = request.GET.get("kind", "")
    rows = flags.filter(kind=kind) if kind in counts else flags
    rows = rows.select_related("client", "advisor").order_by("kind", "-figure", "pk")
    shown = list(rows[:PAGE])
    better = Advisor.objects.visible_to(request.user).in_bulk(
        {flag.detail["better"] for flag in shown if "better" in flag.detail}
    )
    labels = dict(ReviewFlag.Kind.choices)
    tabs = [
        {"label": labels[code], "count": n, "url": f"?kind={code}", "current": code == kind}
        for code, n in counts.items()
        if n
    ]
    context = {
        "rows": [(flag, better.get(flag.detail.get("better"))) for flag in shown],
        "shown": PAGE,
        "total": rows.count(),
        "tabs": tabs,
        "kind": kind,
        "all": sum(counts.values()),
    }
    return render(request, "allocation/flag_list.html", context)
