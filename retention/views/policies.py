"""The retention policy: the clock of a request, what must be said, what may be offered. Each drafts what is theirs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.domain.rules import DEFAULT_RULES
from retention.forms_policy import RetentionPolicyForm
from retention.retention_fields import retention_groups
from retention.services.retention_desk import RETENTION
from servicelog.views.policy_pages import PolicyPages

PAGES = PolicyPages(
    desk=RETENTION,
    prefix="policy",
    name=_("Retention policy"),
    text=_("Compliance sets the clock and what must be said, the director what may be offered"),
    back=("retention:request_list", _("Leaving requests")),
    form=RetentionPolicyForm,
    groups=retention_groups,
    defaults=DEFAULT_RULES,
    may_read="retention.view_policies",
    may_draft="retention.draft_policy",
    may_publish="retention.publish_policy",
    namespace="retention",
)
