"""A small table of known columns, read whole: header row found, columns recognised by any of their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from branch_crm.core.tabular import text_file, workbook
from branch_crm.core.tabular.cells import simple
from branch_crm.core.tabular.problems import FileProblem

#: Title lines that may stand above the header row.
SEARCHED_ROWS = 30


@dataclass(frozen=True)
class TextSource:
    """The delimited text to read: the file itself, or what a workbook was turned into. `kind` says what the file was."""

    path: Path
    codec: str
    kind: str


@dataclass(frozen=True)
class Sheet:
    """`rows`: (row number, field -> cell). `unknown`: headers that name no field."""

    rows: tuple[tuple[int, dict[str, str]], ...]
    unknown: tuple[str, ...]


def as_text(path: Path, workspace: Path, *, rows: int = 0) -> TextSource:
    """Workbooks are parsed by a capped child process into `workspace`, `rows` of them at most, 0 = all. Raises FileProblem."""
    kind = workbook.kind_of(path)
    if kind is None:
        encoding = text_file.sniff_encoding(path)
        return TextSource(path, encoding, encoding)
    return TextSource(workbook.to_text(path, kind, workspace, rows=rows), "utf-8", kind)


def read_sheet(
    path: Path, workspace: Path, *, headers: Mapping[str, str], required: Sequence[str], most_rows: int
) -> Sheet:
    """`headers`: any name of a column -> field. Empty lines are left out; of two columns of one field the left one counts.

    Raises FileProblem: no_header, missing_columns (naming the fields of `required` that are not there), too_many_rows, and
    whatever the file itself is wrong with.
    """
    known = {simple(name): field for name, field in headers.items()}
    source = as_text(path, workspace, rows=most_rows + SEARCHED_ROWS + 1)
    best: tuple[dict[str, int], str, int, Sequence[str]] | None = None
    for delimiter in text_file.DELIMITERS:
        for row_no, cells in text_file.head_rows(source.path, source.codec, delimiter)[:SEARCHED_ROWS]:
            places: dict[str, int] = {}
            for place, cell in enumerate(cells):
                if (name := known.get(simple(cell))) is not None:
                    places.setdefault(name, place)
            if places and (best is None or len(places) > len(best[0])):
                best = places, delimiter, row_no, cells
    if best is None:
        raise FileProblem("no_header", columns=list(required))
    places, delimiter, header_no, header = best
    unknown = tuple(cell.strip() for place, cell in enumerate(header) if cell.strip() and place not in places.values())
    if missing := [name for name in required if name not in places]:
        raise FileProblem("missing_columns", columns=missing, unknown=list(unknown))
    rows: list[tuple[int, dict[str, str]]] = []
    for block in text_file.read_blocks(source.path, source.codec, delimiter, after_row=header_no):
        for row_no, cells in zip(block.row_nos, block.rows, strict=True):
            if any(cell.strip() for cell in cells):
                rows.append((row_no, {name: cells[at] if at < len(cells) else "" for name, at in places.items()}))
        if len(rows) > most_rows:
            raise FileProblem("too_many_rows", most=most_rows)
    return Sheet(tuple(rows), unknown)
