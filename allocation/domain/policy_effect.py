"""What another match policy would change before any run: matches, hours needed, who may wait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocation.domain.case import Case

#: A match that moves by less than this is called the same.
NOTABLE = 0.05


@dataclass(frozen=True)
class Effect:
    """Pairs are before -> after of the same branch on the same day.

    pairs: client and advisor who may serve; changed: pairs whose match moves by NOTABLE or more. present: mean match of the
    clients with their present advisors, weighted by value. best: clients whose best advisor is another one. hours: needed a
    month for all clients; available: by all who may serve. may_wait: clients allowed in the pool. barred: pairs that the
    hard rules forbid.
    """

    clients: int
    pairs: int
    changed: int
    present: tuple[float, float]
    best: int
    hours: tuple[float, float]
    available: float
    may_wait: tuple[int, int]
    barred: tuple[int, int]


def compare(before: Case, after: Case) -> Effect:
    """Two cases of the same tables that differ in their rules alone."""
    columns = np.flatnonzero(before.advisors.serving)
    old, new = before.fit[:, columns], after.fit[:, columns]
    barred_old, barred_new = before.forbidden[:, columns], after.forbidden[:, columns]
    best = 0
    if len(columns):
        first = np.where(barred_old, -1.0, old).argmax(axis=1)
        best = int((first != np.where(barred_new, -1.0, new).argmax(axis=1)).sum())
    return Effect(
        clients=len(before.clients),
        pairs=old.size,
        changed=int((np.abs(new - old) >= NOTABLE).sum()),
        present=(_present(before), _present(after)),
        best=best,
        hours=(float(before.load.sum()), float(after.load.sum())),
        available=float(before.advisors.hours[columns].sum()),
        may_wait=(int(before.may_wait.sum()), int(after.may_wait.sum())),
        barred=(int(barred_old.sum()), int(barred_new.sum())),
    )


def _present(case: Case) -> float:
    held = np.flatnonzero(case.clients.holder >= 0)
    weight = case.weight[held]
    total = float(weight.sum())
    return float((weight * case.fit[held, case.clients.holder[held]]).sum()) / total if total > 0 else 0.0
