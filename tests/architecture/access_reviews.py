"""The table of trust for reviews of service: the advisor whose service it is about, and the office; nobody else."""

from __future__ import annotations

from tests.architecture.access_rows import ADVISORS, DIRECTOR, READERS, page

REVIEWS = {
    "allocation:service_reviews": page(READERS | ADVISORS),
    "allocation:service_review": page(READERS | {"advisor"}, record="service_review"),
    "allocation:review_reply": page(frozenset({"advisor"}), record="service_review", method="post"),
    "allocation:review_decision": page(DIRECTOR, record="service_review", method="post"),
    "allocation:review_dismissals": page(DIRECTOR, method="post"),
    "api:service-review-list": page(READERS | ADVISORS),
    "api:service-review-detail": page(READERS | {"advisor"}, record="service_review"),
    "api:service-review-reply": page(frozenset({"advisor"}), record="service_review", method="post"),
    "api:service-review-decision": page(DIRECTOR, record="service_review", method="post"),
}
