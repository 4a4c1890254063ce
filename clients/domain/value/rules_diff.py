"""What two versions of the value rule differ in, parameter by parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clients.domain.value.rules import DEFAULT_RULES


@dataclass(frozen=True)
class Difference:
    """`field` is the path of the rules (`weights.assets`, `tiers.3.commission`, `core_share`), as in a Fault."""

    field: str
    before: float
    after: float


def rules_diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every parameter whose value differs, in the order of the default rules: the database keeps none."""
    first, second = flat(before), flat(after)
    return [
        Difference(field, first[field], second[field]) for field in flat(DEFAULT_RULES) if first[field] != second[field]
    ]


def flat(rules: Mapping[str, Any]) -> dict[str, float]:
    """Path -> value, for rules that `parse_rules` accepts."""
    paths: dict[str, float] = {}
    for name, value in rules.items():
        if name == "weights":
            paths |= {f"weights.{part}": weight for part, weight in value.items()}
        elif name == "tiers":
            paths |= {
                f"tiers.{row['tier']}.{column}": row[column] for row in value for column in ("assets", "commission")
            }
        else:
            paths[name] = value
    return paths
