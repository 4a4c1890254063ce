"""Find the header row of a file and say which column is which field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from branch_crm.core.tabular.cells import simple
from clients.domain.extract.datasets import MONEY_KINDS, Column, Dataset, Kind

#: Title lines that may stand above the header row.
SEARCHED_ROWS = 30
_UNIT_LINE = re.compile(r"单位\s*[::]?\s*(?:人民币)?\s*万元")
WAN = Decimal(10_000)


@dataclass(frozen=True)
class Header:
    """`places` says at which position of a row each recognised field stands; `factors` what its numbers are multiplied by."""

    row_no: int
    cells: tuple[str, ...]
    places: dict[str, int]
    factors: dict[str, Decimal] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    def missing(self, dataset: Dataset) -> list[Column]:
        return [column for column in dataset.required if column.field not in self.places]

    @property
    def mapping(self) -> dict[str, str]:
        """Header as written -> field."""
        return {self.cells[place]: name for name, place in self.places.items()}


def unit_of(header: str, kind: Kind) -> Decimal:
    text = unicodedata.normalize("NFKC", header)
    if kind in MONEY_KINDS and "万元" in text:
        return WAN
    if kind == Kind.RATE:
        if "‰" in text or "千分" in text:
            return Decimal("0.001")
        if "‱" in text or "万分" in text:
            return Decimal("0.0001")
        if "%" in text or "百分" in text:
            return Decimal("0.01")
    return Decimal(1)


def synonyms(dataset: Dataset, own: Mapping[str, str]) -> dict[str, str]:
    """Simple header -> field; the branch's own mapping (header -> field) goes before what is built in."""
    known = {simple(header): column.field for column in dataset.columns for header in (column.field, *column.headers)}
    # A field's written name never loses to another field's synonym.
    known |= {simple(column.title): column.field for column in dataset.columns}
    fields = {column.field for column in dataset.columns}
    return known | {simple(header): name for header, name in own.items() if name in fields}


def recognise(cells: Sequence[str], dataset: Dataset, own: Mapping[str, str], row_no: int = 1) -> Header:
    """Read a row as a header row. Of two headers for one field one counts; the other is listed as unknown."""
    known = synonyms(dataset, own)
    trimmed = list(cells)
    while trimmed and not trimmed[-1].strip():
        trimmed.pop()
    keys = [simple(cell) for cell in trimmed]
    own_keys = {simple(header) for header in own}
    titles = {simple(column.title) for column in dataset.columns}
    # The branch's own mapping goes before the written names, these before synonyms, left before right.
    by_rank = sorted(
        range(len(keys)), key=lambda place: (keys[place] not in own_keys, keys[place] not in titles, place)
    )
    places: dict[str, int] = {}
    for place in by_rank:
        name = known.get(keys[place])
        if name is not None and name not in places:
            places[name] = place
    used = set(places.values())
    unknown = tuple(cell.strip() for place, cell in enumerate(trimmed) if keys[place] and place not in used)
    units = {name: unit_of(trimmed[place], dataset.column(name).kind) for name, place in places.items()}
    factors = {name: unit for name, unit in units.items() if unit != 1}
    return Header(row_no, tuple(trimmed), places, factors, unknown)


def find_header(rows: Sequence[tuple[int, Sequence[str]]], dataset: Dataset, own: Mapping[str, str]) -> Header | None:
    """The row among the first ones in which most fields are recognised; None when no row names any field.

    `rows` are (row number, cells). A title line that gives the unit (单位：万元) holds for every money column without its own.
    """
    headers = [recognise(cells, dataset, own, row_no) for row_no, cells in rows[:SEARCHED_ROWS]]
    best = max(headers, key=lambda header: (len(header.places), -header.row_no), default=None)
    if best is None or not best.places:
        return None
    above = ["".join(cells) for row_no, cells in rows if row_no < best.row_no]
    if not any(_UNIT_LINE.search(unicodedata.normalize("NFKC", line)) for line in above):
        return best
    factors = {
        name: WAN
        for name, place in best.places.items()
        if dataset.column(name).kind in MONEY_KINDS and "元" not in best.cells[place]
    }
    return Header(best.row_no, best.cells, best.places, factors | best.factors, best.unknown)
