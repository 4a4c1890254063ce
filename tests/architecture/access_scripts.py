"""The table of trust for scripts and for the reasons of leaving."""

from __future__ import annotations

from tests.architecture.access_rows import ADVISORS, BRANCH, HEADS, READERS, SEES_ONE, STRANGER, page

COMPLIANCE = frozenset({"compliance"})
WRITERS = HEADS | ADVISORS

SCRIPTS = {
    "retention:client_scripts": page(SEES_ONE, record="client"),
    "retention:script_list": page(BRANCH),
    "retention:script_new": page(WRITERS, method="form"),
    "retention:script_first_set": page(WRITERS, method="post"),
    "retention:script_screen": page(WRITERS, method="post"),
    "retention:script_detail": page(BRANCH, record="script"),
    "retention:script_results": page(READERS, record="script"),
    "retention:reason_list": page(READERS),
    "retention:reason_new": page(HEADS, method="form"),
    "retention:reason_edit": page(HEADS, record="reason", method="form"),
    "retention:reason_figures": page(READERS),
    "retention:reason_figures_file": page(READERS),
    "retention:script_edit": page(WRITERS, record="script", method="form"),
    "retention:script_spoken": page(HEADS | {"counter", "advisor"}, record="script_use", method="post"),
    "retention:script_proposal": page(WRITERS, record="script_version", method="post"),
    "retention:script_approval": page(COMPLIANCE, record="script_version", method="post"),
    "retention:script_return": page(COMPLIANCE, record="script_version", method="post"),
    "retention:script_retirement": page(READERS, record="script_version", method="post"),
    "api:leaving-reason-list": page(BRANCH, deeds={"post": HEADS | STRANGER}),
    "api:leaving-reason-detail": page(BRANCH, record="reason"),
    "api:script-list": page(BRANCH, deeds={"post": WRITERS | STRANGER}),
    "api:script-detail": page(BRANCH, record="script"),
    "api:script-text": page(WRITERS, record="script", method="post"),
    "api:script-version-detail": page(BRANCH, record="script_version"),
    "api:script-version-proposal": page(WRITERS, record="script_version", method="post"),
    "api:script-version-approval": page(COMPLIANCE, record="script_version", method="post"),
    "api:script-version-returning": page(COMPLIANCE, record="script_version", method="post"),
    "api:script-version-retirement": page(READERS, record="script_version", method="post"),
}
