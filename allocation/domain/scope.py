"""Which clients a run may move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from allocation.domain.fit.policy import PERSONAS, VALUE_TYPES
from allocation.domain.tables import AdvisorTable, Bools, ClientTable
from branch_crm.core.domain.rule_table import RuleFault

KINDS = ("branch", "unassigned", "advisor", "filter")


@dataclass(frozen=True)
class Scope:
    """kind `advisor` needs `advisor` (id). Kind `filter` narrows by what is given: tiers (inclusive), types, personas
    ("" = unknown), core clients only, present holders (ids)."""

    kind: str
    advisor: int | None = None
    tier_from: int = 1
    tier_to: int = 5
    types: tuple[str, ...] = ()
    personas: tuple[str, ...] = ()
    core_only: bool = False
    holders: tuple[int, ...] = ()


def read_scope(raw: Mapping[str, Any]) -> Scope:
    """Raises RuleFault naming the field."""
    kind = raw.get("kind")
    if kind not in KINDS:
        raise RuleFault("kind", f"must be one of {', '.join(KINDS)}")
    if kind == "advisor":
        if not isinstance(raw.get("advisor"), int):
            raise RuleFault("advisor", "must name the advisor whose book it is")
        return Scope(kind="advisor", advisor=raw["advisor"])
    if kind != "filter":
        return Scope(kind=kind)
    query = raw.get("query") or {}
    low, high = query.get("tier_from", 1), query.get("tier_to", 5)
    if not (isinstance(low, int) and isinstance(high, int) and 1 <= low <= high <= 5):
        raise RuleFault("tier_from", "tiers run from 1 to 5, the lower one first")
    types, personas = tuple(query.get("types", ())), tuple(query.get("personas", ()))
    if set(types) - set(VALUE_TYPES):
        raise RuleFault("types", f"must be among {', '.join(VALUE_TYPES)}")
    if set(personas) - {*PERSONAS, ""}:
        raise RuleFault("personas", f"must be among {', '.join(PERSONAS)}, or empty for unknown")
    holders = tuple(int(pk) for pk in query.get("holders", ()))
    return Scope("filter", None, low, high, types, personas, bool(query.get("core_only")), holders)


def select(scope: Scope, clients: ClientTable, advisors: AdvisorTable) -> Bools:
    """(N,) the clients of a scope. Clients of an advisor on leave stay with him, unless the scope is that very book:
    an absence of days must not cost anybody a relation of years."""
    row = {pk: at for at, pk in enumerate(advisors.ids)}
    if scope.kind == "advisor":
        return clients.holder == row.get(scope.advisor or 0, -2)
    away = np.append([status == "on_leave" for status in advisors.status], False)[clients.holder]
    if scope.kind == "unassigned":
        return clients.holder < 0
    chosen = ~np.asarray(away, dtype=np.bool_)
    if scope.kind == "branch":
        return chosen
    chosen &= (clients.tier >= scope.tier_from) & (clients.tier <= scope.tier_to)
    if scope.types:
        chosen &= np.isin(clients.value_type, [VALUE_TYPES.index(name) for name in scope.types])
    if scope.personas:
        chosen &= np.isin(clients.persona, [PERSONAS.index(name) if name else -1 for name in scope.personas])
    if scope.core_only:
        chosen &= clients.core
    if scope.holders:
        chosen &= np.isin(clients.holder, [row.get(pk, -2) for pk in scope.holders])
    return chosen
