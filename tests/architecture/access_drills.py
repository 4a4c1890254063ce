"""The table of trust for drills. The records are drills in which the advisor of the cast practises."""

from __future__ import annotations

from tests.architecture.access_rows import ADVISORS, BRANCH, HEADS, READERS, SEES_ONE, STRANGER, page

#: Whoever sees the drill may try; who has no part in it is told so by the service.
PLAYERS = SEES_ONE - {"counter"}
PLANNERS = HEADS | ADVISORS | {"counter"}

DRILLS = {
    "retention:drill_list": page(BRANCH),
    "retention:drill_new": page(PLANNERS, method="form"),
    "retention:drill_join": page(BRANCH, method="post"),
    "retention:drill_people": page(READERS),
    "retention:drill_person": page(READERS | {"advisor"}, record="drill_person"),
    "retention:drill_card_list": page(READERS),
    "retention:drill_card_new": page(HEADS, method="form"),
    "retention:drill_first_cards": page(HEADS, method="post"),
    "retention:drill_card": page(READERS, record="drill_card"),
    "retention:drill_card_edit": page(HEADS, record="drill_card", method="form"),
    "retention:drill_card_check": page(READERS, record="drill_card", method="post"),
    "retention:drill_card_retirement": page(READERS, record="drill_card", method="post"),
    "retention:drill_step": page(HEADS, record="drill_step", method="form"),
    "retention:drill_step_removal": page(HEADS, record="drill_step", method="post"),
    "retention:drill_card_from_case": page(HEADS, record="retention_case", method="post"),
    "retention:drill_detail": page(PLAYERS, record="drill"),
    "retention:drill_stage": page(PLAYERS, record="drill"),
    "retention:drill_coming": page(PLAYERS, record="drill", method="post"),
    "retention:drill_start": page(PLAYERS, record="drill", method="post"),
    "retention:drill_answer": page(PLAYERS, record="drill", method="post"),
    "retention:drill_end": page(PLAYERS, record="drill", method="post"),
    "retention:drill_score": page(PLAYERS, record="drill_part", method="post"),
    "retention:drill_finish": page(PLAYERS, record="drill", method="post"),
    "retention:drill_cancel": page(PLAYERS, record="drill", method="post"),
    "api:drill-list": page(BRANCH, deeds={"post": PLANNERS | STRANGER}),
    "api:drill-detail": page(PLAYERS, record="drill"),
    "api:drill-card-list": page(READERS),
    "api:drill-card-detail": page(READERS, record="drill_card"),
}
