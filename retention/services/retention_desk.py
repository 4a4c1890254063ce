"""The versions of the retention policy: compliance sets the clock and what must be said, the director what may be offered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.domain.rules import DEFAULT_RULES, read_retention_rules
from retention.models import RetentionPolicy
from retention.services.ensure_policy import ensure_retention_policy
from servicelog.services.policy_desk import Desk, Shares

RETENTION = Desk(
    "retention.policy_drafted",
    "retention.policy_changed",
    "retention.policy_published",
    RetentionPolicy,
    read_retention_rules,
    ensure_retention_policy,
    Shares(
        of_compliance=frozenset({"clock", "must_say", "accounts", "consent"}),
        defaults=DEFAULT_RULES,
        to_compliance=_(
            "Compliance sets the clock and what must be said; the director sets the rest in another version."
        ),
        to_desk=_("The clock and what must be said are set by compliance in another version; leave them as in force."),
    ),
)
