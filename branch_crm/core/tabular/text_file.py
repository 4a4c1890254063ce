"""Read delimited text in blocks of rows: encoding and delimiter found out, odd quotes survived, every row with its number."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from branch_crm.core.tabular.problems import FileProblem

BLOCK_CHARACTERS = 1 << 20
DELIMITERS = (",", "\t", "|", ";", "，")
#: A cell may run over this many lines; a quote still open then is taken for a stray one.
QUOTED_LINES = 20
#: What a single line may hold; longer ones are no table.
LINE_CHARACTERS = 16 << 20

csv.field_size_limit(LINE_CHARACTERS)

Row = list[str]


@dataclass
class Block:
    """Rows that belong together for speed only, held as columns where all have the same number of cells.

    `broken` are lines that are no row: (row number, raw text, reason's code).
    """

    row_nos: list[int]
    uneven: list[Row] = field(default_factory=list)
    columns: list[list[str]] = field(default_factory=list)
    broken: list[tuple[int, str, str]] = field(default_factory=list)
    #: Bytes of the file read so far.
    position: int = 0

    @property
    def rows(self) -> list[Row]:
        return [list(row) for row in zip(*self.columns)] if self.columns else self.uneven


def sniff_encoding(path: Path) -> str:
    """`utf-8-sig`, `utf-16`, `utf-16-le`, `utf-8` or `gb18030`: marks first, then strict UTF-8, then what is left.

    Raises FileProblem for files that are no text.
    """
    with path.open("rb") as file:
        start = file.read(1 << 16)
        if not start.strip():
            raise FileProblem("empty")
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if _looks_utf16(start):
            return "utf-16-le"
        if start.count(0) > len(start) // 100 or _is_binary(start):
            raise FileProblem("not_text")
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(start)
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
            return "utf-8"
        except UnicodeDecodeError:
            pass
    # One damaged byte must not turn a UTF-8 file into nonsense: GB18030 text hardly ever is nearly valid UTF-8.
    wide = [character for character in start.decode("utf-8", errors="replace") if character > "\x7f"]
    return "utf-8" if wide.count("\ufffd") * 20 < len(wide) else "gb18030"


def _looks_utf16(start: bytes) -> bool:
    """UTF-16LE without a mark: digits and delimiters leave every second byte empty."""
    sample = start[:4096]
    return (
        len(sample) >= 8 and sample[1::2].count(0) * 3 > len(sample) // 2 and sample[0::2].count(0) * 50 < len(sample)
    )


def _is_binary(start: bytes) -> bool:
    magic = (
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0",
        b"MZ",
        b"\x7fELF",
        b"%PDF",
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"Rar!",
        b"\x1f\x8b",
    )
    controls = sum(start[:4096].count(bytes([code])) for code in (*range(1, 9), *range(14, 27), *range(28, 32)))
    return start.startswith(magic) or controls * 50 > len(start[:4096])


def head_rows(path: Path, encoding: str, delimiter: str, lines: int = 60) -> list[tuple[int, Row]]:
    """The first rows with their numbers, for the search of the header row."""
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        head = file.read(BLOCK_CHARACTERS).split("\n", lines)[:lines]
    block, _ = _Quotes(delimiter).parse(head, 1, final=True)
    broken = [(row_no, [line]) for row_no, line, _code in block.broken]
    return sorted([*zip(block.row_nos, block.rows), *broken])


def read_blocks(path: Path, encoding: str, delimiter: str, after_row: int = 0) -> Iterator[Block]:
    """All rows after row number `after_row`, in order. Row numbers count lines from 1, as an editor does."""
    quotes = _Quotes(delimiter)
    line_no = 1
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        rest = ""
        while True:
            text = file.read(BLOCK_CHARACTERS)
            final = not text
            text = rest + text
            if final:
                lines, rest = (text.removesuffix("\n").split("\n"), "") if text else ([], "")
            else:
                cut = text.rfind("\n") + 1
                if not cut:
                    if len(text) > LINE_CHARACTERS:
                        raise FileProblem("endless_line", row=line_no)
                    rest = text
                    continue
                lines, rest = text[: cut - 1].split("\n"), text[cut:]
            if line_no <= after_row and lines:
                skipped = min(after_row - line_no + 1, len(lines))
                lines, line_no = lines[skipped:], line_no + skipped
            block, unread = quotes.parse(lines, line_no, final)
            line_no += len(lines) - len(unread)
            if unread:
                rest = "\n".join(unread) + "\n" + rest
            if block.row_nos or block.broken:
                block.position = file.buffer.tell()  # type: ignore[attr-defined]
                yield block
            if final:
                return


class _Quotes:
    """Splits lines into cells. Most blocks hold no quote at all; the others may hold cells over several lines or stray quotes."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        other = f'[^"{re.escape(delimiter)}]'
        cell = f'(?>\\s*+"(?:[^"]|"")*+"[^{re.escape(delimiter)}]*+|(?:{other}[^{re.escape(delimiter)}]*+)?)'
        self.whole = re.compile(f"{cell}(?:{re.escape(delimiter)}{cell})*+")

    def parse(self, lines: list[str], first: int, final: bool) -> tuple[Block, list[str]]:
        """The rows of the lines, and the lines that wait for more because a quoted cell may go on."""
        if lines and '"' not in "".join(lines):
            return self._unquoted(lines, first), []
        if all(map(self.whole.fullmatch, lines)):
            # csv gives an empty row, not none, for an empty line: one row a line.
            return Block(list(range(first, first + len(lines))), list(csv.reader(lines, delimiter=self.delimiter))), []
        return self._line_by_line(lines, first, final)

    def _unquoted(self, lines: list[str], first: int) -> Block:
        """Lines of equal length are cut all at once, which takes half the time of cutting one after the other."""
        delimiter, row_nos = self.delimiter, list(range(first, first + len(lines)))
        width = lines[0].count(delimiter) + 1
        if any(line.count(delimiter) + 1 != width for line in lines):
            return Block(row_nos, [line.split(delimiter) for line in lines])
        cells = delimiter.join(lines).split(delimiter)
        return Block(row_nos, columns=[cells[place::width] for place in range(width)])

    def _line_by_line(self, lines: list[str], first: int, final: bool) -> tuple[Block, list[str]]:
        block = Block([])
        at = 0
        while at < len(lines):
            end = at + 1
            record = lines[at]
            while not self.whole.fullmatch(record) and end < len(lines) and end - at < QUOTED_LINES:
                record += "\n" + lines[end]
                end += 1
            if self.whole.fullmatch(record):
                block.row_nos.append(first + at)
                block.uneven.append(next(csv.reader(record.splitlines(keepends=True), delimiter=self.delimiter), []))
                at = end
            elif end - at < QUOTED_LINES and not final:
                return block, lines[at:]
            else:
                block.broken.append((first + at, lines[at], "open_quote"))
                at += 1
        return block, []
