"""Why clients left, counted: reasons on two levels against one other thing that is known of the leavers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

#: The client gave no reason, or nobody asked because the account was closed elsewhere.
UNTOLD = ""
BY = ("tier", "persona", "advisor", "period", "year", "origin", "competitor")


@dataclass(frozen=True)
class Leaver:
    """One client who left. top, reason: codes, both empty = not told. Other fields empty where nothing is known.

    period: the quarter, such as 2026Q3. origin: "request", or "closed" where the account was closed without one.
    """

    client: int
    name: str
    client_no: str
    day: date
    top: str
    reason: str
    tier: str
    persona: str
    advisor: str
    origin: str
    competitor: str

    @property
    def period(self) -> str:
        return f"{self.day.year}Q{(self.day.month + 2) // 3}"

    @property
    def year(self) -> str:
        return str(self.day.year)


@dataclass(frozen=True)
class Line:
    """A reason of the upper (`reason` empty) or lower level. share: of all leavers of the table."""

    top: str
    reason: str
    total: int
    share: float
    cells: tuple[int, ...]


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: tuple[int, ...]
    n: int


def tabulate(leavers: Iterable[Leaver], *, by: str) -> Table:
    """The reason most told first, each followed by its own ones; not told comes last. Columns in order, unknown last."""
    rows = list(leavers)
    columns = tuple(sorted({getattr(row, by) for row in rows}, key=lambda value: (value == "", value)))
    tops = Counter(row.top for row in rows)
    order = sorted(tops, key=lambda top: (top == UNTOLD, -tops[top], top))
    lines = []
    for top in order:
        of_top = [row for row in rows if row.top == top]
        lines.append(_line(top, "", of_top, columns, by, len(rows)))
        below = Counter(row.reason for row in of_top if row.reason and row.reason != top)
        for reason in sorted(below, key=lambda code: (-below[code], code)):
            own = [row for row in of_top if row.reason == reason]
            lines.append(_line(top, reason, own, columns, by, len(rows)))
    counted = Counter(getattr(row, by) for row in rows)
    return Table(columns, tuple(lines), tuple(counted[column] for column in columns), len(rows))


def _line(top: str, reason: str, rows: Sequence[Leaver], columns: Sequence[str], by: str, n: int) -> Line:
    counted = Counter(getattr(row, by) for row in rows)
    return Line(top, reason, len(rows), len(rows) / n, tuple(counted[column] for column in columns))
