"""One file of the extract: staged, compared and applied in one transaction, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from branch_crm.core.models import Branch
from clients.domain.extract.cleaning import Clean, Cleaner, Rejected
from clients.domain.extract.rejects import RejectFile
from clients.domain.extract.table import Table
from clients.services.import_extract.apply import apply_stage
from clients.services.import_extract.monthly_sums import refresh_sums
from clients.services.import_extract.reasons import RejectWords
from clients.services.import_extract.shape_clients import ClientShaper
from clients.services.import_extract.shape_staff import StaffShaper
from clients.services.import_extract.stage import create_stage, fill_stage
from clients.services.import_extract.targets import TARGETS
from clients.services.refresh_figures import refresh_figures

#: For sorting and grouping a whole file at once; one import runs per branch, and a worker runs few.
WORK_MEMORY = "256MB"


@dataclass
class Outcome:
    """What became of the file's rows: read = added + changed + unchanged + rejected."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    latest_day: date | None = None
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def read(self) -> int:
        return self.added + self.changed + self.unchanged + self.rejected


def load_dataset(
    *,
    branch: Branch,
    table: Table,
    client_ids: Mapping[str, str] | None,
    as_of: date,
    reject_path: Path,
    advance: Callable[[int], None],
) -> Outcome:
    """Load one opened file. `advance` is told how many bytes of it are read. The caller may roll everything back."""
    dataset, target = table.dataset, TARGETS[table.dataset.code]
    outcome = Outcome()
    rejects = RejectFile(reject_path, table.header.cells)
    fields = set(table.header.places)
    shaper: ClientShaper | StaffShaper | None = None
    if dataset.code == "clients":
        shaper = ClientShaper(branch, fields)
    elif dataset.code == "staff":
        shaper = StaffShaper(branch, fields, as_of)
    cleaner = Cleaner(table, client_ids if target.of_clients else None)

    words = RejectWords(dataset)

    def reject(rejected: Rejected) -> None:
        rejects.write(rejected.cells, words.row(rejected.row_no, rejected.reasons))
        outcome.rejected += 1
        outcome.reasons.update(rejected.reasons)

    def clean_blocks() -> Iterator[Clean]:
        for block in table.blocks():
            clean = cleaner.clean(block)
            for rejected in clean.rejected:
                reject(rejected)
            outcome.skipped += clean.skipped
            if shaper is not None:
                shaper.shape(clean)
            elif target.of_clients:
                clean.columns["client_id"] = clean.columns.pop("client_no")
            advance(block.position)
            yield clean

    columns = shaper.columns() if shaper is not None else _columns(fields, dataset.code)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
            create_stage(cursor, target, columns)
            staged = fill_stage(cursor, target, columns, clean_blocks())
            applied = apply_stage(cursor, target, columns, branch.pk, staged)
            refresh_sums(cursor, dataset.code, branch.pk, first_load=applied.first_load)
            if dataset.code == "assets":
                cursor.execute("SELECT max(day) FROM import_stage")
                outcome.latest_day = cursor.fetchone()[0]
                if applied.added or applied.changed:
                    refresh_figures(branch=branch)
        outcome.added, outcome.changed, outcome.unchanged = applied.added, applied.changed, applied.unchanged
        for row_no, cells in _rows_again(table, set(applied.superseded)):
            rejects.write(cells, words.superseded(row_no, by=applied.superseded[row_no]))
            outcome.rejected += 1
            outcome.reasons["", "superseded"] += 1
    finally:
        rejects.close()
    return outcome


def _columns(fields: set[str], dataset: str) -> list[str]:
    """The stage's columns of a dataset that needs no shaping; `derive` adds the keys and flags."""
    renamed = {"client_no": "client_id", "own_no": "row_key"}
    columns = {renamed.get(name, name) for name in fields}
    if dataset in {"trades", "cash_flows", "product_orders"}:
        columns.add("row_key")
    if dataset == "cash_flows":
        columns.add("is_external")
    return sorted(columns)


def _rows_again(table: Table, row_nos: set[int]) -> Iterator[tuple[int, list[str]]]:
    """The text of certain rows, read once more: only files with repeated keys pay for it."""
    if not row_nos:
        return
    for block in table.blocks():
        for row_no, cells in zip(block.row_nos, block.rows):
            if row_no in row_nos:
                yield row_no, cells
