"""The table of trust for handovers: the record's advisor is who took the client over, and nobody's giver."""

from __future__ import annotations

from tests.architecture.access_rows import ADVISORS, DESK, READERS, page

HANDOVERS = {
    "allocation:handover_list": page(READERS | ADVISORS),
    "allocation:handover_sheets": page(READERS | ADVISORS, method="post"),
    "allocation:handover_detail": page(READERS | {"advisor"}, record="handover"),
    # The giver's, too: tests/allocation/test_handover_pages.py.
    "allocation:handover_remarks": page(DESK, record="handover", method="post"),
    "allocation:handover_signature": page(frozenset({"advisor"}), record="handover", method="post"),
    "allocation:handover_answer": page(DESK | {"advisor"}, record="handover", method="post"),
    "api:handover-list": page(READERS | ADVISORS),
    "api:handover-detail": page(READERS | {"advisor"}, record="handover"),
    "api:handover-remarks": page(DESK, record="handover", method="post"),
    "api:handover-signature": page(frozenset({"advisor"}), record="handover", method="post"),
    "api:handover-answer": page(DESK | {"advisor"}, record="handover", method="post"),
}
