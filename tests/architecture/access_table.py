"""The table of trust: who may use which address. Names are those of tests/cast.py.

`record` names the kind of record in the address (tests/architecture/world.py); every let-in role gets 404 for the record of
the other branch. `advisor` in `roles` means the advisor who holds the record; the colleague must then be refused unless named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DIRECTOR = frozenset({"director"})
DESK = DIRECTOR | {"assistant"}
HEADS = DESK | {"manager"}
READERS = HEADS | {"compliance"}
OFFICE = READERS | {"admin"}
ADVISORS = frozenset({"advisor", "colleague"})
STRANGER = frozenset({"stranger"})
#: Who works with clients at all: the firm's administrator does not.
BRANCH = READERS | ADVISORS | {"counter"}
#: Who sees one certain client or advisor of the branch: the colleague does not.
SEES_ONE = BRANCH - {"colleague"}
EVERYBODY = BRANCH | STRANGER | {"admin"}
OVERSEERS = frozenset({"manager", "compliance"})


@dataclass(frozen=True)
class Row:
    """`stranger`, the other branch's director, may use pages without a record exactly as the director may."""

    roles: frozenset[str]
    record: str = ""
    #: "get", "post", or "form": shown by GET, sent by POST, both for the same roles.
    method: str = "get"
    #: Whether the other branch's record must be tried (not for records that are the same for all).
    foreign: bool = True
    #: Query string without which the address shows nothing.
    query: str = ""
    #: Further methods, for fewer roles: {"post": DESK}.
    deeds: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def methods(self) -> dict[str, frozenset[str]]:
        """Method -> who may use it."""
        names = ("get", "post") if self.method == "form" else (self.method,)
        return {**dict.fromkeys(names, self.roles), **self.deeds}


def page(roles: frozenset[str], **options: object) -> Row:
    if "record" not in options and "director" in roles:
        roles |= STRANGER
    return Row(roles, **options)  # type: ignore[arg-type]


#: Open to everybody, signed in or not.
PUBLIC = {"healthz", "servicelog:calendar_feed"}

CORE = {
    "home": page(EVERYBODY),
    "home_week": page(READERS),
    "home_book": page(READERS),
    "home_core": page(READERS),
    "home_data": page(READERS),
    "home_uncontacted": page(READERS),
    "home_advisors": page(READERS),
    "home_advisors_why": page(READERS),
    "home_unserved": page(READERS),
    "home_work": page(READERS),
    "home_my_book": page(ADVISORS),
    "home_my_clients": page(ADVISORS),
    "home_my_notices": page(ADVISORS),
    "home_trail": page(frozenset({"manager", "compliance", "admin"})),
    "briefing": page(READERS),
    "home_branches": page(frozenset({"admin"})),
    "preferences": page(EVERYBODY, method="post"),
    "running_jobs": page(EVERYBODY),
    "job_progress": page(OFFICE, record="job"),
    "demo_loading": page(EVERYBODY),
    "style": page(frozenset({"admin"})),
    "style_why": page(frozenset({"admin"})),
    "api_docs": page(EVERYBODY),
    "api_schema": page(EVERYBODY),
    "core:job_list": page(OFFICE),
    "core:job_detail": page(OFFICE, record="job"),
    "core:job_rerun": page(DESK | {"admin"}, record="job", method="post"),
    "core:audit_list": page(OVERSEERS | {"admin"}),
    "core:calendar": page(frozenset({"compliance", "admin"}), method="form"),
    "core:staff_list": page(frozenset({"admin"})),
    "core:staff_new": page(frozenset({"admin"}), method="form"),
    "core:staff_edit": page(frozenset({"admin"}), record="account", method="form", foreign=False),
    "api:job-list": page(OFFICE),
    "api:job-detail": page(OFFICE, record="job"),
    "api:audit-list": page(OVERSEERS | {"admin"}),
    "api:audit-detail": page(OVERSEERS | {"admin"}, record="audit_entry"),
    "api:trading-day-list": page(EVERYBODY),
    "api:trading-day-detail": page(EVERYBODY, record="trading_day", foreign=False),
}

