"""The MOT policy: which moments ask for a contact. The desk drafts and simulates, the director publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from servicelog.domain.mot.rules import default_rules, read_mot_rules
from servicelog.forms_mot import MotPolicyForm
from servicelog.models import MotPolicy
from servicelog.queries.simulation import simulation_of
from servicelog.services.errors import ServiceLogError
from servicelog.services.policy_desk import MOT, mark_of
from servicelog.services.simulate_tasks import ask_for_simulation, simulation_under_way
from servicelog.views.policy_pages import VersionPages
from servicelog.wording_policy import moment_texts, mot_changes


@dataclass(frozen=True, kw_only=True)
class MotPages(VersionPages):
    def said(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        read = read_mot_rules(rules)
        return {"rules": read, "groups": moment_texts(read)}

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
        return mot_changes(read_mot_rules(before), read_mot_rules(after))

    def more(self, policy: Any) -> dict[str, Any]:
        """The last simulation, whether the draft has changed since, and the work if it is under way."""
        before = gettext("version in force") if not policy.trial else f"v{policy.trial['against']}"
        return {
            "simulation": simulation_of(policy, before=before, after=f"v{policy.version}"),
            "is_outdated": bool(policy.trial) and policy.trial["mark"] != mark_of(policy),
            "job": simulation_under_way(policy=policy, today=timezone.localdate()),
        }


PAGES = MotPages(
    desk=MOT,
    prefix="mot_policy",
    name=_("MOT policy"),
    text=_("Which moments ask for a contact, of whom, and by when. Optional ones carry no quota."),
    draft_text=_(
        "No night uses a draft. Limits and cooldowns are trading days; a limit of 0 or 1 is the session on which the task is first "
        "seen."
    ),
    form=MotPolicyForm,
    defaults=default_rules(),
    may_read="servicelog.view_policies",
    may_draft="servicelog.draft_mot_policy",
    may_publish="servicelog.publish_mot_policy",
    templates="servicelog/mot_policy",
)


@require_POST
@permission_required("servicelog.draft_mot_policy", raise_exception=True)
def policy_simulate(request: HttpRequest, pk: int) -> HttpResponse:
    """Director and assistant; the work shows on the draft's page."""
    policy = get_object_or_404(MotPolicy.objects.visible_to(request.user).select_related("branch"), pk=pk)
    try:
        ask_for_simulation(policy=policy, actor=request.user, today=timezone.localdate())
    except ServiceLogError as error:
        messages.error(request, error.message)
    return redirect(PAGES.url("detail"), pk=policy.pk)
