"""The table of trust for the counter and for retention."""

from __future__ import annotations

from tests.architecture.access_rows import ADVISORS, BRANCH, DESK, DIRECTOR, HEADS, READERS, SEES_ONE, STRANGER, page

COUNTER = HEADS | {"counter"}

RETENTION = {
    "retention:console": page(BRANCH),
    "retention:search": page(BRANCH),
    "retention:client_console": page(SEES_ONE, record="client"),
    "retention:request_list": page(BRANCH),
    "retention:request_new": page(COUNTER | {"advisor"}, record="client", method="form"),
    "retention:request_detail": page(SEES_ONE, record="leaving_request"),
    "retention:request_completion": page(COUNTER, record="leaving_request", method="post"),
    "retention:request_settlement": page(COUNTER, record="leaving_request", method="post"),
    "retention:request_obstacle": page(COUNTER, record="leaving_request", method="post"),
    "retention:request_cleared": page(COUNTER, record="obstacle", method="post"),
    "retention:request_withdrawal": page(COUNTER, record="leaving_request", method="post"),
    "retention:request_no_talk": page(COUNTER | {"advisor"}, record="leaving_request", method="post"),
    "retention:request_reason": page(COUNTER | {"advisor"}, record="leaving_request", method="post"),
    "retention:risk_list": page(BRANCH),
    "retention:risk_panel": page(SEES_ONE, record="client"),
    "retention:policy_list": page(READERS),
    "retention:policy_new": page(DESK | {"compliance"}, method="form"),
    "retention:policy_detail": page(READERS, record="retention_policy"),
    "retention:policy_edit": page(DESK | {"compliance"}, record="retention_policy", method="form"),
    "retention:policy_publish": page(DIRECTOR | {"compliance"}, record="retention_policy", method="post"),
    "retention:client_case": page(SEES_ONE, record="client"),
    "retention:case_open": page(COUNTER | {"advisor"}, record="client", method="post"),
    "retention:case_list": page(BRANCH),
    "retention:case_detail": page(SEES_ONE, record="retention_case"),
    "retention:case_end": page(COUNTER | {"advisor"}, record="retention_case", method="post"),
    "retention:offer_new": page(COUNTER | {"advisor"}, record="retention_case", method="post"),
    "retention:offer_decision": page(DIRECTOR, record="case_offer", method="post"),
    "retention:offer_answer": page(COUNTER | {"advisor"}, record="case_offer", method="post"),
    "retention:part_taken": page(COUNTER | {"advisor"}, record="case_part", method="post"),
    "retention:part_handed_on": page(COUNTER | {"advisor"}, record="case_part", method="post"),
    "retention:part_talk": page(COUNTER | {"advisor"}, record="case_part", method="form"),
    "api:early-warning-list": page(BRANCH),
    "api:early-warning-detail": page(SEES_ONE, record="client_risk"),
    "api:leaving-request-list": page(BRANCH, deeds={"post": COUNTER | ADVISORS | STRANGER}),
    "api:leaving-request-detail": page(SEES_ONE, record="leaving_request"),
    "api:leaving-request-completion": page(COUNTER, record="leaving_request", method="post"),
    "api:leaving-request-settlement": page(COUNTER, record="leaving_request", method="post"),
    "api:leaving-request-withdrawal": page(COUNTER, record="leaving_request", method="post"),
    "api:leaving-request-silence": page(COUNTER | {"advisor"}, record="leaving_request", method="post"),
}
