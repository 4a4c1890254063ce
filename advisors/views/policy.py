"""The rule behind all skills: which evidence counts for what, and how fast it fades."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from advisors.domain.skills import qualification
from advisors.labels import skill_label
from advisors.models import ContestLevel, EvidenceKind
from advisors.queries import active_policy
from advisors.views.asked import branch_of


@require_GET
@permission_required("advisors.view", raise_exception=True)
def skill_policy(request: HttpRequest) -> HttpResponse:
    policy = active_policy(branch_of(request), on=timezone.localdate())
    labels = dict(EvidenceKind.choices)
    kinds = [
        (labels.get(kind, kind), rule, [(skill_label(code), share) for code, share in rule["skills"].items()])
        for kind, rule in policy.rules["kinds"].items()
    ]
    levels = [(label, policy.rules.get("levels", {}).get(code, 1.0)) for code, label in ContestLevel.choices]
    context = {"policy": policy, "kinds": kinds, "levels": levels, "qualified": qualification(policy.rules)}
    return render(request, "advisors/policy.html", context)
