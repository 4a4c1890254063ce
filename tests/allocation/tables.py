"""Frozen clients and advisors for tests of the pure rules: plain people, changed one fact at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from advisors.domain.default_rules import SKILLS
from advisors.domain.skill_table import SkillTable
from allocation.domain.case import Case, Options
from allocation.domain.fit.policy import DEFAULT_RULES, MatchRules, read_rules
from allocation.domain.tables import AdvisorTable, ClientTable

PLAIN: dict[str, Any] = {
    "value": 50.0,
    "tier": 3,
    "value_type": "",
    "core": False,
    "assets": 100_000.0,
    "revenue": 1_000.0,
    "persona": "",
    "confidence": 0.0,
    "age": 40.0,
    "cautious": False,
    "leverage": False,
    "growth_boards": False,
    "wishes": [],
    "holder": -1,
    "tenure": 0.0,
}


def clients(*changes: dict[str, Any]) -> ClientTable:
    """One client per dictionary of changes to PLAIN; ids count from 1."""
    return ClientTable.from_rows([{**PLAIN, "id": at, **change} for at, change in enumerate(changes, start=1)])


def advisors(*people: dict[str, Any]) -> AdvisorTable:
    """One advisor per dictionary: skill codes with scores, and `status`, `hours`, `adviser`. Ids count from 101."""
    scores = np.array([[person.get(skill, np.nan) for skill in SKILLS] for person in people], dtype=np.float64)
    scores = scores.reshape(len(people), len(SKILLS))
    ids = tuple(range(101, 101 + len(people)))
    return AdvisorTable(
        names=tuple(f"A{pk}" for pk in ids),
        staff_nos=tuple(str(pk) for pk in ids),
        status=tuple(person.get("status", "") for person in people),
        hours=np.array([person.get("hours", 120.0) for person in people], dtype=np.float64),
        adviser=np.array([person.get("adviser", False) for person in people], dtype=np.bool_),
        skills=SkillTable(ids, SKILLS, scores, np.nan_to_num(scores, nan=0.0) / 100, 1, date(2026, 11, 24)),
    )


def rules(**changes: Any) -> MatchRules:
    return read_rules({**DEFAULT_RULES, **changes})


def pairs(*rows: tuple[int, int]) -> np.ndarray:
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def case(client_table: ClientTable, advisor_table: AdvisorTable, **options: Any) -> Case:
    """A branch-wide case without band or penalty unless said otherwise."""
    return Case(
        clients=client_table,
        advisors=advisor_table,
        in_scope=options.pop("in_scope", np.ones(len(client_table), dtype=np.bool_)),
        locks=options.pop("locks", pairs()),
        refusals=options.pop("refusals", pairs()),
        rules=options.pop("rules", rules()),
        pins=options.pop("pins", pairs()),
        guarded=options.pop("guarded", None),
        options=Options(**{"fairness": None, "switch_penalty": 0.0, **options}),
    )
