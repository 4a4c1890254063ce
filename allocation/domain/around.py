"""Solving again around decisions: what people decided as pins, what it changed elsewhere, and which decisions cannot stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from allocation.domain.case import Case
from allocation.domain.solver.answer import Reason
from allocation.domain.tables import NOBODY, Ints

#: A message names at most this many decisions.
NAMED = 20
HAIR = 1e-6


@dataclass(frozen=True)
class Decided:
    """One decision as the run must keep it. target: advisor id, None = no advisor. stays: the client is to stay with whoever
    has the client now (rejected, locked), whatever `target` says."""

    client: int
    target: int | None
    stays: bool


def pins_of(case: Case, decided: Sequence[Decided]) -> Ints:
    """Case.pins: (K, 2) client id, advisor id or -1. Clients that the branch no longer has are left out."""
    row = {int(pk): at for at, pk in enumerate(case.clients.ids)}
    pins = []
    for one in decided:
        at = row.get(one.client)
        if at is None:
            continue
        holder = int(case.clients.holder[at])
        target = one.target
        if one.stays:
            target = case.advisors.ids[holder] if holder >= 0 else None
        pins.append((one.client, NOBODY if target is None else target))
    return np.array(pins, dtype=np.int64).reshape(-1, 2)


def standing_of(case: Case, targets: Mapping[int, int | None]) -> Ints:
    """Case.standing: the advisor of a proposal's moves (client id -> advisor id or None), of all others the present one."""
    advisor_row = {pk: at for at, pk in enumerate(case.advisors.ids)}
    standing = case.clients.holder.copy()
    for at, pk in enumerate(case.clients.ids.tolist()):
        if pk in targets:
            standing[at] = advisor_row.get(targets[pk], NOBODY)  # type: ignore[arg-type]
    return standing


def too_much(case: Case) -> Reason | None:
    """Decisions that bring an advisor more hours than there are, in rows of the case: an engine that holds every pin would
    only raise the hours, and a person should know. A book that is too large already without them is no decision's fault."""
    advisor_row = {pk: at for at, pk in enumerate(case.advisors.ids)}
    client_row = {int(pk): at for at, pk in enumerate(case.clients.ids)}
    kept, brought = np.zeros(len(case.advisors)), np.zeros(len(case.advisors))
    for client, advisor in case.pins:
        at, to = client_row.get(int(client)), advisor_row.get(int(advisor))
        if at is None or to is None or not case.advisors.serving[to]:
            continue
        (kept if case.clients.holder[at] == to else brought)[to] += case.load[at]
    outside = ~case.in_scope & (case.clients.holder >= 0)
    kept += np.bincount(case.clients.holder[outside], case.load[outside], len(case.advisors))
    over = np.flatnonzero((brought > HAIR) & (kept + brought > case.advisors.hours + HAIR))
    if not len(over):
        return None
    worst = int(over[np.argmax((kept + brought - case.advisors.hours)[over])])
    params = {
        "advisor": worst,
        "needed": float((kept + brought)[worst]),
        "available": float(case.advisors.hours[worst]),
    }
    return Reason("decided_overload", params, True)


def blamed(case: Case, reason: Reason) -> list[int]:
    """Client ids whose decisions stand against each other under a reason given in rows of the case, the weightiest first:
    those that concern the client or the advisors it names, else all."""
    weight = {int(pk): (float(case.load[at]), float(case.weight[at])) for at, pk in enumerate(case.clients.ids)}
    if "client" in reason.params:
        return [int(case.clients.ids[int(str(reason.params["client"]))])]
    named = {int(str(reason.params[key])) for key in ("advisor", "other") if key in reason.params}
    group = reason.params.get("advisors")
    if isinstance(group, (list, tuple)):
        named |= {int(at) for at in group}
    ids = {case.advisors.ids[at] for at in named}
    pins = [(int(client), int(advisor)) for client, advisor in case.pins]
    mine = [client for client, advisor in pins if not ids or advisor in ids] or [client for client, _ in pins]
    by_value = reason.code.startswith("fairness")
    mine.sort(key=lambda client: (-weight[client][1 if by_value else 0], client))
    return mine[:NAMED]


@dataclass(frozen=True)
class Shape:
    """A move that nobody has decided: before and target as advisor ids, None = nobody, the pool."""

    before: int | None
    target: int | None


def compare(old: dict[int, Shape], new: dict[int, Shape]) -> dict[str, list[int]]:
    """Client ids of undecided moves: `new`, `gone`, and those that go `elsewhere` than before."""
    return {
        "new": sorted(new.keys() - old.keys()),
        "gone": sorted(old.keys() - new.keys()),
        "elsewhere": sorted(client for client in old.keys() & new.keys() if old[client] != new[client]),
    }


def changes_json(
    *, round_number: int, kept: int, found: dict[str, list[int]], figures: dict[str, Any], named: int
) -> dict[str, Any]:
    """Plan.changes: counts, at most `named` client ids of each kind, and match and spread before and after."""
    return {
        "round": round_number,
        "kept": kept,
        **{kind: len(clients) for kind, clients in found.items()},
        "clients": {kind: clients[:named] for kind, clients in found.items()},
        **figures,
    }
