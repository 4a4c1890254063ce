"""Stored rules, read with a check at every step: whatever is wrong is told by the path of its field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any


class RuleFault(ValueError):
    """`field` is the path of the field that is wrong, e.g. `standards.4.contacts`; `low` and `high` are its bounds, if it has any.

    guard: code of the principle that forbids the figure, where it is not a question of bounds.
    """

    def __init__(
        self, field: str, message: str, *, low: float | None = None, high: float | None = None, guard: str = ""
    ) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message
        self.low = low
        self.high = high
        self.guard = guard


@dataclass(frozen=True)
class RuleTable:
    """A table of a policy and the path it stands at ("" = the policy itself). Every reading raises RuleFault."""

    rules: Mapping[str, Any]
    path: str = ""

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def fault(self, name: str, message: str, *, guard: str = "") -> RuleFault:
        return RuleFault(self.at(name), message, guard=guard)

    def get(self, name: str) -> Any:
        return self.rules.get(name)

    def table(self, name: str) -> RuleTable:
        part = self.rules.get(name)
        if not isinstance(part, Mapping):
            raise self.fault(name, "is missing or not a table")
        return RuleTable(part, self.at(name))

    def rows(self, name: str) -> Iterator[RuleTable]:
        """A list of tables, each under its place: `warnings.0`, `warnings.1`."""
        rows = self.rules.get(name)
        if not isinstance(rows, list):
            raise self.fault(name, "must be a list")
        for at, row in enumerate(rows):
            if not isinstance(row, Mapping):
                raise self.fault(f"{name}.{at}", "must be a table")
            yield RuleTable(row, self.at(f"{name}.{at}"))

    def none_but(self, known: Collection[str], what: str) -> None:
        """Refuses a name that nobody reads."""
        for name in sorted(self.rules.keys() - set(known)):
            raise self.fault(name, f"unknown {what}, expected one of {', '.join(known)}")

    def number(self, name: str, low: float, high: float) -> float:
        value = self.rules.get(name)
        # Written so that what is not a number, infinity included, fails one of the comparisons.
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            message = f"must be a number from {low:g} to {high:g}, got {value!r}"
            raise RuleFault(self.at(name), message, low=low, high=high)
        return float(value)

    def whole(self, name: str, low: int, high: int) -> int:
        value = self.number(name, low, high)
        if value != int(value):
            message = f"must be a whole number from {low} to {high}, got {value!r}"
            raise RuleFault(self.at(name), message, low=low, high=high)
        return int(value)

    def decimal(self, name: str, low: str, high: str) -> Decimal:
        """Money and rates travel as text, so that JSON never makes floats of them."""
        try:
            value = Decimal(str(self.rules.get(name)))
        except InvalidOperation:
            raise self.fault(name, f"must be a number, got {self.rules.get(name)!r}") from None
        if not (value.is_finite() and Decimal(low) <= value <= Decimal(high)):
            raise RuleFault(
                self.at(name), f"must be from {low} to {high}, got {value}", low=float(low), high=float(high)
            )
        return value

    def time(self, name: str) -> time:
        try:
            return time.fromisoformat(str(self.rules.get(name)))
        except ValueError:
            raise self.fault(name, "must be a time such as 08:30") from None

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(str(self.rules.get(name)))
        except ValueError:
            raise self.fault(name, "must be a day such as 2026-02-17") from None

    def one_of(self, name: str, options: Collection[str]) -> str:
        value = self.rules.get(name)
        if value not in options:
            raise self.fault(name, f"must be one of {', '.join(options)}, got {value!r}")
        return str(value)

    def text(self, name: str, most: int = 1000) -> str:
        value = self.rules.get(name)
        if not isinstance(value, str) or not 1 <= len(value.strip()) <= most:
            raise self.fault(name, f"must be 1 to {most} characters")
        return value.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        rows = self.rules.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, str) and row for row in rows):
            raise self.fault(name, "must be a list of texts")
        return tuple(rows)

    def among(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """A list of codes; each counts once."""
        rows = self.texts(name)
        if set(rows) - set(known):
            raise self.fault(name, f"must be among {', '.join(known)}")
        return tuple(dict.fromkeys(rows))
