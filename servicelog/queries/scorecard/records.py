"""The records behind a figure, as far as the reader may still see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from branch_crm.core.models import Staff
from clients.models import Client
from clients.queries.book import HEAVY
from servicelog.domain import scorecard as card
from servicelog.models import Complaint, Contact, FigureRecords, MotTask, Recommendation, Scorecard

#: What a record of a figure is; the others' records are the clients themselves.
MODELS: dict[str, type[Model]] = {
    card.MANDATORY: MotTask,
    card.AT_RISK: MotTask,
    card.OPTIONAL: MotTask,
    card.LOGS: Contact,
    card.PRODUCTS: Recommendation,
    card.BREACH: Recommendation,
    card.ATTEMPTS: Recommendation,
    card.COMPLAINTS: Complaint,
}
#: Records shown on one page.
PAGE = 100
MET, MISSED = "met", "missed"


@dataclass(frozen=True)
class Record:
    """`record`: the row behind it, None where the client is all there is."""

    client: Client
    record: Any
    good: float
    whole: float
    weight: float


@dataclass(frozen=True)
class Records:
    """`hidden`: records of clients whom the reader does not see any more; they count all the same. `met`, `missed`: of all."""

    rows: list[Record]
    total: int
    hidden: int
    met: int
    missed: int


def records_of(user: Staff, scorecard: Scorecard, code: str, *, only: str = "", start: int = 0) -> Records:
    """The missed ones first. `only`: MET or MISSED. `total` counts what `only` lets through and the reader sees."""
    found = FigureRecords.objects.visible_to(user).filter(scorecard=scorecard, indicator=code).first()
    rows: list[list[float]] = found.rows if found else []
    met = sum(_is_met(code, row) for row in rows)
    chosen = [row for row in rows if not only or _is_met(code, row) == (only == MET)]
    clients = Client.objects.visible_to(user).filter(pk__in={row[1] for row in chosen})
    seen = set(clients.values_list("pk", flat=True))
    visible = [row for row in chosen if row[1] in seen]
    visible.sort(key=lambda row: (_is_met(code, row), row[4] * (row[2] - row[3]), row[0]))
    page = visible[start : start + PAGE]
    named = clients.filter(pk__in=[row[1] for row in page]).select_related("figures").defer(*HEAVY).in_bulk()
    model = MODELS.get(code)
    things = model._default_manager.visible_to(user).in_bulk([row[0] for row in page]) if model else {}
    if model is Recommendation:
        things = Recommendation.objects.visible_to(user).select_related("product").in_bulk([row[0] for row in page])
    listed = [
        Record(named[int(client)], things.get(int(record)), good, whole, weight)
        for record, client, good, whole, weight in page
        if int(client) in named
    ]
    return Records(listed, len(visible), len(chosen) - len(visible), met, len(rows) - met)


def _is_met(code: str, row: list[float]) -> bool:
    _record, _client, good, whole, _weight = row
    return good >= 0 if code == card.FLOW else good >= whole and code != card.COMPLAINTS
