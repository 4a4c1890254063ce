"""The rule behind all skills: which evidence counts for what, and how fast it fades."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from advisors.labels import skill_label
from advisors.models import EvidenceKind
from advisors.queries import active_policy
from branch_crm.core.models import Branch


@require_GET
@permission_required("advisors.view", raise_exception=True)
def skill_policy(request: HttpRequest) -> HttpResponse:
    branch = request.user.branch or Branch.objects.visible_to(request.user).first()
    if branch is None:
        raise Http404
    policy = active_policy(branch, on=timezone.localdate())
    labels = dict(EvidenceKind.choices)
    kinds = [
        (labels.get(kind, kind), rule, [(skill_label(code), share) for code, share in rule["skills"].items()])
        for kind, rule in policy.rules["kinds"].items()
    ]
    return render(request, "advisors/policy.html", {"policy": policy, "kinds": kinds})
