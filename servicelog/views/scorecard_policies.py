"""The appraisal policy: what a month of service is measured by. The desk drafts, the director publishes."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicelog.domain.scorecard import DEFAULT_RULES
from servicelog.forms_scorecard import ScorecardPolicyForm
from servicelog.scorecard_fields import scorecard_groups
from servicelog.services.policy_desk import SCORECARD
from servicelog.views.policy_pages import PolicyPages

PAGES = PolicyPages(
    desk=SCORECARD,
    prefix="scorecard_policy",
    name=_("Appraisal policy"),
    text=_("What a month of service is measured by. A version counts from the first month that begins under it."),
    warning=_(
        "No version may weigh trading volume, commission or account openings; money flows and products may weigh 30 of 100 "
        "together, complaints weigh 5 or more, and unsuitable sales always hold the points down: pay and appraisal must not hang "
        "on turnover, and conduct, suitability and complaints must count."
    ),
    back=("servicelog:scorecard_list", _("Scorecards")),
    form=ScorecardPolicyForm,
    groups=scorecard_groups,
    defaults=DEFAULT_RULES,
    may_draft="servicelog.draft_scorecard_policy",
    may_publish="servicelog.publish_scorecard_policy",
)


@require_GET
@permission_required("servicelog.view_policies", raise_exception=True)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    return PAGES.versions(request)


@require_GET
@permission_required("servicelog.view_policies", raise_exception=True)
def policy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    return PAGES.version(request, pk)


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.draft_scorecard_policy", raise_exception=True)
def policy_new(request: HttpRequest) -> HttpResponse:
    """Director, assistant."""
    return PAGES.draft(request)


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.draft_scorecard_policy", raise_exception=True)
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant."""
    return PAGES.edit(request, pk)


@require_POST
@permission_required("servicelog.publish_scorecard_policy", raise_exception=True)
def policy_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The director."""
    return PAGES.publish(request, pk)
