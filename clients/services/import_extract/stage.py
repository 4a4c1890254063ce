"""Stream clean rows into a temporary table by COPY, while they are being read."""

from __future__ import annotations

from collections.abc import Iterator
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


def fill_stage(cursor: Any, columns: list[str], blocks: Iterator[Clean]) -> None:
    """COPY everything the blocks give; an empty text is NULL."""
    names = ", ".join(f'"{name}"' for name in ("row_no", *columns))
    cursor.copy_expert(f"COPY {STAGE} ({names}) FROM STDIN WITH (NULL '')", _Lines(columns, blocks))
    cursor.execute(f"ANALYZE {STAGE}")


class _Lines:
    """What psycopg2 takes for a file: every read gives one block in COPY's text form."""

    def __init__(self, columns: list[str], blocks: Iterator[Clean]) -> None:
        self._columns = columns
        self._blocks = blocks

    def read(self, _size: int = -1) -> bytes:
        for clean in self._blocks:
            if clean.row_nos:
                return self._text(clean).encode()
        return b""

    def _text(self, clean: Clean) -> str:
        columns = [_escaped(clean.columns[name]) for name in self._columns]
        return "\n".join(map("\t".join, zip(map(str, clean.row_nos), *columns))) + "\n"


def _escaped(values: list[str]) -> list[str]:
    if "\\" not in "".join(values):
        return values
    return [value.replace("\\", "\\\\") for value in values]
