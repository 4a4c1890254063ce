"""The table of trust for compliance follow-up: the client's own advisor is in none of its rows."""

from __future__ import annotations

from tests.architecture.access_rows import OVERSEERS, READERS, page

COMPLIANCE = frozenset({"compliance"})
#: The record is the counter's to ask; for everybody else who asks, it is not there.
EXECUTOR = frozenset({"counter"})

FOLLOW_UP = {
    "servicelog:follow_up_list": page(READERS | {"counter"}),
    "servicelog:follow_up_detail": page(READERS | {"counter"}, record="follow_up"),
    "servicelog:follow_up_answers": page(EXECUTOR, record="follow_up", method="post"),
    "servicelog:follow_up_attempt": page(EXECUTOR, record="follow_up", method="post"),
    "servicelog:follow_up_review": page(OVERSEERS, record="follow_up", method="post"),
    "servicelog:follow_up_hand_over": page(COMPLIANCE, record="follow_up", method="post"),
    "servicelog:follow_up_overview": page(READERS),
    "servicelog:follow_up_report": page(READERS),
    "servicelog:follow_up_draw": page(COMPLIANCE, method="form"),
    "servicelog:follow_up_sample": page(READERS, record="follow_up_plan"),
    "servicelog:follow_up_policy_list": page(READERS),
    "servicelog:follow_up_policy_new": page(COMPLIANCE, method="form"),
    "servicelog:follow_up_policy_detail": page(READERS, record="follow_up_policy"),
    "servicelog:follow_up_policy_edit": page(COMPLIANCE, record="follow_up_policy", method="form"),
    "servicelog:follow_up_policy_publish": page(COMPLIANCE, record="follow_up_policy", method="post"),
    "api:follow-up-list": page(READERS | {"counter"}),
    "api:follow-up-detail": page(READERS | {"counter"}, record="follow_up"),
    "api:follow-up-answers": page(EXECUTOR, record="follow_up", method="post"),
    "api:follow-up-attempts": page(EXECUTOR, record="follow_up", method="post"),
    "api:follow-up-verdict": page(OVERSEERS, record="follow_up", method="post"),
    "api:follow-up-policy-list": page(READERS, deeds={"post": COMPLIANCE}),
    "api:follow-up-policy-detail": page(READERS, record="follow_up_policy", deeds={"patch": COMPLIANCE}),
    "api:follow-up-policy-publication": page(COMPLIANCE, record="follow_up_policy", method="post"),
}
