"""The follow-up policy: whom compliance asks, who does the asking, what is asked. Compliance drafts and publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from servicelog.domain.follow_up import DEFAULT_RULES, read_follow_up_rules
from servicelog.follow_up_words import ANSWER_WORDS, policy_changes, policy_lines
from servicelog.forms_follow_up import FollowUpPolicyForm
from servicelog.services.policy_desk import FOLLOW_UP
from servicelog.views.policy_pages import VersionPages


@dataclass(frozen=True, kw_only=True)
class FollowUpPages(VersionPages):
    def said(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        questions = read_follow_up_rules(rules).questions
        return {"lines": policy_lines(rules), "questions": [(one, ANSWER_WORDS[one.good]) for one in questions]}

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
        return policy_changes(before, after)


PAGES = FollowUpPages(
    desk=FOLLOW_UP,
    prefix="follow_up_policy",
    name=_("Follow-up policy"),
    text=_(
        "Whom compliance asks, who does the asking, and what is asked; every rule with the source that compliance cites for it."
    ),
    draft_text=_("What is in force stays until the draft is published. 0 days: this event asks for nothing."),
    back=("servicelog:follow_up_overview", _("Follow-ups of the year")),
    form=FollowUpPolicyForm,
    defaults=DEFAULT_RULES,
    may_read="servicelog.oversee_follow_ups",
    may_draft="servicelog.draft_follow_up_policy",
    may_publish="servicelog.publish_follow_up_policy",
    templates="servicelog/follow_up_policy",
)