ADVISOR_PAGES = {
    "advisors:list": page(READERS | ADVISORS),
    "advisors:detail": page(READERS | {"advisor"}, record="advisor"),
    "advisors:edit": page(DESK | {"advisor"}, record="advisor", method="form"),
    "advisors:comparison": page(READERS | ADVISORS),
    # Advisors see contests with their own result alone.
    "advisors:contest_list": page(READERS | ADVISORS),
    "advisors:contest_detail": page(READERS | ADVISORS, record="contest"),
    "advisors:contest_new": page(DESK, method="form"),
    "advisors:contest_edit": page(DESK, record="contest", method="form"),
    "advisors:contest_withdrawal": page(DESK, record="contest", method="post"),
    "advisors:result_file_new": page(DESK, method="form"),
    "advisors:result_template": page(DESK),
    "advisors:result_file": page(DESK, record="result_file"),
    "advisors:result_file_application": page(DESK, record="result_file", method="post"),
    "advisors:skill_policy": page(READERS | ADVISORS),
    "advisors:skill_why": page(READERS | {"advisor"}, record="skill"),
    "advisors:evidence_new": page(DESK, record="advisor", method="form"),
    "advisors:evidence_withdraw": page(DESK, record="evidence", method="post"),
    "advisors:nominate_self": page(frozenset({"advisor"}), record="advisor", method="form"),
    "advisors:leave_new": page(DESK, record="advisor", method="form"),
    "advisors:leave_cancel": page(DESK, record="leave", method="post"),
    "api:advisor-list": page(READERS | ADVISORS),
    "api:advisor-detail": page(READERS | {"advisor"}, record="advisor"),
    "api:advisor-skills": page(READERS | {"advisor"}, record="advisor"),
    "api:skill-evidence-list": page(READERS | ADVISORS),
    "api:skill-evidence-detail": page(READERS | {"advisor"}, record="evidence"),
    "api:contest-list": page(READERS | ADVISORS, deeds={"post": DESK | STRANGER}),
    "api:contest-detail": page(READERS | ADVISORS, record="contest"),
    "api:contest-results": page(READERS | ADVISORS, record="contest", deeds={"post": DESK}),
    "api:contest-withdrawal": page(DESK, record="contest", method="post"),
    "api:skill-matrix-list": page(READERS | ADVISORS),
    "api:leave-list": page(READERS | ADVISORS),
    "api:leave-detail": page(READERS | {"advisor"}, record="leave"),
}

BOOK = {
    "clients:list": page(BRANCH),
    "clients:filter": page(BRANCH),
    "clients:search": page(BRANCH, query="q=6101"),
    "clients:columns": page(BRANCH, method="post"),
    "clients:view_new": page(BRANCH, method="form"),
    "clients:view_counts": page(BRANCH),
    "clients:view_edit": page(DIRECTOR, record="saved_view", method="form"),
    "clients:view_delete": page(DIRECTOR, record="saved_view", method="post"),
    "clients:detail": page(SEES_ONE, record="client"),
    "clients:more_rows": page(SEES_ONE, record="client_trades"),
    "clients:reveal": page(SEES_ONE, record="client", method="form", query="field=phone"),
    "clients:export": page(DIRECTOR | OVERSEERS, method="form"),
    "clients:export_list": page(DIRECTOR | OVERSEERS),
    "clients:export_detail": page(DIRECTOR | OVERSEERS, record="export"),
    # The manager sees that there was an export, not what is in it.
    "clients:export_file": page(DIRECTOR | {"compliance"}, record="export"),
}

