"""A branch's first drill cards: one or more for the commonest reasons, to be read by a person before they are played."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from branch_crm.core.models import Branch, Staff
from retention.models import DrillCard, Reason
from retention.services.write_card import write_card

LIBRARY = Path(__file__).parent.parent / "data" / "drill_cards.json"


@transaction.atomic
def bring_in_cards(*, branch: Branch, actor: Staff) -> list[DrillCard]:
    """What the branch does not have yet, by reason and title; run again it brings nothing."""
    reasons = {reason.code: reason for reason in Reason.objects.filter(branch__isnull=True)}
    present = set(DrillCard.objects.filter(branch=branch).values_list("reason__code", "title_zh"))
    return [
        write_card(
            branch=branch,
            actor=actor,
            reason=reasons[entry["reason"]],
            title_zh=entry["title"]["zh"],
            title_en=entry["title"]["en"],
            tier=entry.get("tier"),
            persona=entry.get("persona", ""),
            text=entry["text"],
            steps=entry["steps"],
            source=DrillCard.Source.LIBRARY,
        )
        for entry in first_set()
        if entry["reason"] in reasons and (entry["reason"], entry["title"]["zh"]) not in present
    ]


@cache
def first_set() -> Sequence[Mapping[str, Any]]:
    entries: Sequence[Mapping[str, Any]] = json.loads(LIBRARY.read_text(encoding="utf-8"))
    return entries
