"""Facts that trials of a policy read over and over, kept in this process while the branch's data stay as they are.

A slider of the policy desk asks several times a second. Weights, cut-offs and thresholds need the same arrays every time; only
other windows or another half-life need the blocks again (docs/performance/value_preview.md).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import numpy as np
from django.db import connection

from branch_crm.core.models import Branch
from clients.domain.value.rules import ValueRules
from clients.models import ScoringRun
from clients.queries.value import RunColumns
from clients.services.collect_facts import CollectedFacts
from clients.services.prepare_scoring import Reader

T = TypeVar("T")

#: Bytes a process keeps; 50,000 clients are 4 MB a window. Two entries always stay: the rule in force and the draft.
BUDGET = 64 * 2**20
LEAST = 2

#: Changes with every import, every correction of a fact (blocks are built anew) and every client that comes or goes.
STATE = """
    SELECT (SELECT coalesce(max(id), 0) FROM clients_importrun WHERE branch_id = %(branch)s AND state = 'done'),
           (SELECT coalesce(max(id), 0) FROM clients_factblock WHERE branch_id = %(branch)s),
           (SELECT count(*) FROM clients_factblock WHERE branch_id = %(branch)s),
           (SELECT count(*) FROM clients_client WHERE branch_id = %(branch)s AND status <> 'closed'),
           (SELECT coalesce(max(id), 0) FROM clients_client WHERE branch_id = %(branch)s AND status <> 'closed')
"""


class Shelf:
    """Entries by key, least recently used first out."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._entries: OrderedDict[Any, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Any) -> Any:
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def put(self, key: Any, value: Any, size: int) -> None:
        with self._lock:
            self._entries[key] = (value, size)
            self._entries.move_to_end(key)
            while len(self._entries) > LEAST and sum(size for _value, size in self._entries.values()) > self.budget:
                self._entries.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


SHELF = Shelf(BUDGET)


class KeepingReader(Reader):
    """Reads what the shelf does not hold. One small query asks whether the branch's data changed."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.state = _state(branch)

    def facts(self, branch: Branch, as_of: date, rules: ValueRules) -> CollectedFacts:
        windows = (
            rules.window_months,
            rules.half_life_sessions,
            rules.asset_sessions,
            rules.asset_stale_sessions,
            rules.quota_stale_sessions,
        )
        return self._kept(
            ("facts", branch.pk, as_of, windows), lambda: super(KeepingReader, self).facts(branch, as_of, rules)
        )

    def columns(self, run: ScoringRun) -> RunColumns:
        return self._kept(("run", run.pk), lambda: super(KeepingReader, self).columns(run))

    def _kept(self, key: tuple[Any, ...], read: Callable[[], T]) -> T:
        found: T | None = SHELF.find((key, self.state))
        if found is not None:
            return found
        value = read()
        # Reading may itself have built blocks that were missing.
        self.state = _state(self.branch)
        SHELF.put((key, self.state), value, _bytes(value))
        return value


def _state(branch: Branch) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(STATE, {"branch": branch.pk})
        row: tuple[int, ...] = cursor.fetchone()
        return row


def _bytes(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    return sum(_bytes(part) for part in vars(value).values()) if hasattr(value, "__dict__") else 0