BOOK |= {
    "api:client-list": page(BRANCH),
    "api:client-detail": page(SEES_ONE, record="client"),
    "api:client-reveal": page(SEES_ONE, record="client", method="post"),
    "api:search": page(BRANCH),
    "api:saved-view-list": page(BRANCH),
    # Shared views are seen by all of the branch.
    "api:saved-view-detail": page(BRANCH, record="saved_view"),
    "api:export-list": page(DIRECTOR | OVERSEERS),
    "api:export-detail": page(DIRECTOR | OVERSEERS, record="export"),
}

#: Those who talk with clients about more than one transaction.
TALKERS = DESK | {"advisor"}

PEOPLE = {
    "clients:persona_panel": page(SEES_ONE, record="client"),
    "clients:persona_why": page(SEES_ONE, record="client"),
    "clients:persona_override": page(TALKERS, record="client", method="form"),
    "clients:persona_override_withdraw": page(TALKERS, record="persona_override", method="post"),
    "clients:questionnaire_new": page(TALKERS, record="client", method="form"),
    "clients:profile_panel": page(SEES_ONE, record="client"),
    "clients:profile_edit": page(TALKERS | {"counter"}, record="client", method="form"),
    "clients:persona_policy": page(BRANCH),
    "api:persona-list": page(BRANCH),
    "api:persona-detail": page(SEES_ONE, record="behaviour"),
    "api:persona-policy-list": page(BRANCH),
    "api:persona-policy-detail": page(BRANCH, record="persona_policy"),
    "api:persona-override-list": page(BRANCH, deeds={"post": TALKERS | ADVISORS | STRANGER}),
    "api:persona-override-detail": page(SEES_ONE, record="persona_override", deeds={"delete": TALKERS}),
    "api:questionnaire-list": page(BRANCH, deeds={"post": TALKERS | ADVISORS | STRANGER}),
    "api:questionnaire-detail": page(SEES_ONE, record="questionnaire"),
    "api:profile-list": page(BRANCH),
    "api:profile-detail": page(SEES_ONE, record="profile"),
    "api:profile-change": page(TALKERS | {"counter"}, record="profile", method="post"),
}

