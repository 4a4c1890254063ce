"""Write a proposal into its plan: the head, and the moves by COPY. Solving and solving again share it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from allocation.domain.balance import head_figures, leaver_figures
from allocation.domain.budget import spent_moves
from allocation.domain.case import Case, Note
from allocation.domain.proposal import Proposal
from allocation.domain.reasons import gains_of, reason_codes
from allocation.domain.tables import Bools, Floats, Ints
from allocation.models import Plan

COLUMNS = (
    "plan_id", "client_id", "before_id", "proposed_id", "after_id", "decision", "revision", "round", "value", "weight",
    "tier", "load", "fit_before", "fit_after", "gain", "reason", "value_type", "persona", "card",
)  # fmt: skip


@dataclass(frozen=True)
class Stamp:
    """What a saved move carries beside its figures. `pk` 0 = a new row; else the move keeps the address it had."""

    pk: int = 0
    revision: int = 0
    round: int = 1


def outcome_of(case: Case, proposal: Proposal, notes: Sequence[Note]) -> dict[str, Any]:
    """Plan.outcome."""
    answer = proposal.answer
    return {
        "status": str(answer.status),
        "objective": answer.objective,
        "upper_bound": answer.upper_bound,
        "gap": answer.gap,
        "seconds": answer.seconds,
        **head_figures(case, proposal),
        "moves_counted": spent_moves(case, proposal.after),
        "moves_allowed": case.options.most_moves,
        "move_price": answer.move_price,
        "leaving": leaver_figures(case, proposal.after),
        "band": proposal.band,
        "fairness": proposal.fairness,
        "hour_price": _list(proposal.hour_price),
        "value_price": _list(proposal.value_price),
        "pool_hour_price": None if proposal.pool_hour_price is None else _list(proposal.pool_hour_price),
        "notes": [{"code": note.code, "params": note.params} for note in notes],
        "advisors": case.advisors.to_json(),
    }


@dataclass(frozen=True, eq=False)
class Figures:
    """Of some moves: match before and after (NaN = nobody to match), gain, reason."""

    before: Floats
    after: Floats
    gain: Floats
    reason: list[str]


def figures_of(case: Case, proposal: Proposal, rows: Ints) -> Figures:
    old, new = case.clients.holder[rows], proposal.after[rows]
    present = np.append(case.advisors.present, False)

    def match(advisor: Ints, counts: Bools) -> Floats:
        return np.where(counts, case.fit[rows, np.maximum(advisor, 0)].astype(np.float64), np.nan)

    return Figures(
        before=match(old, present[old]),
        after=match(new, new >= 0),
        gain=gains_of(case, proposal, rows),
        reason=reason_codes(case, proposal, rows),
    )


def copy_lines(plan: Plan, case: Case, proposal: Proposal, rows: Ints, stamps: Sequence[Stamp] | None = None) -> None:
    """Save the moves of some rows of the case as lines nobody has decided; `stamps` go with `rows`, without them all are new."""
    ids = [*case.advisors.ids, None]
    refused: dict[int, list[int]] = {}
    for client, advisor in case.refusals:
        refused.setdefault(int(client), []).append(int(advisor))
    figures = figures_of(case, proposal, rows)
    buffers = {False: io.StringIO(), True: io.StringIO()}
    writers = {kept: csv.writer(buffer) for kept, buffer in buffers.items()}
    fresh = Stamp()
    for at, row in enumerate(rows):
        stamp = stamps[at] if stamps else fresh
        before, after = int(case.clients.holder[row]), int(proposal.after[row])
        client = case.clients.row(int(row))
        cells = (
            plan.pk,
            client["id"],
            ids[before],
            ids[after],
            ids[after],
            "pending",
            stamp.revision,
            stamp.round,
            client["value"],
            float(case.weight[row]),
            client["tier"],
            float(case.load[row]),
            _number(figures.before[at]),
            _number(figures.after[at]),
            float(figures.gain[at]),
            figures.reason[at],
            client["value_type"],
            client["persona"],
            json.dumps({"client": client, "refused": refused.get(client["id"], [])}),
        )
        writers[bool(stamp.pk)].writerow((stamp.pk, *cells) if stamp.pk else cells)
    for kept, buffer in buffers.items():
        columns = ("id", *COLUMNS) if kept else COLUMNS
        _copy(columns, buffer)


def _copy(columns: tuple[str, ...], buffer: io.StringIO) -> None:
    if not buffer.tell():
        return
    buffer.seek(0)
    # An empty cell is NULL for numbers, but empty text for text.
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY allocation_planline ({', '.join(columns)}) FROM STDIN"
            " WITH (FORMAT csv, FORCE_NOT_NULL (value_type, persona))",
            buffer,
        )


def _list(prices: Floats) -> list[float | None]:
    return [_number(price) for price in prices]


def _number(figure: float) -> float | None:
    return None if np.isnan(figure) else float(figure)
