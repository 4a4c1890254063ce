"""Load the facts behind all signals of a branch as of any day: one statement a source, whatever the size of the branch."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection, transaction

from branch_crm.core.models import Branch
from retention.domain.risk.rules import RiskRules
from retention.queries.risk.statements import PAST, PRESENT, SOURCES

WORK_MEMORY = "256MB"
#: Days since the client last did anything: the newest of these.
ACTIVITY = ["since_transfer", "since_trade", "since_order"]


def load_facts(branch: Branch, *, as_of: date, rules: RiskRules, past: bool = False) -> pd.DataFrame:
    """One row for each client who has not left, sorted by `client_id`; NaN = no such fact. Money in 元, `since_*` in days.

    past: rates and standings as the history knew them on `as_of`, for an evaluation that must not know what came after.
    """
    arguments = {
        "branch": branch.pk,
        "day": as_of,
        "recent": as_of - timedelta(days=rules.recent_days),
        "back": as_of - timedelta(days=rules.look_back_days),
        "year": as_of - timedelta(days=rules.year_days),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # A year of trades is sorted and grouped in memory instead of on disk.
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        facts = _rows(PAST if past else PRESENT, arguments)
        for statement in SOURCES:
            facts = facts.join(_rows(statement, arguments), how="left")
    facts["since_active"] = facts[ACTIVITY].min(axis=1)
    return facts.reset_index()


def _rows(statement: str, arguments: dict[str, Any]) -> pd.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        names = [column[0] for column in cursor.description]
        frame = pd.DataFrame(cursor.fetchall(), columns=names)
    ids = frame.pop("client_id").astype(np.int64)
    return frame.astype(np.float64).set_index(pd.Index(ids, name="client_id"))