ALLOCATION = {
    "allocation:plan_list": page(READERS),
    "allocation:plan_new": page(DESK, method="form"),
    "allocation:plan_detail": page(READERS, record="plan"),
    "allocation:line_card": page(READERS, record="line"),
    "allocation:explain": page(READERS, record="plan_client"),
    "allocation:redirect_effect": page(DESK, record="line"),
    "allocation:line_decision": page(DESK, record="line", method="post"),
    "allocation:lock_price": page(READERS, record="line"),
    "allocation:line_comments": page(READERS, record="line", method="post"),
    "allocation:review_status": page(READERS, record="plan"),
    "allocation:solve_again": page(DESK, record="plan", method="post"),
    "allocation:bulk_decision": page(DESK, record="plan", method="post"),
    "allocation:discard": page(DESK, record="plan", method="post"),
    "allocation:approval": page(DIRECTOR, record="plan", method="form"),
    "allocation:withdrawal": page(DIRECTOR, record="plan", method="post"),
    "allocation:second": page(frozenset({"director", "manager"}), record="plan", method="form"),
    "allocation:sent_back": page(frozenset({"director", "manager"}), record="plan", method="post"),
    "allocation:fairness": page(READERS, record="plan"),
    "allocation:fairness_why": page(READERS, record="plan_advisor"),
    "allocation:fairness_measure": page(READERS, record="plan", query="of=value&measure=gini"),
    "allocation:fairness_now": page(READERS),
    "allocation:fairness_measure_now": page(READERS, query="of=value&measure=gini"),
    "allocation:rollback": page(DIRECTOR, record="plan", method="form"),
    "allocation:compare": page(READERS),
    "allocation:curve": page(READERS, record="plan"),
    "allocation:curve_start": page(DESK, record="plan", method="post"),
    "allocation:take_point": page(DESK, record="plan", method="post"),
    "allocation:leaver": page(DESK, record="advisor", method="post"),
    "allocation:flag_list": page(READERS),
    "allocation:skill_gaps": page(READERS),
    "allocation:skill_gap": page(READERS | STRANGER, record="gap", foreign=False),
    "allocation:policy_list": page(READERS),
    "allocation:policy_new": page(DESK, method="form"),
    "allocation:policy_preview": page(DESK, method="post"),
    "allocation:policy_detail": page(READERS, record="match_policy"),
    "allocation:policy_edit": page(DESK, record="match_policy", method="form"),
    "allocation:policy_deletion": page(DESK, record="match_policy", method="post"),
    "allocation:policy_effect": page(READERS, record="match_policy"),
    "allocation:policy_publish": page(DIRECTOR, record="match_policy", method="post"),
    "api:match-policy-list": page(READERS, deeds={"post": DESK | STRANGER}),
    "api:match-policy-detail": page(READERS, record="match_policy", deeds={"patch": DESK}),
    "api:match-policy-deletion": page(DESK, record="match_policy", method="post"),
    "api:match-policy-publication": page(DIRECTOR, record="match_policy", method="post"),
    "allocation:notice": page(READERS, record="plan"),
    "allocation:notice_opening": page(DIRECTOR, record="plan", method="form"),
    "allocation:notice_closing": page(DIRECTOR, record="notice", method="form"),
    "allocation:objection": page(READERS, record="objection", deeds={"post": DIRECTOR}),
    "allocation:bid": page(READERS, record="bid", deeds={"post": DIRECTOR}),
    "allocation:bid_moves": page(DESK, record="bid", method="form"),
    "allocation:my_notices": page(ADVISORS),
    # Whom the plan does not touch, he does not see its notice.
    "allocation:my_notice": page(frozenset({"advisor"}), record="notice"),
    "allocation:my_move": page(frozenset({"advisor"}), record="notice_line", method="form"),
    "allocation:bid_new": page(frozenset({"advisor"}), record="notice", method="form"),
    "allocation:objection_withdrawal": page(frozenset({"advisor"}), record="objection", method="post"),
    "allocation:bid_withdrawal": page(frozenset({"advisor"}), record="bid", method="post"),
    "allocation:my_reviews": page(ADVISORS),
    "allocation:my_fair_share": page(ADVISORS),
    "allocation:fair_share": page(READERS | {"advisor"}, record="advisor"),
    "allocation:client_history": page(SEES_ONE, record="client"),
    "allocation:lock": page(DIRECTOR, record="client", method="post"),
    "allocation:lock_removal": page(DIRECTOR, record="client", method="post"),
    "allocation:refusal_new": page(DESK | {"counter"}, record="client", method="post"),
    "allocation:refusal_withdrawal": page(DESK | {"counter"}, record="refusal", method="post"),
    "allocation:request_list": page(BRANCH),
    "allocation:request_new": page(DESK | ADVISORS | {"counter"}, query="q=6101"),
    "allocation:request_for": page(TALKERS | {"counter"}, record="client", method="form"),
    "allocation:request_detail": page(SEES_ONE, record="change_request"),
    "allocation:request_change": page(DIRECTOR, record="change_request", method="post"),
    "allocation:request_consent": page(DIRECTOR, record="change_request", method="post"),
    # Asked by the client, so the advisor may not take it back.
    "allocation:request_withdrawal": page(DESK | {"counter"}, record="change_request", method="post"),
    "allocation:advisor_book": page(SEES_ONE, record="advisor"),
    "api:plan-list": page(READERS, deeds={"post": DESK | STRANGER}),
    "api:plan-detail": page(READERS, record="plan"),
    "api:plan-balance": page(READERS, record="plan"),
    "api:plan-fairness": page(READERS, record="plan"),
    "api:plan-approval": page(DIRECTOR, record="plan", method="post"),
    "api:plan-second-approval": page(frozenset({"director", "manager"}), record="plan", method="post"),
    "api:plan-refusal": page(frozenset({"director", "manager"}), record="plan", method="post"),
    "api:plan-withdrawal": page(DIRECTOR, record="plan", method="post"),
    "api:plan-rollback": page(DIRECTOR, record="plan", method="post"),
    "api:plan-curve": page(READERS, record="plan"),
    "api:plan-curve-job": page(DESK, record="plan", method="post"),
    "api:plan-compare": page(READERS),
    "api:plan-discard": page(DESK, record="plan", method="post"),
    "api:move-list": page(READERS),
    "api:move-detail": page(READERS, record="move"),
    "api:move-card": page(READERS, record="move"),
    "api:plan-solve-again": page(DESK, record="plan", method="post"),
    "api:move-comments": page(READERS, record="move", deeds={"post": READERS}),
    "api:move-lock-price": page(READERS, record="move"),
    "api:move-decisions": page(DESK, method="post"),
    "api:notice-list": page(READERS | ADVISORS, deeds={"post": DIRECTOR | STRANGER}),
    "api:notice-detail": page(READERS | {"advisor"}, record="notice"),
    "api:notice-closing": page(DIRECTOR, record="notice", method="post"),
    "api:notice-moves": page(frozenset({"advisor"}), record="notice"),
    "api:objection-list": page(READERS | ADVISORS, deeds={"post": ADVISORS}),
    "api:objection-detail": page(READERS | {"advisor"}, record="objection"),
    "api:objection-withdrawal": page(frozenset({"advisor"}), record="objection", method="post"),
    "api:objection-answer": page(DIRECTOR, record="objection", method="post"),
    "api:bid-list": page(READERS | ADVISORS, deeds={"post": ADVISORS}),
    "api:bid-detail": page(READERS | {"advisor"}, record="bid"),
    "api:bid-withdrawal": page(frozenset({"advisor"}), record="bid", method="post"),
    "api:bid-answer": page(DIRECTOR, record="bid", method="post"),
    "api:assignment-list": page(BRANCH),
    "api:assignment-detail": page(SEES_ONE, record="assignment"),
    "api:change-request-list": page(BRANCH, deeds={"post": DESK | ADVISORS | {"counter"} | STRANGER}),
    "api:change-request-detail": page(SEES_ONE, record="change_request"),
    "api:change-request-successors": page(READERS, record="change_request"),
    "api:change-request-change": page(DIRECTOR, record="change_request", method="post"),
    "api:change-request-consent": page(DIRECTOR, record="change_request", method="post"),
    "api:change-request-withdrawal": page(DESK | {"counter"}, record="change_request", method="post"),
    "api:skill-gap-list": page(READERS),
    "api:review-flag-list": page(READERS),
    "api:review-flag-detail": page(READERS, record="review_flag"),
}

