"""The early-warning rule: its versions, a draft tried on the branch as it is, its publication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from branch_crm.core.models import Branch
from clients.views.value import asked_branch
from retention.domain.risk.rules import DEFAULT_RULES
from retention.forms_risk import RiskPolicyForm
from retention.models import RiskPolicy
from retention.risk_fields import risk_groups
from retention.services.risk_desk import RISK
from retention.services.try_risk_rule import try_risk_rule
from servicelog.views.policy_pages import PolicyPages

PAGES = PolicyPages(
    desk=RISK,
    prefix="risk_policy",
    name=_("Early-warning rule"),
    text=_("Which signs of leaving count, from where to where, with how many points. The next night reads by it."),
    warning=_("Signs are a reason to talk, never to hold anything back: no request waits for them."),
    back=("retention:risk_list", _("Signs of leaving")),
    form=RiskPolicyForm,
    groups=risk_groups,
    defaults=DEFAULT_RULES,
    may_read="retention.view_policies",
    may_draft="retention.draft_risk_policy",
    may_publish="retention.publish_risk_policy",
    namespace="retention",
    trial="retention:risk_policy_trial",
    effect="retention:risk_policy_effect",
)


@require_GET
@permission_required("retention.view_policies", raise_exception=True)
def policy_effect(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance: what a version would say of the branch tonight."""
    policy = get_object_or_404(RiskPolicy.objects.visible_to(request.user).select_related("branch"), pk=pk)
    return _effect(request, policy.branch or asked_branch(request), {**DEFAULT_RULES, **policy.rules}, policy)


@require_POST
@permission_required("retention.draft_risk_policy", raise_exception=True)
def policy_trial(request: HttpRequest) -> HttpResponse:
    """Director, assistant: what the form as it stands would say. Nothing is saved."""
    form = RiskPolicyForm(request.POST, rules=DEFAULT_RULES, actor=request.user)
    return _effect(request, asked_branch(request), form.rules if form.is_valid() else None)


def _effect(
    request: HttpRequest, branch: Branch, rules: Mapping[str, Any] | None, policy: RiskPolicy | None = None
) -> HttpResponse:
    effect = None if rules is None else try_risk_rule(branch=branch, rules=rules)
    context = {"is_wrong": rules is None, "effect": effect, "policy": policy}
    return render(request, "retention/risk_effect.html", context)
