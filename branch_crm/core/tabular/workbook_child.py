"""The child process: `python -m branch_crm.core.tabular.workbook_child KIND SOURCE TARGET ROWS`.

Takes its own limits before it looks at the file. Answers with exit code 0, or 1 and one JSON line {code, params}.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from branch_crm.core.tabular.problems import FileProblem
from branch_crm.core.tabular.workbook import CPU_SECONDS, MEMORY_BYTES

MAX_COLUMNS = 256
MAX_BLANK_ROWS = 5000
MAX_ENTRIES = 500
MAX_UNPACKED = 1 << 30
#: Sheets of real extracts pack 10 to 25 times; only a file made to hurt packs further.
MAX_RATIO = 60
RATIO_FROM = 8 << 20

Cells = list[str]


def text_of(cell: Any) -> str:
    """As a person would read it: whole numbers without a point, dates in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell)


def check_zip(path: Path) -> None:
    """Refuse what would unpack without end, bring macros or declare entities, before any parser sees it."""
    try:
        with ZipFile(path) as book:
            entries = book.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            packed = sum(entry.compress_size for entry in entries) or 1
            if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
                raise FileProblem("too_big_unpacked")
            for entry in entries:
                if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
                    raise FileProblem("zip_bomb", ratio=entry.file_size // max(entry.compress_size, 1))
                if entry.flag_bits & 1:
                    raise FileProblem("encrypted")
                if entry.filename.casefold().endswith("vbaproject.bin"):
                    raise FileProblem("macro")
                if entry.filename.casefold().endswith((".xml", ".rels")):
                    with book.open(entry) as part:
                        if b"<!doctype" in part.read(4096).lower():
                            raise FileProblem("entities")
            if unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed:
                raise FileProblem("zip_bomb", ratio=unpacked // packed)
    except (BadZipFile, NotImplementedError, OSError):
        raise FileProblem("unreadable_workbook") from None


def xlsx_rows(path: Path) -> Iterator[Cells]:
    check_zip(path)
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        if (sheet.max_column or 0) > MAX_COLUMNS:
            raise FileProblem("too_wide", columns=sheet.max_column, most=MAX_COLUMNS)
        rows = _without_endless_blanks(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True))
        first = next(rows, None)
        if first is None:
            continue
        yield first
        yield from rows
        return


def _without_endless_blanks(rows: Iterator[tuple[Any, ...]]) -> Iterator[Cells]:
    """Blank rows keep their number; a few thousand in a row mean a cell put far below the data."""
    blanks = 0
    for row in rows:
        if all(cell is None or cell == "" for cell in row):
            blanks += 1
            if blanks > MAX_BLANK_ROWS:
                raise FileProblem("endless_blanks", rows=MAX_BLANK_ROWS)
            continue
        yield from ([] for _ in range(blanks))
        blanks = 0
        yield [text_of(cell) for cell in row]


def xls_rows(path: Path) -> Iterator[Cells]:
    import xlrd

    try:
        book = xlrd.open_workbook(str(path), on_demand=True)
    except xlrd.XLRDError:
        raise FileProblem("unreadable_workbook") from None
    for sheet in book.sheets():
        if not sheet.nrows:
            continue
        for row_no in range(sheet.nrows):
            yield [_xls_text(cell, book.datemode) for cell in sheet.row(row_no)[:MAX_COLUMNS]]
        return


def _xls_text(cell: Any, datemode: int) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        if cell.value < 1:
            return str(xlrd.xldate_as_datetime(cell.value, datemode).time().isoformat(timespec="seconds"))
        return text_of(xlrd.xldate_as_datetime(cell.value, datemode))
    if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    return text_of(cell.value)


def dbf_rows(path: Path) -> Iterator[Cells]:
    """The code page byte is often wrong: text is GB18030 whatever it says."""
    from dbfread import DBF, FieldParser

    class Forgiving(FieldParser):  # type: ignore[misc]  # the library has no types
        """Cells that are not what their column says come as text, for the importer to judge."""

        def parse(self, field: Any, data: bytes) -> Any:
            try:
                return super().parse(field, data)
            except (ValueError, TypeError):
                return data.decode("gb18030", errors="replace").strip("\0 ")

    try:
        table = DBF(
            str(path), encoding="gb18030", char_decode_errors="replace", parserclass=Forgiving,
            ignore_missing_memofile=True, raw=False,
        )  # fmt: skip
        yield [str(name) for name in table.field_names]
        for record in table:
            yield [text_of(cell) for cell in record.values()]
    except (ValueError, OSError, KeyError, IndexError):
        raise FileProblem("unreadable_workbook") from None


class _HtmlTable(HTMLParser):
    """The rows of the first table that has any; nested tables are cell text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Cells] = []
        self._row: Cells | None = None
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_row()
            self._row = []
        elif tag in {"td", "th"} and self._row is not None:
            self._end_cell()
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._end_cell()
        elif tag in {"tr", "table"}:
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._row is not None and self._cell is not None and len(self._row) < MAX_COLUMNS:
            self._row.append("".join(self._cell).strip())
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row:
            self.rows.append(self._row)
        self._row = None


def html_rows(path: Path) -> Iterator[Cells]:
    from branch_crm.core.tabular.text_file import sniff_encoding

    parser = _HtmlTable()
    with path.open(encoding=sniff_encoding(path), errors="replace") as file:
        while chunk := file.read(1 << 18):
            parser.feed(chunk)
            yield from parser.rows
            parser.rows.clear()
    parser.close()
    yield from parser.rows


READERS = {"xlsx": xlsx_rows, "xls": xls_rows, "dbf": dbf_rows, "html": html_rows}


def convert(kind: str, source: Path, target: Path, rows: int) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        width = 0
        for number, cells in enumerate(islice(READERS[kind](source), rows or None)):
            plain = [" ".join(cell.split()) if "\n" in cell or "\r" in cell else cell for cell in cells]
            while plain and not plain[-1]:
                plain.pop()
            # Sheets leave out empty cells at the end of a row; text tables may not.
            width = max(width, len(plain)) if number < 60 else width
            writer.writerow(plain + [""] * (width - len(plain)))
    if not target.stat().st_size:
        raise FileProblem("empty")


def main(kind: str, source: str, target: str, rows: str = "0") -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        convert(kind, Path(source), Path(target), int(rows))
    except FileProblem as problem:
        print(json.dumps({"code": problem.code, "params": problem.params}))
        return 1
    except MemoryError:
        print(json.dumps({"code": "too_big_unpacked", "params": {}}))
        return 1
    except Exception as error:
        print(json.dumps({"code": "unreadable_workbook", "params": {}}))
        print(type(error).__name__, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