IMPORTERS = DESK | {"admin"}

EXTRACT = {
    "clients:import_list": page(OFFICE),
    "clients:import_new": page(IMPORTERS, method="form"),
    "clients:import_detail": page(OFFICE, record="import"),
    "clients:import_preview": page(IMPORTERS, record="import"),
    "clients:import_start": page(IMPORTERS, record="import", method="post"),
    "clients:import_discard": page(IMPORTERS, record="import", method="post"),
    # Manager and compliance see the counts and reasons, not the rows.
    "clients:import_rejects": page(IMPORTERS, record="import_dataset"),
    "clients:import_mapping": page(IMPORTERS, method="form"),
    "clients:import_mapping_delete": page(IMPORTERS, record="column_mapping", method="post"),
    "api:import-list": page(OFFICE, deeds={"post": IMPORTERS | STRANGER}),
    "api:import-detail": page(OFFICE, record="import"),
    "api:import-start": page(IMPORTERS, record="import", method="post"),
}


VALUE = {
    "clients:value_why": page(SEES_ONE, record="client"),
    "clients:book_summary": page(READERS),
    "clients:core_changes": page(READERS, query="period=week&way=entered"),
    "clients:value_policy_list": page(READERS),
    "clients:value_policy_new": page(DESK, method="form"),
    "clients:value_policy_preview": page(DESK, method="post"),
    "clients:value_policy_detail": page(READERS, record="value_policy"),
    "clients:value_policy_edit": page(DESK, record="value_policy", method="form"),
    "clients:value_policy_compare": page(READERS, record="value_policy"),
    "clients:value_policy_rerun": page(READERS, record="value_policy"),
    "clients:value_policy_propose": page(DIRECTOR, record="value_policy", method="post"),
    "clients:value_policy_approve": page(DIRECTOR | {"manager"}, record="value_policy", method="post"),
    "clients:value_policy_return": page(DIRECTOR | {"manager"}, record="value_policy", method="post"),
    "clients:value_policy_discard": page(DESK, record="value_policy", method="post"),
    "api:value-list": page(BRANCH),
    "api:value-detail": page(SEES_ONE, record="value"),
    "api:scoring-run-list": page(READERS),
    "api:scoring-run-detail": page(READERS, record="scoring_run"),
    "api:value-policy-list": page(READERS, deeds={"post": DESK | STRANGER}),
    "api:value-policy-detail": page(READERS, record="value_policy", deeds={"patch": DESK}),
    "api:value-policy-preview": page(DESK, method="post"),
    "api:value-policy-effect": page(READERS, record="value_policy"),
    "api:value-policy-rerun": page(READERS, record="value_policy"),
    "api:value-policy-proposal": page(DIRECTOR, record="value_policy", method="post"),
    "api:value-policy-approval": page(DIRECTOR | {"manager"}, record="value_policy", method="post"),
    "api:value-policy-discard": page(DESK, record="value_policy", method="post"),
    "api:value-policy-return": page(DIRECTOR | {"manager"}, record="value_policy", method="post"),
}

