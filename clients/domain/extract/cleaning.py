"""From rows as written to columns of clean values, and the rows that cannot be taken with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import compress

from branch_crm.core.tabular.cells import Bad, simple
from branch_crm.core.tabular.text_file import Block, Row
from clients.domain.extract import words
from clients.domain.extract.cells import ColumnReader, has_bad
from clients.domain.extract.derive import DERIVE
from clients.domain.extract.table import Table

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


class ClientReader(dict[str, str]):
    """客户号 as written -> the client's key."""

    def __init__(self, numbers: ColumnReader, keys: Mapping[str, str]) -> None:
        super().__init__()
        self._numbers = numbers
        self._keys = keys

    def __missing__(self, cell: str) -> str:
        number = self._numbers[cell]
        key = number if type(number) is Bad else self._keys.get(number) or Bad("unknown_client")
        self[cell] = key
        return key

    def read(self, cells: Sequence[str]) -> list[str]:
        return list(map(self.__getitem__, cells))


class Cleaner:
    """Cleans the blocks of one table. `client_ids` maps 客户号 to the key that facts carry; None for datasets without clients."""

    def __init__(self, table: Table, client_ids: Mapping[str, str] | None = None) -> None:
        self.table = table
        dataset, header = table.dataset, table.header
        self.readers = {
            name: ColumnReader(dataset.column(name), header.factors.get(name, Decimal(1))) for name in header.places
        }
        self.clients = ClientReader(self.readers["client_no"], client_ids) if client_ids is not None else None
        self._width = len(header.cells)
        self._header_keys = [simple(cell) for cell in header.cells]
        self._suspect = frozenset(" \u3000" + header.cells[0][:1] + "".join(word[0] for word in words.TOTALS))
        self._derive: Callable[[dict[str, list[str]]], None] | None = DERIVE.get(dataset.code)

    def clean(self, block: Block) -> Clean:
        row_nos, by_place, rejected, skipped = self._data_rows(block)
        reasons: dict[int, Reasons] = {}
        columns: dict[str, list[str]] = {}
        for name, place in self.table.header.places.items():
            reader = self.clients if name == "client_no" and self.clients is not None else self.readers[name]
            columns[name] = values = reader.read(by_place[place])
            if has_bad(values):
                for at, value in enumerate(values):
                    if type(value) is Bad:
                        reasons.setdefault(at, []).append((name, str(value)))
        clean = Clean(row_nos, columns, rejected, skipped)
        if reasons:
            for at, why in sorted(reasons.items()):
                rejected.append(Rejected(row_nos[at], [cells[at] for cells in by_place], why))
            clean.keep_only([at not in reasons for at in range(len(row_nos))])
        if self._derive:
            self._derive(clean.columns)
        return clean

    def _data_rows(self, block: Block) -> tuple[list[int], list[list[str]], list[Rejected], int]:
        """The cells by column, without blank lines, repeated headers and totals; rows that do not match the header turned away."""
        rejected = [Rejected(row_no, [text], [("", code)]) for row_no, text, code in block.broken]
        row_nos, columns = block.row_nos, block.columns
        if len(columns) != self._width:
            row_nos, columns = self._evened(block, rejected)
        suspect = self._suspect
        odd = [at for at, cell in enumerate(columns[0]) if not cell or cell[0] in suspect]
        if not odd:
            return row_nos, columns, rejected, 0
        wanted = [True] * len(row_nos)
        skipped = 0
        for at in odd:
            row = [cells[at] for cells in columns]
            if not any(cell.strip() for cell in row):
                wanted[at] = False
            elif self._is_noise(row):
                wanted[at] = False
                skipped += 1
        if all(wanted):
            return row_nos, columns, rejected, 0
        return list(compress(row_nos, wanted)), [list(compress(cells, wanted)) for cells in columns], rejected, skipped

    def _evened(self, block: Block, rejected: list[Rejected]) -> tuple[list[int], list[list[str]]]:
        """Rows of the header's width as columns. Empty cells too many are dropped; other lengths are turned away."""
        width = self._width
        row_nos: list[int] = []
        rows: list[Row] = []
        for row_no, row in zip(block.row_nos, block.rows):
            surplus = row[width:]
            if len(row) == width or (surplus and not any(cell.strip() for cell in surplus)):
                row_nos.append(row_no)
                rows.append(row[:width])
            elif any(cell.strip() for cell in row) and not self._is_noise(row):
                rejected.append(Rejected(row_no, row, [("", "ragged")]))
        return row_nos, [list(cells) for cells in zip(*rows)] if rows else [[] for _ in range(width)]

    def _is_noise(self, row: Row) -> bool:
        """A total, or the header once more."""
        filled = [cell.strip() for cell in row if cell.strip()]
        label = filled[0].rstrip(":： ")
        if label in words.TOTALS or (len(filled) < len(row) and label.startswith(words.TOTALS)):
            return True
        return [simple(cell) for cell in row[: self._width]] == self._header_keys[: len(row)]
