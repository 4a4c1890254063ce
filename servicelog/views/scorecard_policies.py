"""The appraisal policy: what a month of service is measured by. The desk drafts, the director publishes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

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
    may_read="servicelog.view_policies",
    may_draft="servicelog.draft_scorecard_policy",
    may_publish="servicelog.publish_scorecard_policy",
)
