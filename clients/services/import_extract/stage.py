"""Stream clean rows into a temporary table by COPY, while they are being read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from operator import lt
from typing import Any

from clients.domain.extract.cleaning import Clean
from clients.services.import_extract.targets import Target

STAGE = "import_stage"


def create_stage(cursor: Any, target: Target, columns: list[str]) -> None:
    """An empty stage, gone with the transaction. Text is compared byte by byte there: keys need no language."""
    types = ", ".join(f'"{name}" {_stage_type(target.sql_type(name))}' for name in columns)
    cursor.execute(f"DROP TABLE IF EXISTS {STAGE}")
    cursor.execute(f"CREATE TEMPORARY TABLE {STAGE} (row_no integer, {types}) ON COMMIT DROP")


def _stage_type(sql_type: str) -> str:
    return f'{sql_type} COLLATE "C"' if sql_type.startswith("varchar") and not sql_type.endswith("]") else sql_type


def fill_stage(cursor: Any, target: Target, columns: list[str], blocks: Iterator[Clean]) -> Staged:
    """COPY everything the blocks give; an empty text is NULL."""
    names = ", ".join(f'"{name}"' for name in ("row_no", *columns))
    lines = _Lines(columns, blocks, key=target.key[0] if len(target.key) == 1 else "")
    cursor.copy_expert(f"COPY {STAGE} ({names}) FROM STDIN WITH (NULL '')", lines)
    return Staged(cursor.rowcount, may_repeat=not lines.ascending)


@dataclass(frozen=True)
class Staged:
    """`may_repeat`: whether two rows can have the same key; keys that ascend from row to row cannot."""

    rows: int
    may_repeat: bool


class _Lines:
    """What psycopg2 takes for a file: every read gives one block in COPY's text form."""

    def __init__(self, columns: list[str], blocks: Iterator[Clean], key: str) -> None:
        self._columns = columns
        self._blocks = blocks
        self._key = key
        self._last = ""
        self.ascending = bool(key)

    def read(self, _size: int = -1) -> bytes:
        for clean in self._blocks:
            if clean.row_nos:
                if self.ascending:
                    self._follow(clean.columns[self._key])
                return self._text(clean).encode()
        return b""

    def _follow(self, keys: list[str]) -> None:
        self.ascending = self._last < keys[0] and all(map(lt, keys, islice(keys, 1, None)))
        self._last = keys[-1]

    def _text(self, clean: Clean) -> str:
        columns = [_escaped(clean.columns[name]) for name in self._columns]
        return "\n".join(map("\t".join, zip(map(str, clean.row_nos), *columns))) + "\n"


def _escaped(values: list[str]) -> list[str]:
    if "\\" not in "".join(values):
        return values
    return [value.replace("\\", "\\\\") for value in values]
