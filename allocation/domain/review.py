"""What a person should look at before the next run. A finding moves nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from allocation.domain.case import Case

#: Poor matches are listed by what a better one would bring; more than these nobody reads.
POOR_FITS = 200


@dataclass(frozen=True)
class Finding:
    """kind: a ReviewFlag.Kind. figure: value, clients, hours over, share off the mean or match lost, by kind.

    better: id of the advisor who would suit best (poor_fit only).
    """

    kind: str
    client: int | None
    advisor: int | None
    figure: float
    better: int | None = None


def find(case: Case) -> list[Finding]:
    """All findings of a branch, each named after the rule that makes it."""
    return [
        *unserved_core(case),
        *holder_gone(case),
        *holder_unlicensed(case),
        *overloaded(case),
        *outside_band(case),
        *poor_fit(case),
    ]


def unserved_core(case: Case) -> Iterator[Finding]:
    for row in np.flatnonzero(case.clients.core & (case.clients.holder < 0)):
        yield Finding("unserved_core", int(case.clients.ids[row]), None, float(case.clients.value[row]))


def holder_gone(case: Case) -> Iterator[Finding]:
    yield from _books_of(case, "holder_gone", ("left", "not_serving"))


def holder_unlicensed(case: Case) -> Iterator[Finding]:
    yield from _books_of(case, "holder_unlicensed", ("licence",))


def overloaded(case: Case) -> Iterator[Finding]:
    """Advisors whose clients need more hours than they have."""
    load = _sum_by_holder(case, case.load)
    for at in np.flatnonzero(case.advisors.serving & (load > case.advisors.hours + 1e-6)):
        yield Finding("overloaded", None, case.advisors.ids[at], float(load[at] - case.advisors.hours[at]))


def outside_band(case: Case) -> Iterator[Finding]:
    """Value per hour farther from the mean of all serving advisors than the policy's band."""
    serving = case.advisors.serving & (case.advisors.hours > 0)
    value = _sum_by_holder(case, case.weight)
    if case.rules.fairness is None or not value[serving].sum() > 0:
        return
    mean = value[serving].sum() / case.advisors.hours[serving].sum()
    for at in np.flatnonzero(serving):
        off = float(value[at] / case.advisors.hours[at] / mean - 1.0)
        if abs(off) > case.rules.fairness:
            yield Finding("outside_band", None, case.advisors.ids[at], off)


def poor_fit(case: Case) -> Iterator[Finding]:
    """Clients of a tier for whom an allowed advisor would match better by more than the policy's threshold."""
    if not len(case.advisors):
        return
    held = np.flatnonzero(
        (case.clients.holder >= 0)
        & (case.clients.tier >= case.rules.poor_fit_from_tier)
        & np.append(case.advisors.serving, False)[case.clients.holder]
    )
    allowed = np.where(case.forbidden[held], -np.inf, case.fit[held])
    best = allowed.argmax(axis=1) if len(held) else np.empty(0, dtype=np.int64)
    lost = allowed[np.arange(len(held)), best] - case.fit[held, case.clients.holder[held]]
    found = np.flatnonzero(lost >= case.rules.poor_fit_gain)
    order = found[np.argsort(-(case.weight[held[found]] * lost[found]), kind="stable")][:POOR_FITS]
    for at in order:
        row = held[at]
        holder = case.advisors.ids[case.clients.holder[row]]
        yield Finding("poor_fit", int(case.clients.ids[row]), holder, float(lost[at]), case.advisors.ids[best[at]])


def _books_of(case: Case, kind: str, statuses: tuple[str, ...]) -> Iterator[Finding]:
    clients = _sum_by_holder(case, np.ones(len(case.clients)))
    for at, status in enumerate(case.advisors.status):
        if status in statuses and clients[at]:
            yield Finding(kind, None, case.advisors.ids[at], float(clients[at]))


def _sum_by_holder(case: Case, column: np.ndarray) -> np.ndarray:
    held = np.flatnonzero(case.clients.holder >= 0)
    return np.bincount(case.clients.holder[held], column[held], len(case.advisors))