NIGHT = {
    "night:list": page(OFFICE),
    "night:detail": page(OFFICE, record="job"),
    "night:start": page(DIRECTOR | {"admin"}, method="post"),
}

SERVICE = {
    "servicelog:bulk_new": page(DESK | ADVISORS, method="form"),
    "servicelog:bulk_detail": page(DESK, record="bulk"),
    "servicelog:contact_new": page(DESK | ADVISORS | {"counter"}, method="form"),
    "servicelog:whom": page(DESK | ADVISORS | {"counter"}),
    "servicelog:contact_detail": page(SEES_ONE, record="contact"),
    "servicelog:contact_amend": page(SEES_ONE - {"manager", "compliance"}, record="contact", method="form"),
    "servicelog:complaint_new": page(SEES_ONE - {"manager", "compliance"}, record="client", method="form"),
    "servicelog:complaint_list": page(BRANCH),
    "servicelog:complaint_settle": page(DESK, record="complaint", method="post"),
    "servicelog:dispute_new": page(SEES_ONE - {"manager", "compliance"}, record="contact", method="form"),
    "servicelog:dispute_list": page(DESK),
    "servicelog:dispute_answer": page(DESK, record="dispute", method="post"),
    "servicelog:talk_card": page(SEES_ONE, record="client"),
    "servicelog:timeline": page(SEES_ONE, record="client"),
    "servicelog:today": page(HEADS | ADVISORS),
    "servicelog:week": page(HEADS | ADVISORS),
    "servicelog:my_book": page(ADVISORS),
    "servicelog:calendar": page(ADVISORS, method="form"),
    "servicelog:calendar_revocation": page(ADVISORS, method="post"),
    "api:mot-task-list": page(HEADS | ADVISORS),
    "api:mot-task-detail": page(HEADS | {"advisor"}, record="mot_task"),
    "api:service-coverage-list": page(HEADS | ADVISORS),
    "servicelog:task_why": page(HEADS | {"advisor"}, record="mot_task"),
    "servicelog:product_list": page(BRANCH),
    "servicelog:product_detail": page(BRANCH, record="product"),
    # Registered advisers, as both of the cast are, and those who oversee them; recommending is the advisers' alone.
    "servicelog:product_counts": page(READERS | ADVISORS),
    "servicelog:product_clients": page(READERS | ADVISORS, record="product"),
    "servicelog:fits": page(READERS | {"advisor"}, record="client"),
    "servicelog:client_products": page(READERS | {"advisor"}, record="client"),
    "servicelog:fit_why": page(READERS | {"advisor"}, record="client_product"),
    "servicelog:recommend": page(frozenset({"advisor"}), record="client_product", method="form"),
    "servicelog:recommendation_list": page(READERS | ADVISORS),
    "servicelog:recommendation_detail": page(READERS | {"advisor"}, record="recommendation"),
    "api:product-list": page(BRANCH),
    "api:product-detail": page(BRANCH, record="product"),
    "api:match-list": page(READERS | ADVISORS),
    "api:recommendation-list": page(READERS | ADVISORS, deeds={"post": ADVISORS}),
    "api:recommendation-detail": page(READERS | {"advisor"}, record="recommendation"),
    "servicelog:suitability": page(frozenset({"advisor"}), record="client"),
    "servicelog:mot_policy_list": page(READERS),
    "servicelog:mot_policy_new": page(DESK, method="form"),
    "servicelog:mot_policy_detail": page(READERS, record="mot_policy"),
    "servicelog:mot_policy_edit": page(DESK, record="mot_policy", method="form"),
    "servicelog:mot_policy_simulate": page(DESK, record="mot_policy", method="post"),
    "servicelog:mot_policy_publish": page(DIRECTOR, record="mot_policy", method="post"),
    "servicelog:service_policy_list": page(READERS),
    "servicelog:service_policy_new": page(DESK | {"compliance"}, method="form"),
    "servicelog:service_policy_detail": page(READERS, record="service_policy"),
    "servicelog:service_policy_edit": page(DESK | {"compliance"}, record="service_policy", method="form"),
    "servicelog:service_policy_publish": page(DIRECTOR | {"compliance"}, record="service_policy", method="post"),
    "api:mot-policy-list": page(READERS, deeds={"post": DESK | STRANGER}),
    "api:mot-policy-detail": page(READERS, record="mot_policy", deeds={"patch": DESK}),
    "api:mot-policy-publication": page(DIRECTOR, record="mot_policy", method="post"),
    "api:mot-policy-simulation": page(DESK, record="mot_policy", method="post"),
    "api:service-policy-list": page(READERS, deeds={"post": DESK | {"compliance"} | STRANGER}),
    "api:service-policy-detail": page(READERS, record="service_policy", deeds={"patch": DESK | {"compliance"}}),
    "api:service-policy-publication": page(DIRECTOR | {"compliance"}, record="service_policy", method="post"),
    "api:mot-task-why": page(HEADS | {"advisor"}, record="mot_task"),
    "servicelog:screen": page(DESK | ADVISORS | {"counter"}, method="post"),
    "api:complaint-list": page(BRANCH, deeds={"post": DESK | ADVISORS | {"counter"} | STRANGER}),
    "api:complaint-detail": page(SEES_ONE, record="complaint"),
    "api:complaint-settlement": page(DESK, record="complaint", method="post"),
    "api:contact-list": page(BRANCH, deeds={"post": DESK | ADVISORS | {"counter"} | STRANGER}),
    "api:contact-detail": page(SEES_ONE, record="contact"),
    "api:contact-amendment": page(SEES_ONE - {"manager", "compliance"}, record="contact", method="post"),
    "api:contact-dispute": page(SEES_ONE - {"manager", "compliance"}, record="contact", method="post"),
    "api:count-dispute-list": page(BRANCH),
    "api:count-dispute-detail": page(SEES_ONE, record="dispute"),
    "api:count-dispute-answer": page(DESK, record="dispute", method="post"),
}

TABLE: dict[str, Row] = {
    **CORE,
    **ADVISOR_PAGES,
    **EXTRACT,
    **BOOK,
    **PEOPLE,
    **ALLOCATION,
    **VALUE,
    **NIGHT,
    **SERVICE,
}
