"""The service policy: how the branch serves and logs. Each drafts and publishes the sections that are theirs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from servicelog.domain.service_rules import DEFAULT_RULES
from servicelog.forms_service import ServicePolicyForm
from servicelog.service_fields import groups
from servicelog.services.policy_desk import SERVICE
from servicelog.views.policy_pages import PolicyPages

PAGES = PolicyPages(
    desk=SERVICE,
    prefix="service_policy",
    name=_("Service policy"),
    text=_("How the branch serves and logs. Compliance sets forbidden words and suitability, the director the rest."),
    draft_text=_(
        "Compliance sets forbidden words and suitability, the director the rest; what is not yours stays as it is."
    ),
    back=("servicelog:mot_policy_list", _("MOT policy")),
    form=ServicePolicyForm,
    groups=groups,
    defaults=DEFAULT_RULES,
    may_read="servicelog.view_policies",
    may_draft="servicelog.draft_service_policy",
    may_publish="servicelog.publish_service_policy",
)
