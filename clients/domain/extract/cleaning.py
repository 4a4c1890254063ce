"""From rows as written to columns of clean values, and the rows that cannot be taken with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import compress

from clients.domain.extract import words
from clients.domain.extract.cells import Bad, ColumnReader, has_bad
from clients.domain.extract.derive import DERIVE
from clients.domain.extract.headers import simple
from clients.domain.extract.table import Table
from clients.domain.extract.text_file import Block, Row

#: What is wrong with a row: the field (empty where no single one is at fault) and the reason's code.
Reasons = list[tuple[str, str]]


@dataclass
class Rejected:
    row_no: int
    cells: Row
    reasons: Reasons


@dataclass
class Clean:
    """A block after cleaning: equally long columns, the number of each row in its file, and what was turned away.

    `skipped` counts lines that are no data: repeated headers and totals. Blank lines count nowhere.
    """

    row_nos: list[int]
    columns: dict[str, list[str]]
    rejected: list[Rejected] = field(default_factory=list)
    skipped: int = 0

    @property
    def read(self) -> int:
        return len(self.row_nos) + len(self.rejected)

    def keep_only(self, wanted: list[bool]) -> None:
        self.row_nos = list(compress(self.row_nos, wanted))
        self.columns = {name: list(compress(values, wanted)) for name, values in self.columns.items()}


class Cleaner:
    """Cleans the blocks of one table. `client_ids` maps 客户号 to the key that facts carry; None for datasets without clients."""

    def __init__(self, table: Table, client_ids: Mapping[str, str] | None = None) -> None:
        self.table = table
        dataset, header = table.dataset, table.header
        self.readers = {
            name: ColumnReader(dataset.column(name), header.factors.get(name, Decimal(1))) for name in header.places
        }
        self.client_ids = client_ids
        self._clients: dict[str, str] = {}
        self._width = len(header.cells)
        self._header_keys = [simple(cell) for cell in header.cells]
        self._derive: Callable[[dict[str, list[str]]], None] | None = DERIVE.get(dataset.code)

    def clean(self, block: Block) -> Clean:
        row_nos, rows, rejected, skipped = self._data_rows(block)
        by_place = list(zip(*rows)) if rows else [() for _ in range(self._width)]
        reasons: dict[int, Reasons] = {}
        columns: dict[str, list[str]] = {}
        for name, place in self.table.header.places.items():
            values = (
                self._client_column(by_place[place])
                if self._is_client(name)
                else self.readers[name].read(by_place[place])
            )
            columns[name] = values
            if has_bad(values):
                for at, value in enumerate(values):
                    if type(value) is Bad:
                        reasons.setdefault(at, []).append((name, str(value)))
        if reasons:
            wanted = [at not in reasons for at in range(len(rows))]
            rejected += [Rejected(row_nos[at], rows[at], why) for at, why in sorted(reasons.items())]
        clean = Clean(row_nos, columns, rejected, skipped)
        if reasons:
            clean.keep_only(wanted)
        if self._derive:
            self._derive(clean.columns)
        return clean

    def _is_client(self, name: str) -> bool:
        return name == "client_no" and self.client_ids is not None

    def _client_column(self, cells: tuple[str, ...]) -> list[str]:
        """客户号 as written -> the client's key; remembered by the written form."""
        known = self._clients
        for cell in set(cells).difference(known):
            number = self.readers["client_no"][cell]
            known[cell] = (
                number if type(number) is Bad else (self.client_ids or {}).get(number) or Bad("unknown_client")
            )
        return list(map(known.__getitem__, cells))

    def _data_rows(self, block: Block) -> tuple[list[int], list[Row], list[Rejected], int]:
        """Leave out blank lines, repeated headers and totals; turn away rows whose cells do not match the header."""
        rejected = [Rejected(row_no, [text], [("", code)]) for row_no, text, code in block.broken]
        row_nos, rows = block.row_nos, block.rows
        width, first_header = self._width, self.table.header.cells[0]
        odd = [
            at
            for at, row in enumerate(rows)
            if len(row) != width or not row[0] or row[0] == first_header or row[0][0] in " 合总小共本累汇\u3000"
        ]
        if not odd:
            return row_nos, rows, rejected, 0
        wanted = [True] * len(rows)
        skipped = 0
        fixed: dict[int, Row] = {}
        for at in odd:
            row = rows[at]
            if not any(cell.strip() for cell in row):
                wanted[at] = False
            elif self._is_noise(row):
                wanted[at] = False
                skipped += 1
            elif len(row) > width and not any(cell.strip() for cell in row[width:]):
                fixed[at] = row[:width]
            elif len(row) != width:
                wanted[at] = False
                rejected.append(Rejected(row_nos[at], row, [("", "ragged")]))
        if fixed:
            rows = [fixed.get(at, row) for at, row in enumerate(rows)]
        return list(compress(row_nos, wanted)), list(compress(rows, wanted)), rejected, skipped

    def _is_noise(self, row: Row) -> bool:
        """A total, or the header once more."""
        filled = [cell.strip() for cell in row if cell.strip()]
        label = filled[0].rstrip(":： ")
        if label in words.TOTALS or (len(filled) < len(row) and label.startswith(words.TOTALS)):
            return True
        return [simple(cell) for cell in row[: self._width]] == self._header_keys[: len(row)]
