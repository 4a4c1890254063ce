"""Who entered and who left the core set between two stored runs, and why: run against run, whatever lay between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection

from branch_crm.core.models import Branch, Staff
from clients.domain.value.movement import Before, core_move, reason_by_part
from clients.models import Client, ScoringRun
from clients.queries.value import current_run, run_before

#: What a period is compared with: the last run before the month began, or the run of a week ago.
MONTH, WEEK = "month", "week"
PERIODS = (MONTH, WEEK)
#: Runs never change, so neither does what lies between two of them.
KEPT = timedelta(days=1)

CLOSED = "closed"
ENTERED = ("commission_up", "purchases_up", "line_down", "new_client")
LEFT = ("commission_down", "purchases_down", "line_up", CLOSED)
REASONS = (*ENTERED, *LEFT)

CHANGES_SQL = """
    WITH before AS (SELECT * FROM clients_clientvalue WHERE run_id = %(before)s),
         now AS (SELECT * FROM clients_clientvalue WHERE run_id = %(now)s)
    SELECT client_id, before.is_core, now.is_core,
           before.commission_12m::float8, now.commission_12m::float8, before.revenue_12m::float8, now.revenue_12m::float8,
           before.asset_money::float8, now.asset_money::float8, before.value, now.value
    FROM before FULL JOIN now USING (client_id)
    WHERE coalesce(before.is_core, false) <> coalesce(now.is_core, false)
    ORDER BY abs(coalesce(now.revenue_12m, 0) - coalesce(before.revenue_12m, 0)) DESC, client_id
"""


@dataclass(frozen=True)
class Figures:
    """A client in one run: net commission and net revenue of twelve months and mean net assets in 元, and V."""

    commission: float
    revenue: float
    assets: float | None
    value: float


@dataclass(frozen=True)
class CoreChange:
    """`before` None = not in the run before (new); `now` None = no longer scored (account closed)."""

    client_id: int
    entered: bool
    reason: str
    before: Figures | None
    now: Figures | None

    @property
    def by_commission(self) -> float | None:
        """Change of net commission, 元."""
        return round(self.now.commission - self.before.commission, 2) if self.now and self.before else None

    @property
    def by_fees(self) -> float | None:
        """Change of product fees, 元: what net revenue holds beside commission."""
        if not (self.now and self.before):
            return None
        fees, fees_before = self.now.revenue - self.now.commission, self.before.revenue - self.before.commission
        return round(fees - fees_before, 2) + 0.0


@dataclass(frozen=True)
class CoreChanges:
    """All moves between two runs, largest change of net revenue first. `line_before`, `line`: revenue of the least core client."""

    before: ScoringRun
    now: ScoringRun
    moves: Sequence[CoreChange]

    @property
    def entered(self) -> int:
        return sum(move.entered for move in self.moves)

    @property
    def left(self) -> int:
        return len(self.moves) - self.entered

    @property
    def line_before(self) -> float:
        return float(self.before.summary["core"]["cutoff"])

    @property
    def line(self) -> float:
        return float(self.now.summary["core"]["cutoff"])

    @property
    def by_reason(self) -> dict[str, int]:
        """Reason -> moves, in the order of REASONS, without the ones nobody has."""
        counts = Counter(move.reason for move in self.moves)
        return {reason: counts[reason] for reason in REASONS if counts[reason]}

    def chosen(self, *, entered: bool | None = None, reason: str = "") -> list[CoreChange]:
        return [
            move
            for move in self.moves
            if (entered is None or move.entered == entered) and (not reason or move.reason == reason)
        ]


def core_changes(branch: Branch, period: str = MONTH) -> CoreChanges | None:
    """What changed since the period began. None where no run is stored from before it, or no run at all."""
    now = current_run(branch)
    if now is None:
        return None
    before = run_before(branch, _begins(now.as_of, period))
    return compare(before, now) if before is not None else None


def compare(before: ScoringRun, now: ScoringRun) -> CoreChanges:
    key = f"core-changes:{_name(before)}:{_name(now)}"
    moves = cache.get(key)
    if moves is None:
        moves = _moves(before, now)
        cache.set(key, moves, KEPT.total_seconds())
    return CoreChanges(before, now, moves)


def seen_by(user: Staff, moves: Sequence[CoreChange]) -> list[tuple[Client, CoreChange]]:
    """The moves of clients this person may see, each with its client. One query."""
    clients = Client.objects.visible_to(user).select_related("advisor", "figures")
    found = clients.defer("search_tokens").in_bulk([move.client_id for move in moves])
    return [(found[move.client_id], move) for move in moves if move.client_id in found]


def _begins(as_of: date, period: str) -> date:
    """The first day of the period; the run before that day is what it is compared with."""
    return as_of.replace(day=1) if period == MONTH else as_of - timedelta(days=6)


def _name(run: ScoringRun) -> str:
    """Also tells runs of another database with the same key apart."""
    return f"{run.pk}-{run.created_at.timestamp()}"


def _moves(before: ScoringRun, now: ScoringRun) -> list[CoreChange]:
    line = float(before.summary["core"]["cutoff"])
    with connection.cursor() as cursor:
        cursor.execute(CHANGES_SQL, {"before": before.pk, "now": now.pk})
        return [change for row in cursor.fetchall() if (change := _change(row, line))]


def _change(row: tuple[Any, ...], line: float) -> CoreChange | None:
    client, was_core, is_core = row[:3]
    money = [row[3:5], row[5:7], row[7:9], row[9:11]]
    before, now = (
        Figures(*(pair[at] for pair in money)) if core is not None else None
        for at, core in enumerate((was_core, is_core))
    )
    if now is None:
        return CoreChange(client, False, CLOSED, before, None)
    earlier = Before(before.revenue, bool(was_core)) if before else None
    move = core_move(client, before=earlier, revenue=now.revenue, is_core=bool(is_core), line=line)
    if move is None:
        return None
    change = CoreChange(client, move.entered, move.reason, before, now)
    if before is None:
        return change
    reason = reason_by_part(move.reason, commission=change.by_commission or 0.0, fees=change.by_fees or 0.0)
    return CoreChange(client, move.entered, reason, before, now)
