"""Whole tables between PostgreSQL and numpy through COPY's binary form, without a Python object per cell.

Reading takes bigint and float8 columns only, so every record has the same width and numpy reads the stream as it is.
Writing groups rows that have the same cells empty and the same texts: within a group the width is the same again.
Form of the stream: PostgreSQL manual, COPY, "Binary Format"; NUMERIC: base-10000 digits, as numeric_recv reads them.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"
_EPOCH = np.datetime64("2000-01-01", "D")
_PLAIN = {"bigint": ">i8", "integer": ">i4", "smallint": ">i2", "float8": ">f8", "boolean": "i1", "date": ">i4"}
#: NUMERIC(18,2): five base-10000 digits before the point and one after it.
_MONEY_DIGITS = 6


def read_columns(cursor: Any, query: str, columns: dict[str, str]) -> dict[str, Array]:
    """Run a query whose columns are, in this order, `bigint` or `float8` and never NULL; returns one array a column.

    `query` is complete SQL (render parameters with `cursor.mogrify`). Raises ValueError when a column is of another width
    or a NULL came along.
    """
    buffer = io.BytesIO()
    cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", buffer)
    view = buffer.getbuffer()
    cells = [
        (part, kind) for name, kind in columns.items() for part, kind in ((f"#{name}", ">i4"), (name, _PLAIN[kind]))
    ]
    record = np.dtype([("#", ">i2"), *cells])
    size = len(view) - len(_HEADER) - len(_TRAILER)
    if size % record.itemsize:
        raise ValueError("the query has columns of another type than declared, or a NULL")
    rows = np.frombuffer(view, dtype=record, offset=len(_HEADER), count=size // record.itemsize)
    if not all((rows[f"#{name}"] == np.dtype(_PLAIN[kind]).itemsize).all() for name, kind in columns.items()):
        raise ValueError("the query has columns of another type than declared, or a NULL")
    return {name: rows[name].astype(_PLAIN[kind].lstrip(">")) for name, kind in columns.items()}


def read_blobs(cursor: Any, query: str) -> list[bytes]:
    """The first column (bytea, never NULL) of every row of a query that has no other, raw: no hexadecimal on the way."""
    buffer = io.BytesIO()
    cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", buffer)
    view, place, blobs = buffer.getbuffer(), len(_HEADER), []
    while int.from_bytes(view[place : place + 2], "big", signed=True) == 1:
        start = place + 6
        place = start + int.from_bytes(view[place + 2 : start], "big")
        blobs.append(bytes(view[start:place]))
    return blobs


@dataclass(frozen=True)
class Column:
    """One column to write. `kind`: bigint, integer, smallint, float8, boolean, date (datetime64[D]), money (float 元, written
    as NUMERIC with two decimals) or text (`values` index into `texts`). `empty` marks NULLs; a constant may be given alone."""

    name: str
    kind: str
    values: Array | int | float | bool
    empty: npt.NDArray[np.bool_] | None = None
    texts: Sequence[str] = field(default=())


def write_rows(cursor: Any, table: str, columns: Sequence[Column], count: int) -> None:
    """COPY `count` rows into `table`. Rows arrive in an order of our choosing, by group."""
    stream = io.BytesIO()
    stream.write(_HEADER)
    pattern: npt.NDArray[Any] = np.zeros(count, dtype=np.int64)
    for column in columns:
        if column.empty is not None:
            pattern = pattern * 2 + column.empty
        if column.kind == "text":
            pattern = pattern * len(column.texts) + column.values
    for group in np.unique(pattern):
        stream.write(_records(columns, np.flatnonzero(pattern == group)))
    stream.write(_TRAILER)
    stream.seek(0)
    names = ", ".join(f'"{column.name}"' for column in columns)
    cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN (FORMAT binary)', stream)


def _records(columns: Sequence[Column], rows: npt.NDArray[np.intp]) -> bytes:
    """The rows of one group: equal cells are empty, equal texts."""
    layout: list[tuple[Any, ...]] = [("#", ">i2")]
    cells: dict[str, Any] = {"#": len(columns)}
    for column in columns:
        width = f"#{column.name}"
        layout.append((width, ">i4"))
        if column.empty is not None and column.empty[rows[0]]:
            cells[width] = -1
            continue
        values = column.values[rows] if isinstance(column.values, np.ndarray) else column.values
        if column.kind == "text":
            text = column.texts[int(values[0])].encode()  # type: ignore[index]
            layout.append((column.name, f"S{len(text)}"))
            cells[width], cells[column.name] = len(text), text
        elif column.kind == "money":
            layout.append((column.name, ">i2", (4 + _MONEY_DIGITS,)))
            cells[width], cells[column.name] = 2 * (4 + _MONEY_DIGITS), _numeric(np.asarray(values, dtype=np.float64))
        else:
            kind = np.dtype(_PLAIN[column.kind])
            layout.append((column.name, kind))
            cells[width] = kind.itemsize
            cells[column.name] = (values - _EPOCH).astype(np.int64) if column.kind == "date" else values  # type: ignore[operator]
    records = np.empty(len(rows), dtype=np.dtype(layout))
    for name, value in cells.items():
        records[name] = value
    return records.tobytes()


def _numeric(yuan: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Header (digits, weight, sign, scale) and base-10000 digits of amounts rounded to cents; leading zeros are allowed."""
    cents = np.rint(yuan * 100).astype(np.int64)
    whole, fraction = np.divmod(np.abs(cents), 100)
    digits = np.zeros((*cents.shape, 4 + _MONEY_DIGITS), dtype=np.int64)
    digits[..., 0], digits[..., 1], digits[..., 3] = _MONEY_DIGITS, _MONEY_DIGITS - 2, 2
    digits[..., 2] = np.where(cents < 0, 0x4000, 0)
    digits[..., 4 + _MONEY_DIGITS - 1] = fraction * 100
    for place in range(_MONEY_DIGITS - 1, 0, -1):
        whole, digits[..., 3 + place] = np.divmod(whole, 10_000)
    return digits
