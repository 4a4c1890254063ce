"""Writers for the three kinds of file a counter system leaves behind. The same rows give the same bytes."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

import xlsxwriter

NEW_LINE = "\r\n"
UTF8_MARK = "utf-8-sig"


class Writer(Protocol):
    """Takes the header once and rows in batches."""

    def header(self, headers: Sequence[str]) -> None: ...
    def rows(self, columns: Sequence[Sequence[str]]) -> None: ...
    def line(self, cells: Sequence[str]) -> None: ...
    def close(self) -> None: ...


class CsvWriter:
    """Plain commas: the cells arrive ready, so that a dirty cell stays exactly as dirty as it was made."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.encoding = "utf-8" if encoding == UTF8_MARK else encoding
        self.file: BinaryIO = path.open("wb")
        if encoding == UTF8_MARK:
            self.file.write(b"\xef\xbb\xbf")

    def header(self, headers: Sequence[str]) -> None:
        self.line(headers)

    def rows(self, columns: Sequence[Sequence[str]]) -> None:
        text = NEW_LINE.join(map(",".join, zip(*columns, strict=True)))
        if text:
            self.file.write((text + NEW_LINE).encode(self.encoding))

    def line(self, cells: Sequence[str]) -> None:
        self.file.write((",".join(cells) + NEW_LINE).encode(self.encoding))

    def close(self) -> None:
        self.file.close()


class XlsxWriter:
    """One sheet, every cell a text, as exports of staff lists are; the creation time is fixed."""

    def __init__(self, path: Path) -> None:
        self.book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
        self.book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        self.sheet = self.book.add_worksheet()
        self.next = 0

    def header(self, headers: Sequence[str]) -> None:
        self.line(headers)

    def rows(self, columns: Sequence[Sequence[str]]) -> None:
        for cells in zip(*columns, strict=True):
            self.line(cells)

    def line(self, cells: Sequence[str]) -> None:
        for column, cell in enumerate(cells):
            if cell:
                self.sheet.write_string(self.next, column, cell)
        self.next += 1

    def close(self) -> None:
        self.book.close()


class DbfWriter:
    """dBase III with GB18030 text: character fields of fixed width; the record count is patched in at the end."""

    def __init__(self, path: Path, widths: Sequence[int], written_on: date) -> None:
        self.file: BinaryIO = path.open("wb")
        self.widths, self.written_on, self.count = widths, written_on, 0
        self.fields: Sequence[str] = ()

    def header(self, headers: Sequence[str]) -> None:
        self.fields = headers
        self._head()

    def _head(self) -> None:
        day, size = self.written_on, 32 * len(self.fields) + 33
        self.file.write(bytes([3, day.year % 100, day.month, day.day]) + self.count.to_bytes(4, "little"))
        self.file.write(size.to_bytes(2, "little") + (1 + sum(self.widths)).to_bytes(2, "little") + bytes(20))
        for name, width in zip(self.fields, self.widths, strict=True):
            self.file.write(name.encode("gb18030").ljust(11, b"\0") + b"C" + bytes(4) + bytes([width, 0]) + bytes(14))
        self.file.write(b"\r")

    def rows(self, columns: Sequence[Sequence[str]]) -> None:
        padded = [
            [cell.encode("gb18030").ljust(width) for cell in column]
            for column, width in zip(columns, self.widths, strict=True)
        ]
        self.count += len(columns[0])
        self.file.write(b"".join(b" " + b"".join(cells) for cells in zip(*padded, strict=True)))

    def line(self, cells: Sequence[str]) -> None:
        self.rows([[cell] for cell in cells])

    def close(self) -> None:
        self.file.write(b"\x1a")
        self.file.seek(0)
        self._head()
        self.file.close()


def interleave(columns: Iterable[list[str]], extra: list[list[str]], places: list[int]) -> list[list[str]]:
    """The columns with the extra rows put in before the given places (ascending)."""
    result = []
    for index, column in enumerate(columns):
        merged, start = [], 0
        for place, row in zip(places, extra, strict=True):
            merged += column[start:place]
            merged.append(row[index])
            start = place
        result.append(merged + column[start:])
    return result
