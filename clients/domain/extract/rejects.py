"""The reject file: the original columns plus 错误, for a person to correct and load again."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

ERROR_COLUMN = "错误"
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "=", "+", "-", "@")


def harmless(cell: str) -> str:
    """A spreadsheet must not take the cell for a formula; plain negative numbers stay as they are."""
    cell = cell.replace("\0", "")
    if cell.startswith(_RISKY) and not _is_number(cell):
        return "'" + cell
    return cell


def _is_number(cell: str) -> bool:
    digits = cell[1:]
    return cell[:1] in "+-" and digits.replace(".", "", 1).replace(",", "").isdecimal() and digits.isascii()


class RejectFile:
    """Opened with the first rejected row, so that a good file leaves none."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self.header = header
        self.rows = 0
        self._file: TextIO | None = None

    def write(self, cells: Sequence[str], error: str) -> None:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow([*map(harmless, self.header), ERROR_COLUMN])
        padded = [*cells[: len(self.header)], *[""] * (len(self.header) - len(cells))]
        if len(cells) > len(self.header):
            error = f"{error} | {' | '.join(cells[len(self.header) :])}"
        self._writer.writerow([*map(harmless, padded), harmless(error)])
        self.rows += 1

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
