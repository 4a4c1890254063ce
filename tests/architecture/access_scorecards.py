"""The table of trust for scorecards and their policy."""

from __future__ import annotations

from tests.architecture.access_rows import ADVISORS, DESK, DIRECTOR, HEADS, READERS, STRANGER, page

SCORECARDS = {
    "servicelog:margin": page(HEADS | ADVISORS),
    "servicelog:standards": page(READERS),
    "servicelog:scorecard_list": page(READERS),
    "servicelog:scorecard_trends": page(READERS),
    "servicelog:my_scorecard": page(ADVISORS),
    "servicelog:scorecard_freeze": page(DIRECTOR | STRANGER, record="scored_month", method="post", foreign=False),
    "servicelog:scorecard_detail": page(READERS | {"advisor"}, record="scorecard"),
    "servicelog:scorecard_figure": page(READERS | {"advisor"}, record="scorecard_figure"),
    "servicelog:scorecard_dispute_new": page(frozenset({"advisor"}), record="scorecard_figure", method="form"),
    "servicelog:scorecard_dispute_list": page(READERS),
    "servicelog:scorecard_dispute_answer": page(DIRECTOR, record="scorecard_dispute", method="post"),
    "servicelog:scorecard_policy_list": page(READERS),
    "servicelog:scorecard_policy_new": page(DESK, method="form"),
    "servicelog:scorecard_policy_detail": page(READERS, record="scorecard_policy"),
    "servicelog:scorecard_policy_edit": page(DESK, record="scorecard_policy", method="form"),
    "servicelog:scorecard_policy_publish": page(DIRECTOR, record="scorecard_policy", method="post"),
    "api:appraisal-policy-list": page(READERS, deeds={"post": DESK | STRANGER}),
    "api:appraisal-policy-detail": page(READERS, record="scorecard_policy", deeds={"patch": DESK}),
    "api:appraisal-policy-publication": page(DIRECTOR, record="scorecard_policy", method="post"),
    "api:scorecard-list": page(READERS | ADVISORS),
    "api:scorecard-detail": page(READERS | {"advisor"}, record="scorecard"),
    "api:scorecard-records": page(READERS | {"advisor"}, record="scorecard", query="figure=logs"),
    "api:scorecard-dispute": page(frozenset({"advisor"}), record="scorecard", method="post"),
    "api:scorecard-dispute-list": page(READERS | ADVISORS),
    "api:scorecard-dispute-detail": page(READERS | {"advisor"}, record="scorecard_dispute"),
    "api:scorecard-dispute-answer": page(DIRECTOR, record="scorecard_dispute", method="post"),
}
