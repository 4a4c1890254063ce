"""The first scripts of a branch, or of the firm: one or more for every reason, as drafts that compliance reads and approves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from branch_crm.core.models import Branch, Staff
from retention.domain.scripts import LANGUAGES, PARTS
from retention.models import Reason, Script, ScriptVersion
from retention.services.write_script import write_script

LIBRARY = Path(__file__).parent.parent / "data" / "scripts.json"


@transaction.atomic
def bring_in_library(*, branch: Branch | None, actor: Staff) -> list[ScriptVersion]:
    """What the branch, or without one the firm, does not have yet, by reason and title; run again it brings nothing."""
    reasons = {reason.code: reason for reason in Reason.objects.filter(branch__isnull=True)}
    present = set(Script.objects.filter(branch=branch).values_list("reason__code", "title_zh"))
    return [
        write_script(
            branch=branch,
            reason=reasons[entry["reason"]],
            title_zh=entry["title"]["zh"],
            title_en=entry["title"]["en"],
            body={language: {part: "\n".join(entry[language][part]) for part in PARTS} for language in LANGUAGES},
            tiers=entry["tiers"],
            personas=entry["personas"],
            actor=actor,
        )
        for entry in _library()
        if entry["reason"] in reasons and (entry["reason"], entry["title"]["zh"]) not in present
    ]


@cache
def _library() -> Sequence[Mapping[str, Any]]:
    entries: Sequence[Mapping[str, Any]] = json.loads(LIBRARY.read_text(encoding="utf-8"))
    return entries
