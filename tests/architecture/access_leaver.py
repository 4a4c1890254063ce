"""The table of trust for people who leave or are away."""

from __future__ import annotations

from tests.architecture.access_rows import ADVISORS, DESK, DIRECTOR, OVERSEERS, READERS, STRANGER, page

LEAVER = {
    "allocation:leaver_list": page(READERS | ADVISORS),
    "allocation:leaver_new": page(DESK, record="advisor", method="form"),
    "allocation:leaver_case": page(READERS | {"advisor"}, record="leaver_case"),
    "allocation:leaver_split": page(DESK, record="leaver_case", method="post"),
    "allocation:leaver_lock": page(DIRECTOR | OVERSEERS, record="leaver_case", method="post"),
    "allocation:leaver_return": page(DESK, record="leaver_case", method="post"),
    "allocation:leaver_cancel": page(DIRECTOR, record="leaver_case", method="post"),
    "allocation:leaver_close": page(DIRECTOR, record="leaver_case", method="post"),
    "api:leaver-case-list": page(READERS | ADVISORS, deeds={"post": DESK | STRANGER}),
    "api:leaver-case-detail": page(READERS | {"advisor"}, record="leaver_case"),
}
